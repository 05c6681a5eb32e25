import Basics
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Receiving

/// What one sender may make the journal hold, outside of credit.
@Suite struct JournalLimitTests {
    private let folder: TemporaryFolder
    private let inbox: Inbox
    private let other: Identity

    init() throws {
        folder = try TemporaryFolder()
        inbox = try Inbox(state: folder.url)
        other = try Identity.create(name: PeerName("Other Clinic"))
    }

    private let few = JournalLimits(studies: 3)

    /// As a session does.
    private func open(_ study: TestStudy, _ limits: JournalLimits, held: Set<TransferID> = []) async throws -> [TransferID] {
        let forgotten = try await inbox.makeRoom(for: study.manifest, limits: limits) { held.contains($0) }
        _ = try await inbox.open(study.manifest, peer: "clinic", key: nil, limits: limits)
        return forgotten
    }

    private func studies(_ count: Int, sender: Identity? = nil) throws -> [TestStudy] {
        try (0..<count).map { try TestStudy(["\($0).dcm"], sender: sender) }
    }

    /// Has some of a study arrive.
    private func arrive(_ study: TestStudy) async throws {
        try await inbox.advance([(0, study.part(0, durable: 10), false)], of: study.transfer)
    }

    @Test func studiesOfWhichNothingHasComeMakeRoom() async throws {
        let studies = try studies(5)
        for study in studies[..<3] { #expect(try await open(study, few).isEmpty) }
        // The oldest that no session receives.
        #expect(try await open(studies[3], few, held: [studies[0].transfer]) == [studies[1].transfer])
        #expect(try await !inbox.knows(studies[1].transfer))
        #expect(try await inbox.instances(of: studies[1].transfer).isEmpty)
        // Its sender opens it again, as if it were new.
        #expect(try await open(studies[1], few, held: [studies[0].transfer]) == [studies[2].transfer])
        #expect(try await inbox.instances(of: studies[1].transfer).map(\.state) == [.awaited])
    }

    @Test func whatHasComeIsNotForgotten() async throws {
        let studies = try studies(4)
        for study in studies[..<3] {
            _ = try await open(study, few)
            try await arrive(study)
        }
        let error = await #expect(throws: TooMuchAtOnce.self) { try await open(studies[3], few) }
        #expect(error?.kind == .studies(3))
        #expect(try await !inbox.knows(studies[3].transfer))
        // What is known goes on, and others may come.
        _ = try await open(studies[0], few)
        let others = try TestStudy(["a"], sender: other)
        #expect(try await open(others, few).isEmpty)
        // One that comes to its end makes room.
        _ = try await inbox.settle([studies[0].restored(0)])
        #expect(try await open(studies[3], few).isEmpty)
    }

    /// A clinic with three hundred studies over a link that breaks again and again: all of them are opened, and all end.
    @Test func hundredsOfStudiesGetThrough() async throws {
        var waiting = try studies(300)[...]
        var unfinished: [TestStudy] = []
        while !waiting.isEmpty || !unfinished.isEmpty {
            if let study = waiting.popFirst() {
                do {
                    _ = try await open(study, JournalLimits())
                    try await arrive(study)
                    unfinished.append(study)
                    continue
                } catch is TooMuchAtOnce {
                    waiting.append(study)
                }
            }
            _ = try await inbox.settle([unfinished.removeFirst().restored(0)])
        }
        #expect(try await inbox.figures().completeStudies == 300)
        #expect(JournalLimits().studies < 300)
    }

    // MARK: Bytes

    private func limits(of study: TestStudy, times count: Int, all: Int = 1_000) -> JournalLimits {
        let bytes = Inbox.journalBytes(of: study.manifest)
        return JournalLimits(senderBytes: bytes * count, bytes: bytes * all)
    }

    @Test func manifestsOfOneSenderAreBounded() async throws {
        let studies = try studies(4)
        let limits = limits(of: studies[0], times: 2)
        for study in studies[..<2] { _ = try await open(study, limits) }
        #expect(try await open(studies[2], limits) == [studies[0].transfer])
        for study in studies[1...2] { try await arrive(study) }
        let error = await #expect(throws: TooMuchAtOnce.self) { try await open(studies[3], limits) }
        #expect(error?.kind == .journal)
    }

    @Test func aSendersOnlyStudyMayBeLarge() async throws {
        let study = try TestStudy((0..<10_000).map { "series/IM\($0).dcm" })
        let bytes = Inbox.journalBytes(of: study.manifest)
        #expect(bytes < JournalLimits().senderBytes / 8)
        #expect(try await open(study, JournalLimits(senderBytes: 1, bytes: 1)).isEmpty)
    }

    /// Opened and withdrawn at once, studies would pile up without a byte of credit.
    @Test func studiesThatEndedIncompleteAreCounted() async throws {
        let studies = try studies(3)
        let limits = limits(of: studies[0], times: 2)
        for study in studies[..<2] {
            _ = try await open(study, limits)
            _ = try await inbox.withdraw(0, of: study.transfer, reason: "busy")
        }
        // Not before it was told.
        await #expect(throws: TooMuchAtOnce.self) { try await open(studies[2], limits) }
        let finished = try #require(try await inbox.finishedStudy(studies[1].transfer))
        #expect(try await inbox.announced(finished, moved: [:], forwards: false))
        #expect(try await open(studies[2], limits) == [studies[1].transfer])
    }

    /// Another sender's are touched only when all of them together are too many.
    @Test func allTogetherAreBounded() async throws {
        let (own, others) = (try studies(2), try studies(3, sender: other))
        let limits = limits(of: own[0], times: 2, all: 3)
        for study in others[..<2] { _ = try await open(study, limits) }
        #expect(try await open(own[0], limits).isEmpty)
        try await arrive(own[0])
        try await arrive(others[0])
        #expect(try await open(own[1], limits) == [others[1].transfer])
        try await arrive(own[1])
        await #expect(throws: TooMuchAtOnce.self) { try await open(others[2], limits) }
    }

    /// What the journal's file grows by is about what a manifest is counted as; what is forgotten is used again.
    @Test func theJournalDoesNotGrow() async throws {
        func fileBytes() -> Int {
            ["", "-wal"].reduce(0) { sum, suffix in
                let path = Inbox.path(in: folder.url) + suffix
                return sum + ((try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0)
            }
        }
        let names = (0..<2_000).map { "series-\($0 % 10)/IM\($0).dcm" }
        let first = try TestStudy(names)
        let bytes = Inbox.journalBytes(of: first.manifest)
        let limits = limits(of: first, times: 2)
        _ = try await open(first, limits)
        await inbox.overwriteLog()
        let one = fileBytes()
        #expect((bytes / 3...bytes * 3 / 2).contains(one), "\(one) bytes, counted as \(bytes)")
        for _ in 0..<8 { _ = try await open(try TestStudy(names), limits) }
        await inbox.overwriteLog()
        let many = fileBytes()
        #expect(many < one * 3, "\(one) bytes with one, \(many) with nine")
    }
}
