import Logging
import Protocol
import Synchronization

/// Judges whoever connects by the cards as they are now: they may be added and removed while the receiver runs.
final class LiveTrust: Sendable {
    private let trust: TrustStore
    private let log: Logger
    /// What was wrong with the cards when they were read last, so that it is told once and not for every stranger.
    private let trouble = Mutex<String?>(nil)

    init(_ trust: TrustStore, log: Logger) {
        self.trust = trust
        self.log = log
    }

    func isTrusted(certificateDER: [UInt8]) -> Bool {
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
        return trust.isTrusted(certificateDER: certificateDER)
    }
}
