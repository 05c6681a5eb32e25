import Basics
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Receiving

/// Every operation from every state, and two stores that write at once.
@Suite struct TransitionConformanceTests {
    /// What can be asked for a file.
    enum Operation: CaseIterable, Sendable {
        case advanceInPart, advanceWhole, reset, resetInPlace, withdraw, restore, fail, discard, openAgain
    }

    /// The state of a file after an operation; docs/delivery/inbox.md draws the same.
    private static func state(after operation: Operation, from state: InstanceState) -> InstanceState {
        switch (operation, state) {
        case (_, .restored), (_, .failed): state
        case (.restore, _): .restored
        case (.fail, _): .failed
        case (_, .arrived) where [.advanceInPart, .advanceWhole, .withdraw, .openAgain].contains(operation): .arrived
        case (.advanceInPart, _): .arriving
        case (.advanceWhole, _): .arrived
        case (.reset, .arriving), (.reset, .arrived), (.resetInPlace, .arriving), (.resetInPlace, .arrived): .awaited
        case (.withdraw, _), (.discard, _): .withdrawn
        case (.reset, _), (.resetInPlace, _), (.openAgain, _): state
        }
    }

    /// Of a study of one file.
    private static func studyState(with state: InstanceState) -> StudyState {
        switch state {
        case .awaited, .arriving, .arrived: .arriving
        case .restored: .complete
        case .failed, .withdrawn: .incomplete
        }
    }

