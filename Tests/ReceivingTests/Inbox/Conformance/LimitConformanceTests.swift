import Basics
import Foundation
import Protocol
import Testing

@testable import Receiving

/// A journal that several senders fill.
private struct LimitedJournal {
    static let few = JournalLimits(studies: 3)

    let inbox: any InboxStore
    let other: Identity
    private let journal: TestJournal

    init(_ engine: InboxEngine) throws {
        journal = try TestJournal(engine)
        inbox = try journal.reopened()
        other = try Identity.create(name: PeerName("Other Clinic"))
    }

    /// As a session does.
    func open(_ study: TestStudy, _ limits: JournalLimits, held: Set<TransferID> = []) async throws -> [TransferID] {
        let forgotten = try await inbox.makeRoom(for: study.manifest, limits: limits) { held.contains($0) }
        _ = try await inbox.open(study.manifest, peer: "clinic", key: nil, limits: limits)
        return forgotten
    }

    func studies(_ count: Int, sender: Identity? = nil) throws -> [TestStudy] {
        try (0..<count).map { try TestStudy(["\($0).dcm"], sender: sender) }
    }

    /// Has some of a study arrive.
    func arrive(_ study: TestStudy) async throws {
        try await inbox.advance([(0, study.part(0, durable: 10), false)], of: study.transfer)
    }

    func limits(of study: TestStudy, times count: Int, all: Int = 1_000) -> JournalLimits {
        let bytes = JournalLimits.bytes(of: study.manifest)
        return JournalLimits(senderBytes: bytes * count, bytes: bytes * all)
    }
}

/// How much one sender may make the journal hold, outside of credit.
@Suite struct LimitConformanceTests {
    @Test(arguments: InboxEngine.all) func studiesOfWhichNothingHasComeMakeRoom(_ engine: InboxEngine) async throws {
        let journal = try LimitedJournal(engine)
        let studies = try journal.studies(5)
        for study in studies[..<3] { #expect(try await journal.open(study, LimitedJournal.few).isEmpty) }
        // The oldest that no session receives.
        #expect(try await journal.open(studies[3], LimitedJournal.few, held: [studies[0].transfer]) == [studies[1].transfer])
        #expect(try await !journal.inbox.knows(studies[1].transfer))
        #expect(try await journal.inbox.instances(of: studies[1].transfer).isEmpty)
        // Its sender opens it again, as if it were new.
        #expect(try await journal.open(studies[1], LimitedJournal.few, held: [studies[0].transfer]) == [studies[2].transfer])
        #expect(try await journal.inbox.instances(of: studies[1].transfer).map(\.state) == [.awaited])
    }

    @Test(arguments: InboxEngine.all) func whatHasComeIsNotForgotten(_ engine: InboxEngine) async throws {
        let journal = try LimitedJournal(engine)
        let studies = try journal.studies(4)
        for study in studies[..<3] {
            _ = try await journal.open(study, LimitedJournal.few)
            try await journal.arrive(study)
        }
        let error = await #expect(throws: ReceivingError.self) { try await journal.open(studies[3], LimitedJournal.few) }
        #expect(error == .tooManyStudies(3))
        #expect(try await !journal.inbox.knows(studies[3].transfer))
        // What is known goes on, and others may come.
        _ = try await journal.open(studies[0], LimitedJournal.few)
        let others = try TestStudy(["a"], sender: journal.other)
        #expect(try await journal.open(others, LimitedJournal.few).isEmpty)
        // One that comes to its end makes room.
        _ = try await journal.inbox.commit([studies[0].restored(0)])
        #expect(try await journal.open(studies[3], LimitedJournal.few).isEmpty)
    }

    /// A clinic with three hundred studies over a link that breaks again and again: all of them are opened, and all end.
    @Test(arguments: InboxEngine.all) func hundredsOfStudiesGetThrough(_ engine: InboxEngine) async throws {
        let journal = try LimitedJournal(engine)
        var waiting = try journal.studies(300)[...]
        var unfinished: [TestStudy] = []
        while !waiting.isEmpty || !unfinished.isEmpty {
            if let study = waiting.popFirst() {
                do {
                    _ = try await journal.open(study, JournalLimits())
                    try await journal.arrive(study)
                    unfinished.append(study)
                    continue
                } catch let error as ReceivingError where error.code == .tooManyStudies {
                    waiting.append(study)
                }
            }
            _ = try await journal.inbox.commit([unfinished.removeFirst().restored(0)])
        }
        #expect(try await journal.inbox.figures().completeStudies == 300)
        #expect(JournalLimits().studies < 300)
    }

    @Test(arguments: InboxEngine.all) func manifestsOfOneSenderAreBounded(_ engine: InboxEngine) async throws {
        let journal = try LimitedJournal(engine)
        let studies = try journal.studies(4)
        let limits = journal.limits(of: studies[0], times: 2)
        for study in studies[..<2] { _ = try await journal.open(study, limits) }
        #expect(try await journal.open(studies[2], limits) == [studies[0].transfer])
        for study in studies[1...2] { try await journal.arrive(study) }
        let error = await #expect(throws: ReceivingError.self) { try await journal.open(studies[3], limits) }
        #expect(error?.code == .tooManyManifestBytes)
    }

    @Test(arguments: InboxEngine.all) func aSendersOnlyStudyMayBeLarge(_ engine: InboxEngine) async throws {
        let journal = try LimitedJournal(engine)
        let study = try TestStudy((0..<10_000).map { "series/IM\($0).dcm" })
        let bytes = JournalLimits.bytes(of: study.manifest)
        #expect(bytes < JournalLimits().senderBytes / 8)
        #expect(try await journal.open(study, JournalLimits(senderBytes: 1, bytes: 1)).isEmpty)
    }

    /// Opened and withdrawn at once, studies would pile up without a byte of credit.
    @Test(arguments: InboxEngine.all) func studiesThatEndedIncompleteAreCounted(_ engine: InboxEngine) async throws {
        let journal = try LimitedJournal(engine)
        let studies = try journal.studies(3)
        let limits = journal.limits(of: studies[0], times: 2)
        for study in studies[..<2] {
            _ = try await journal.open(study, limits)
            _ = try await journal.inbox.withdraw(0, of: study.transfer, reason: "busy")
        }
        // Not before it was told.
        await #expect(throws: ReceivingError.tooManyManifestBytes) { try await journal.open(studies[2], limits) }
        let finished = try #require(try await journal.inbox.finishedStudy(studies[1].transfer))
        #expect(try await journal.inbox.reported(finished, moved: [:], forwards: false))
        #expect(try await journal.open(studies[2], limits) == [studies[1].transfer])
    }

    /// Another sender's are touched only when all of them together are too many.
    @Test(arguments: InboxEngine.all) func allTogetherAreBounded(_ engine: InboxEngine) async throws {
        let journal = try LimitedJournal(engine)
        let (own, others) = (try journal.studies(2), try journal.studies(3, sender: journal.other))
        let limits = journal.limits(of: own[0], times: 2, all: 3)
        for study in others[..<2] { _ = try await journal.open(study, limits) }
        #expect(try await journal.open(own[0], limits).isEmpty)
        try await journal.arrive(own[0])
        try await journal.arrive(others[0])
        #expect(try await journal.open(own[1], limits) == [others[1].transfer])
        try await journal.arrive(own[1])
        await #expect(throws: ReceivingError.tooManyManifestBytes) { try await journal.open(others[2], limits) }
    }
}
