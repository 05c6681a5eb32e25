import Basics
import Concurrency
import Foundation
import Logging
import Protocol

/// A critical reply that nobody has acknowledged.
package struct CriticalAlarm: Encodable, Sendable, Equatable {
    package let event = "criticalUnacknowledged"
    package let reply: String
    package let transfer: String
    package let peer: String
    package let version: Int
    package let criticality: Int
    /// Since it arrived, or was given, by this side's clock.
    package let seconds: Int
    /// The person to call at the other side; `nil` when nobody was named.
    package let call: String?
    /// Where its documents are.
    package let folder: String
    /// How often it was told by this process, this time included.
    package let count: Int

    private enum CodingKeys: String, CodingKey {
        case event, reply, transfer, peer, version, criticality, seconds, call, folder, count
    }

    /// The action that is needed, without a word about the patient.
    package var sentence: String {
        let minutes = seconds / 60
        let number = call.map { "call \($0)" } ?? "nobody named a telephone number; look one up"
        return "nobody has acknowledged the critical reply \(reply.prefix(12)) (category \(criticality), version \(version), \(peer)) "
            + "in \(minutes) min: \(number)"
    }

    /// For the command that a person has given for alarms.
    package var environment: [String] {
        [
            "VEILRAY_REPLY=\(reply)", "VEILRAY_TRANSFER=\(transfer)", "VEILRAY_PEER=\(peer)", "VEILRAY_CRITICALITY=\(criticality)",
            "VEILRAY_SECONDS=\(seconds)", "VEILRAY_CALL=\(call ?? "")", "VEILRAY_COUNT=\(count)",
        ]
    }
}

/// Tells of critical replies that nobody has acknowledged, again and again, until somebody has.
///
/// A link may be down for longer than a patient can wait. So an alarm has a telephone number, and does not depend on any session.
package struct CriticalAlarms: Sendable {
    /// The times of alarms.
    package struct Timing: Sendable {
        /// How long a reply may be unacknowledged before the first alarm.
        package var within: Duration
        package var repetition: Duration
        /// How often the journal is looked at.
        package var interval = Duration.seconds(5)

        package init(within: Duration, repetition: Duration) {
            self.within = within
            self.repetition = repetition
        }
    }

    private let journal: ReplyJournal
    private let isOwn: Bool
    private let timing: Timing
    private let clock: any MonotonicClock
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - isOwn: whether replies of this side are meant, which the clinic has not acknowledged, or those that have come.
    ///   - clock: measures the pauses.
    ///   - now: the time of day, to which the journal's times are compared.
    package init(
        journal: ReplyJournal, isOwn: Bool, timing: Timing, clock: any MonotonicClock = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.journal = journal
        self.isOwn = isOwn
        self.timing = timing
        self.clock = clock
        self.now = now
    }

    /// Tells until it is cancelled. A journal that cannot be read is looked at again.
    ///
    /// - Parameter count: is given the number of open replies at each look.
    package func run(count countOpen: @Sendable (Int) -> Void = { _ in }, _ tell: @Sendable (CriticalAlarm) async -> Void) async {
        var told: [String: (count: Int, last: ContinuousClock.Instant)] = [:]
        while !Task.isCancelled {
            do {
                let open = try await journal.unacknowledged(isOwn: isOwn)
                countOpen(open.count)
                told = told.filter { entry in open.contains { $0.transfer == entry.key } }
                for record in open {
                    let before = told[record.transfer]
                    guard isDue(record, before?.last) else { continue }
                    let count = (before?.count ?? 0) + 1
                    told[record.transfer] = (count, clock.now)
                    await tell(alarm(record, count))
                }
            } catch {
                Logger(label: "veilray.replies").error("critical replies could not be looked for", metadata: ["reason": "\(error)"])
            }
            guard (try? await clock.sleep(for: timing.interval)) != nil else { return }
        }
    }

    /// A clock that was set back makes nothing younger than new: what was told once is told by the clock that cannot be set.
    private func isDue(_ record: ReplyRecord, _ last: ContinuousClock.Instant?) -> Bool {
        if let last { return clock.now - last >= timing.repetition }
        return now().timeIntervalSince(record.noted) >= Double(timing.within.components.seconds)
    }

    private func alarm(_ record: ReplyRecord, _ count: Int) -> CriticalAlarm {
        CriticalAlarm(
            reply: record.transfer, transfer: record.answered, peer: record.peerName, version: record.version,
            criticality: record.category, seconds: max(0, Int(now().timeIntervalSince(record.noted))), call: record.callback,
            folder: record.folder, count: count)
    }
}