    private func bring(_ study: TestStudy, to state: InstanceState, in inbox: any InboxStore) async throws {
        _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key)
        switch state {
        case .awaited: break
        case .arriving: try await perform(.advanceInPart, on: study, in: inbox)
        case .arrived: try await perform(.advanceWhole, on: study, in: inbox)
        case .restored: try await perform(.restore, on: study, in: inbox)
        case .failed: try await perform(.fail, on: study, in: inbox)
        case .withdrawn: try await perform(.withdraw, on: study, in: inbox)
        }
    }

    private func perform(_ operation: Operation, on study: TestStudy, in inbox: any InboxStore) async throws {
        switch operation {
        case .advanceInPart: try await inbox.advance([(0, study.part(0, durable: 40), false)], of: study.transfer)
        case .advanceWhole: try await inbox.advance([(0, study.part(0, durable: 100), true)], of: study.transfer)
        case .reset: try await inbox.reset(0, of: study.transfer)
        case .resetInPlace: _ = try await inbox.reset(0, of: study.transfer, at: SpoolLocation(segment: 1, start: 0))
        case .withdraw: _ = try await inbox.withdraw(0, of: study.transfer, reason: "busy")
        case .restore: _ = try await inbox.commit([study.restored(0)])
        case .fail: _ = try await inbox.commit([study.failed(0)])
        case .discard: _ = try await inbox.discard(study.transfer, reason: "given up")
        case .openAgain: _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key)
        }
    }

    @Test(arguments: InboxEngine.all, InstanceState.allCases)
    func everyOperation(_ engine: InboxEngine, from state: InstanceState) async throws {
        let journal = try TestJournal(engine)
        for operation in Operation.allCases {
            let study = try TestStudy(["a.dcm"])
            try await bring(study, to: state, in: try journal.reopened())
            let before = try #require(try await journal.reopened().instances(of: study.transfer).first)
            #expect(before.state == state)
            try await perform(operation, on: study, in: try journal.reopened())
            let expected = Self.state(after: operation, from: state)
            let after = try #require(try await journal.reopened().instances(of: study.transfer).first)
            #expect(after.state == expected, "\(operation)")
            #expect(try await journal.reopened().study(study.transfer)?.state == Self.studyState(with: expected), "\(operation)")
            #expect((after.stego != nil) == [.arriving, .arrived].contains(expected), "\(operation)")
            #expect((after.outcome != nil) == [.restored, .failed].contains(expected), "\(operation)")
            // Its end, and all that a receipt says of it, is for ever.
            if before.outcome != nil { #expect(after == before, "\(operation)") }
        }
    }

    /// A file of an incomplete study whose sender returns: only a discarded study awaits its withdrawn files at once.
    @Test(arguments: InboxEngine.all) func aDiscardedStudyIsTakenBack(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm", "b.dcm", "c.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await journal.reopened().commit([study.restored(0)])
        #expect(try await journal.reopened().discard(study.transfer, reason: "given up"))
        #expect(try await !journal.reopened().discard(study.transfer, reason: "given up"))
        #expect(try await journal.states(of: study) == [.restored, .withdrawn, .withdrawn])
        #expect(try await journal.reopened().study(study.transfer)?.discarded != nil)
        #expect(try await journal.reopened().open(study.manifest, peer: "clinic", key: nil).map(\.position) == [0])
        #expect(try await journal.states(of: study) == [.restored, .awaited, .awaited])
        let status = try #require(try await journal.reopened().study(study.transfer))
        #expect((status.state, status.discarded) == (.arriving, nil))
    }

    /// A receipt may have been signed for the first end.
    @Test(arguments: InboxEngine.all) func theFirstEndStays(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        let (first, second) = try (journal.reopened(), journal.reopened())
        let committed = study.restored(0, uid: "1.2.3")
        #expect(try await first.commit([committed]).results == [committed.result])
        for again in [study.failed(0), study.restored(0, at: "/elsewhere", uid: "9.9")] {
            #expect(try await second.commit([again]).results == [committed.result])
        }
        #expect(try await journal.reopened().instances(of: study.transfer)[0].outcome == committed.result)
        // From two stores at once: one end, which both are told of.
        let ends = [study.failed(1), study.restored(1)]
        async let one = first.commit([ends[0]])
        async let other = second.commit([ends[1]])
        let entered = try await (one, other)
        #expect(entered.0.results == entered.1.results)
        #expect(ends.map { [$0.result] }.contains(entered.0.results))
        // The study ended by one of them.
        #expect(entered.0.finished.count + entered.1.finished.count == 1)
        let finished = try #require(try await first.finishedStudy(study.transfer))
        #expect(finished.instances.first?.path == "/studies/a.dcm")
    }

    /// A change that comes late, by another store too, leaves alone a file that has come to its end; so does the second of two at once.
    @Test(arguments: InboxEngine.all) func aLateChangeChangesNothing(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm", "b.dcm"])
        let (first, second) = try (journal.reopened(), journal.reopened())
        _ = try await first.open(study.manifest, peer: "clinic", key: study.key)
        try await first.advance([(0, study.part(0, durable: 100), true)], of: study.transfer)
        _ = try await first.commit([study.restored(0, uid: "1.2.3"), study.failed(1)])
        let before = try await journal.reopened().instances(of: study.transfer)
        let claim = UIDClaim(transfer: study.transfer, position: 0, digest: study.manifest.entries[0].digest, uid: "9.9")
        for inbox in [first, second] {
            for position in 0...1 {
                try await inbox.advance([(position, study.part(position, durable: 1), true)], of: study.transfer)
                try await inbox.reset(position, of: study.transfer)
                #expect(try await !inbox.reset(position, of: study.transfer, at: SpoolLocation(segment: 1, start: 0)))
                #expect(try await inbox.withdraw(position, of: study.transfer, reason: "late") == nil)
                try await inbox.countAttempt(at: position, of: study.transfer)
            }
            _ = try await inbox.claim([claim])
            try await inbox.setKey(study.key, of: study.transfer)
            #expect(try await !inbox.discard(study.transfer, reason: "late"))
        }
        #expect(try await journal.reopened().instances(of: study.transfer) == before)
        // The UID is still the one that it was restored with: another file may have the one that was claimed late.
        let other = UIDClaim(transfer: TransferID(), position: 0, digest: ContentDigest(of: [1]), uid: "9.9")
        #expect(try await journal.reopened().claim([other]) == [nil])
        let told = try #require(try await first.finishedStudy(study.transfer))
        async let one = first.reported(told, moved: [0: "/a", 1: "/b"], forwards: true)
        async let another = second.reported(told, moved: [0: "/a", 1: "/b"], forwards: true)
        #expect(try await [one, another].count { $0 } == 1)
        // A file that was never published has not moved either.
        #expect(try await journal.reopened().forwardingStudy(study.transfer)?.files.map(\.path) == ["/a"])
    }
}
