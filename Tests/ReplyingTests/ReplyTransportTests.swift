import Basics
import Concurrency
import Foundation
import Protocol
import Synchronization
import Testing

@testable import Receiving
@testable import Sending

/// Replies come home over sessions that only the clinic can dial, by the engines that carry studies out.
@Suite(.timeLimit(.minutes(3))) struct ReplyTransportTests {
    private static let study = "1.2.826.0.1.3680043.10.14.7"

    @Test func whatWaitsIsCollectedOnce() async throws {
        let circle = try await Circle()
        let sent = try await circle.deliver(1...2, study: Self.study)
        try await circle.reply(to: sent, 11...12)
        try await circle.reply(to: sent, 13...13, version: 2, status: .addendum)
        try await circle.taker.receiving { try await circle.listener.once() }
        #expect(try circle.folders() == ["\(Self.study)/v1-preliminary": 2, "\(Self.study)/v2-addendum": 1])
        #expect(try await circle.queued().isEmpty)
        #expect(circle.arrived.ends.map(\.event) == ["complete", "complete"])
        try await circle.end()
    }

    /// A week, and then some: what waits is cleaned up daily at both sides, and is there all the same.
    @Test func aClinicThatWasAwayForAWeekGetsWhatWaited() async throws {
        let circle = try await Circle()
        let sent = try await circle.deliver(1...1, study: Self.study)
        try await circle.reply(to: sent, 91...91)
        try await circle.reply(to: sent, 92...92, version: 2, status: .corrected)
        for day in 1...8 {
            let later = Date(timeIntervalSinceNow: Double(day) * 86_400)
            try await Outbox(home: circle.radiologist).clean(now: later)
            try await circle.resources.outbox.clean(now: later)
        }
        try await circle.taker.receiving { try await circle.listener.once() }
        #expect(try circle.folders() == ["\(Self.study)/v1-preliminary": 1, "\(Self.study)/v2-corrected": 1])
        #expect(try await circle.queued().isEmpty)
        try await circle.end()
    }

    /// A second opinion after a year: the clinic's outbox has forgotten the transfer, but not whose study it was.
    @Test func aReplyAfterAYearFindsItsStudy() async throws {
        let circle = try await Circle()
        let sent = try await circle.deliver(1...1, study: Self.study)
        try await circle.resources.outbox.clean(now: Date(timeIntervalSinceNow: 365 * 86_400))
        #expect(try await circle.resources.outbox.study(sent.transfer) == nil)
        try await circle.reply(to: sent, 95...95)
        try await circle.taker.receiving { try await circle.listener.once() }
        #expect(try circle.folders() == ["\(Self.study)/v1-preliminary": 1])
        try await circle.end()
    }

    /// Two radiologists of two houses, or one that counts wrongly: neither report takes the other's place.
    @Test func theSameVersionTwiceIsTwoFolders() async throws {
        let circle = try await Circle()
        let sent = try await circle.deliver(1...1, study: Self.study)
        let first = try await circle.reply(to: sent, 21...21)
        let second = try await circle.reply(to: sent, 22...22)
        try await circle.taker.receiving { try await circle.listener.once() }
        let folders = try circle.folders()
        #expect(folders.values.sorted() == [1, 1])
        let names = Set(folders.keys.map { ($0 as NSString).lastPathComponent })
        #expect(
            names == ["v1-preliminary", "v1-preliminary-\(second.short)"] || names == ["v1-preliminary", "v1-preliminary-\(first.short)"])
        try await circle.end()
    }

    @Test func aHeldSessionBringsWhatIsGivenMeanwhile() async throws {
        let circle = try await Circle()
        let sent = try await circle.deliver(1...1, study: Self.study)
        let before = circle.received.sessions
        try await circle.taker.receiving {
            let following = Task { try await circle.listener.follow() }
            for version in 1...3 {
                try await circle.reply(
                    to: sent, (30 + version)...(30 + version), version: version, status: version == 1 ? .preliminary : .addendum)
                try await circle.arrived.wait { events in events.count { if case .studyEnd = $0 { true } else { false } } == version }
            }
            following.cancel()
            await #expect(throws: CancellationError.self) { try await following.value }
        }
        #expect(try circle.folders().count == 3)
        #expect(circle.received.sessions == before + 1, "one session for all of them")
        try await circle.end()
    }

    /// While the clinic sends a study, a reply comes over the same session; what comes behind it is collected before the clinic leaves.
    @Test func studiesBothWaysInOneSession() async throws {
        let circle = try await Circle()
        let sent = try await circle.deliver(1...1, study: Self.study)
        try await circle.reply(to: sent, 41...42)
        let before = circle.received.sessions
        var resources = circle.resources
        let collector = ReplyCollector(circle.taker)
        resources.replies = collector
        let both = resources
        try await circle.taker.receiving {
            try await collector.collecting { _ = try await circle.deliver(51...56, study: "\(Self.study).2", both) }
        }
        #expect(circle.received.sessions == before + 1)
        #expect(try circle.folders() == ["\(Self.study)/v1-preliminary": 2])
        #expect(try await circle.queued().isEmpty)
        try await circle.end()
    }

    /// Without anybody who takes replies, a session is as it always was.
    @Test func whoTakesNothingGetsNothing() async throws {
        let circle = try await Circle()
        let sent = try await circle.deliver(1...1, study: Self.study)
        try await circle.reply(to: sent, 61...61)
        _ = try await circle.deliver(2...2, study: "\(Self.study).3")
        #expect(try await circle.queued().count == 1)
        #expect(try await circle.queued().allSatisfy { $0.lastError == nil })
        try await circle.end()
    }

    @Test func whatAnswersNothingOfThisSideIsRefused() async throws {
        let circle = try await Circle()
        let sent = try await circle.deliver(1...1, study: Self.study)
        try await circle.reply(to: (sent.transfer, ContentDigest(of: [0])), 71...71)
        try await circle.reply(to: (TransferID(), sent.manifest), 72...72)
        try await circle.reply(to: nil, 73...73)
        try await circle.reply(to: sent, 74...74)
        try await circle.taker.receiving { try await circle.listener.once() }
        // Each is told, and none of them keeps the one behind it from coming.
        #expect(circle.arrived.refusals.count == 3)
        for word in ["other files than were sent", "not sent to you", "answers nothing"] {
            #expect(circle.arrived.refusals.contains { $0.contains(word) }, "\(word)")
        }
        #expect(try circle.folders() == ["\(Self.study)/v1-preliminary": 1])
        let kept = try await circle.queued()
        #expect(kept.count == 3 && kept.allSatisfy { $0.lastError?.contains("it refused") == true })
        try await circle.end()
    }
}
