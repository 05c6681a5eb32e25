import Concurrency
import Logging
import Protocol
import Synchronization

/// Judges senders by the cards as they are now: they may be added and removed while the receiver runs, also by other processes.
final class LiveTrust: Sendable {
    let trust: TrustStore
    /// Ends the sessions of senders whose cards were removed.
    let watch: TrustWatch
    private let log = Logger(label: "veilray.trust")
    /// The fault of the cards when they were read last, so that it is reported once and not for every stranger.
    private let trouble = Mutex<String?>(nil)

    init(_ trust: TrustStore) {
        self.trust = trust
        watch = TrustWatch(trust)
    }

    /// Whether a sender may send, and have restored what it has sent.
    func isTrusted(_ sender: Fingerprint) -> Bool { trust.peer(fingerprint: sender) != nil }

    /// For the handshake's decision. Reads the cards again where their files have changed.
    func isTrusted(certificateDER: [UInt8]) -> Bool {
        refresh()
        return trust.isTrusted(certificateDER: certificateDER)
    }

    /// Looks for changed cards every two seconds, until its task is cancelled.
    ///
    /// - Throws: `CancellationError`.
    func keepLooking(on pool: WorkerPool) async throws {
        // Where there is no room for a thread, the next look does it.
        try await watch.keepLooking { try? await pool.run { [self] in refresh() } }
    }

    /// Reads the cards again where their files have changed. A card that cannot be read counts as it was.
    private func refresh() {
        do {
            if try trust.reloadIfChanged() { trouble.withLock { $0 = nil } }
        } catch {
            let reason = "\(error)"
            let isNews = trouble.withLock { trouble in
                defer { trouble = reason }
                return trouble != reason
            }
            if isNews {
                log.error("not all trusted cards can be read; what was known of those counts", metadata: ["reason": "\(reason)"])
            }
        }
    }

    /// Reads the cards at once and ends the sessions of senders that are not among them: for SIGHUP.
    func reload() {
        trust.reload(telling: log, at: .notice)
        watch.look()
    }
}
