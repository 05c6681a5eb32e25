import Basics
import DICOM
import Foundation
import GRDB
import Journal
import Protocol
import TestSupport
import Testing

@testable import Receiving

/// Every transition, each looked at through a journal that was closed and opened again: what a call has returned from is on the disk.
@Suite struct InboxTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A journal that somebody else has opened, as after a crash.
    private func reopened() throws -> Inbox { try Inbox(state: folder.url) }

    private func announce(_ study: TestStudy, moved: [Int: String] = [:], forwards: Bool = false) async throws {
        let finished = try #require(try await reopened().finishedStudy(study.transfer))
        #expect(try await reopened().announced(finished, moved: moved, forwards: forwards))
    }

    private func states(of study: TestStudy) async throws -> [InstanceState] {
        try await reopened().instances(of: study.transfer).map(\.state)
    }

    @Test func isPrivateAndSynchronised() throws {
        let inbox = try reopened()
        let attributes = try FileManager.default.attributesOfItem(atPath: Inbox.path(in: folder.url))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let (synchronous, secure) = try inbox.database.writeWithoutTransaction { database in
            (try Int.fetchOne(database, sql: "PRAGMA synchronous"), try Int.fetchOne(database, sql: "PRAGMA secure_delete"))
        }
        #expect(synchronous == 2)
        #expect(secure == 1)
    }

    @Test func openingAStudyTwiceFindsItAgain() async throws {
        let study = try TestStudy(["a.dcm", "b/c.dcm"])
        #expect(try await reopened().open(study.manifest, peer: "clinic", key: nil).isEmpty)
        let first = try await reopened().instances(of: study.transfer)
        #expect(first.map(\.path) == ["a.dcm", "b/c.dcm"])
        #expect(first.map(\.digest) == study.manifest.entries.map(\.digest))
        try await reopened().advance([(1, study.part(1, durable: 40), false)], of: study.transfer)
        let again = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        #expect(again.map(\.position) == [1])
        #expect(again.map(\.state) == [.arriving])
        #expect(again.first?.stego == study.part(1, durable: 40))
    }

    @Test func anotherManifestUnderTheSameTransferIsRefused() async throws {
        let study = try TestStudy(["a.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: nil)
        let other = try Manifest(
            transferID: study.transfer, studyUID: study.manifest.studyUID, entries: study.manifest.entries,
            signedBy: try Identity.create(name: PeerName("Somebody")))
        await #expect(throws: TransferConflict.self) { try await reopened().open(other, peer: "somebody", key: nil) }
        #expect(try await states(of: study) == [.awaited])
    }

    @Test func arrivingThenArrivedThenRestored() async throws {
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        try await reopened().advance([(0, study.part(0, durable: 40), false)], of: study.transfer)
        #expect(try await states(of: study) == [.arriving, .awaited])
        #expect(try await reopened().segmentsInUse(of: study.transfer) == [1])
        try await reopened().advance([(0, study.part(0, durable: 100), true)], of: study.transfer)
        #expect(try await states(of: study) == [.arrived, .awaited])
        let unrestored = try await reopened().unrestored()
        #expect(unrestored.map(\.instance.path) == ["a.dcm"])
        #expect(unrestored.first?.key == study.key)
        let settlement = study.restored(0)
        #expect(try await reopened().settle([settlement]).isEmpty)
        let record = try #require(try await reopened().instances(of: study.transfer).first)
        #expect(record.state == .restored)
        #expect(record.outcome == settlement.result)
        #expect(try await reopened().segmentsInUse(of: study.transfer).isEmpty)
        #expect(try await reopened().unrestored().isEmpty)
    }

    /// Bytes may all be there before the verdict on them is.
    @Test func allBytesAreNotYetAnArrival() async throws {
        let study = try TestStudy(["a.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        try await reopened().advance([(0, study.part(0, durable: 100), false)], of: study.transfer)
        #expect(try await states(of: study) == [.arriving])
        #expect(try await reopened().unrestored().isEmpty)
    }

    @Test func aLateOffsetChangesNothingThatIsSettled() async throws {
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await reopened().settle([study.restored(0), study.failed(1)])
        try await reopened().advance(
            [(0, study.part(0, durable: 100), true), (1, study.part(1, durable: 100), true)], of: study.transfer)
        #expect(try await states(of: study) == [.restored, .failed])
    }

    @Test func whatCameDamagedIsAwaitedAgain() async throws {
        let study = try TestStudy(["a.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: nil)
        try await reopened().advance([(0, study.part(0, durable: 40), false)], of: study.transfer)
        try await reopened().reset(0, of: study.transfer)
        let record = try #require(try await reopened().instances(of: study.transfer).first)
        #expect(record.state == .awaited)
        #expect(record.stego == nil)
    }

    // MARK: Headings and folders

    @Test func theFirstFileSaysWhichStudyItIs() async throws {
        let study = try TestStudy(["a.dcm", "b.dcm", "c.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        #expect(try await reopened().study(study.transfer)?.heading == nil)
        var (first, second) = (study.restored(0, at: "/in/P/S/1/a.dcm"), study.restored(1, at: "/in/P/S/2/b.dcm"))
        first.heading = StudyHeading(DataSet([DataElement(.patientName, .PN, strings: ["ONE^PATIENT"])]))
        second.heading = StudyHeading(DataSet([DataElement(.patientName, .PN, strings: ["TWO^PATIENT"])]))
        _ = try await reopened().settle([first])
        _ = try await reopened().settle([second])
        let status = try #require(try await reopened().study(study.transfer))
        #expect(status.heading?.patientName == "ONE^PATIENT")
        #expect(status.folder == "/in/P/S")
        #expect(try Fingerprint(status.sender.description) == study.manifest.sender)
    }

    @Test func commonFolders() {
        #expect(Inbox.commonFolder("/in/a.dcm", "/in/b.dcm") == "/in")
        #expect(Inbox.commonFolder("/in/ab/a.dcm", "/in/abc/a.dcm") == "/in")
        #expect(Inbox.commonFolder("/in/a.dcm", "/in/a.dcm") == "/in")
        #expect(Inbox.commonFolder("/a.dcm", "/b.dcm") == nil)
        #expect(Inbox.commonFolder(nil, nil) == nil)
        #expect(Inbox.commonFolder("/in/.veilray-arriving/x/a.dcm", "/in/.veilray-arriving/x/b.dcm") == nil)
    }

    // MARK: Ends

    @Test func completeOnlyWithTheLastInstance() async throws {
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        #expect(try await reopened().settle([study.restored(0)]).isEmpty)
        #expect(try await reopened().unannounced().isEmpty)
        #expect(try await reopened().settle([study.restored(1)]) == [study.transfer: .complete])
        #expect(try await reopened().unannounced() == [study.transfer])
        let finished = try #require(try await reopened().finishedStudy(study.transfer))
        #expect(finished.state == .complete)
        #expect(finished.instances.map(\.path) == ["/studies/a.dcm", "/studies/b.dcm"])
        // Settled twice, by a run that was killed before it could tell anybody: the study ends once.
        #expect(try await reopened().settle([study.restored(1)]).isEmpty)
    }

    @Test func theKeyGoesWithTheStudysEnd() async throws {
        let study = try TestStudy(["a.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        func key() async throws -> Data? { try await reopened().database.read { try Data.fetchOne($0, sql: "SELECT key FROM study") } }
        #expect(try await key() == Data(study.key))
        _ = try await reopened().settle([study.restored(0)])
        #expect(try await key() == nil)
        // A sender that opens it again, for the receipts, does not bring it back.
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        #expect(try await key() == nil)
    }

    @Test func failuresAndWithdrawalsMakeItIncomplete() async throws {
        let study = try TestStudy(["a.dcm", "b.dcm", "c.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await reopened().settle([study.restored(0), study.failed(1)])
        #expect(try await reopened().withdraw(2, of: study.transfer, reason: "unreadable") == .incomplete)
        let finished = try #require(try await reopened().finishedStudy(study.transfer))
        #expect(finished.state == .incomplete)
        #expect((finished.failed, finished.withdrawn) == (1, 1))
        let failure = try await reopened().instances(of: study.transfer)[1].outcome
        #expect(failure?.outcome == .failed(InstanceFailure(.tampered, "no good")))
    }

    @Test func whatWasWithdrawnMayComeAfterAll() async throws {
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await reopened().settle([study.restored(0)])
        _ = try await reopened().withdraw(1, of: study.transfer, reason: "busy")
        try await announce(study)
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        try await reopened().advance([(1, study.part(1, durable: 100), true)], of: study.transfer)
        #expect(try await states(of: study) == [.restored, .arrived])
        #expect(try await reopened().settle([study.restored(1)]) == [study.transfer: .complete])
        #expect(try await reopened().unannounced() == [study.transfer])
    }

    /// Restored before the spool's next group: the journal has never seen it arrive.
    @Test func whatWasWithdrawnMayComeAtOnce() async throws {
        let study = try TestStudy(["a.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        #expect(try await reopened().withdraw(0, of: study.transfer, reason: "busy") == .incomplete)
        #expect(try await reopened().settle([study.restored(0)]) == [study.transfer: .complete])
    }

    @Test func announcedOnce() async throws {
        let study = try TestStudy(["a.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await reopened().settle([study.restored(0)])
        try await announce(study, moved: [0: "/elsewhere/a.dcm"], forwards: true)
        #expect(try await reopened().unannounced().isEmpty)
        #expect(try await reopened().finishedStudy(study.transfer) == nil)
        #expect(try await reopened().forwardingStudy(study.transfer)?.files.map(\.path) == ["/elsewhere/a.dcm"])
    }

    /// What was told is not what it is any more: it has to be told again.
    @Test func anEndThatHasPassedIsNotAnnounced() async throws {
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await reopened().settle([study.restored(0)])
        _ = try await reopened().withdraw(1, of: study.transfer, reason: "busy")
        let told = try #require(try await reopened().finishedStudy(study.transfer))
        #expect(told.state == .incomplete)
        try await reopened().advance([(1, study.part(1, durable: 100), true)], of: study.transfer)
        #expect(try await !reopened().announced(told, moved: [0: "/elsewhere/a.dcm"], forwards: false))
        #expect(try await reopened().settle([study.restored(1)]) == [study.transfer: .complete])
        #expect(try await !reopened().announced(told, moved: [:], forwards: false))
        let finished = try #require(try await reopened().finishedStudy(study.transfer))
        #expect(finished.state == .complete)
        // The files were moved all the same.
        #expect(finished.instances.map(\.path) == ["/elsewhere/a.dcm", "/studies/b.dcm"])
        #expect(try await reopened().announced(finished, moved: [:], forwards: true))
        #expect(try await reopened().waitingForForwarding() == [study.transfer])
    }

    // MARK: Keys

    private func key() async throws -> Data? {
        try await reopened().database.read { try Data.fetchOne($0, sql: "SELECT key FROM study") }
    }

    /// Opened again for its receipts, an incomplete study has its key for that session only.
    @Test func theKeyOfAnIncompleteStudyDoesNotStay() async throws {
        let study = try TestStudy(["a.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        #expect(try await !reopened().wipeKeyIfOver(study.transfer))
        #expect(try await key() != nil)
        _ = try await reopened().withdraw(0, of: study.transfer, reason: "busy")
        #expect(try await key() == nil)
        try await reopened().setKey(study.key, of: study.transfer)
        #expect(try await key() != nil)
        #expect(try await reopened().wipeKeyIfOver(study.transfer))
        #expect(try await key() == nil)
        // Or killed before that.
        try await reopened().setKey(study.key, of: study.transfer)
        try await reopened().wipeKeys()
        #expect(try await key() == nil)
    }

    @Test func theLogForgetsTheKey() async throws {
        let study = try TestStudy(["a.dcm"])
        let inbox = try reopened()
        _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key)
        func isOnTheDisk() throws -> Bool {
            try ["", "-wal"].contains { suffix in
                try Data(contentsOf: URL(filePath: Inbox.path(in: folder.url) + suffix)).range(of: Data(study.key)) != nil
            }
        }
        #expect(try isOnTheDisk())
        _ = try await inbox.settle([study.restored(0)])
        #expect(try isOnTheDisk())
        await inbox.overwriteLog()
        #expect(try !isOnTheDisk())
        // And it goes on.
        let next = try TestStudy(["b.dcm"])
        _ = try await inbox.open(next.manifest, peer: "clinic", key: nil)
        #expect(try await states(of: next) == [.awaited])
    }

    // MARK: Attempts

    @Test func attemptsCountUnorderlyEnds() async throws {
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        try await reopened().advance(
            [(0, study.part(0, durable: 100), true), (1, study.part(1, durable: 100, start: 100), true)], of: study.transfer)
        func attempts() async throws -> [Int] { try await reopened().unrestored().map(\.instance.attempts) }
        // What arrives is restored at once, and that is in the journal with it.
        #expect(try await attempts() == [1, 1])
        for _ in 0..<4 { try await reopened().countAttempts(upTo: 2) }
        #expect(try await attempts() == [3, 3])
        try await reopened().countAttempt(at: 0, of: study.transfer)
        #expect(try await attempts() == [3, 4])
        // The one that was tried least goes first.
        #expect(try await reopened().unrestored().map(\.instance.position) == [1, 0])
        try await reopened().forgetAttempts()
        #expect(try await attempts() == [0, 0])
    }

    @Test func aLostInstanceIsAwaitedAgain() async throws {
        let study = try TestStudy(["a.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        try await reopened().advance([(0, study.part(0, durable: 100, start: 50), true)], of: study.transfer)
        // It came again meanwhile, to another place.
        #expect(try await !reopened().reset(0, of: study.transfer, at: SpoolLocation(segment: 1, start: 0)))
        #expect(try await states(of: study) == [.arrived])
        #expect(try await reopened().reset(0, of: study.transfer, at: SpoolLocation(segment: 1, start: 50)))
        #expect(try await states(of: study) == [.awaited])
        _ = try await reopened().settle([study.restored(0)])
        #expect(try await !reopened().reset(0, of: study.transfer, at: SpoolLocation(segment: 1, start: 50)))
        #expect(try await states(of: study) == [.restored])
    }

    // MARK: Limits and versions

    @Test func readingChangesNothing() async throws {
        let study = try TestStudy(["a.dcm"])
        let writer = try reopened()
        _ = try await writer.open(study.manifest, peer: "clinic", key: study.key)
        let reader = try Inbox(reading: folder.url)
        #expect(try await reader.studies(limit: 1).map(\.transfer) == [study.transfer.description])
        await #expect(throws: DatabaseError.self) { try await reader.withdraw(0, of: study.transfer, reason: "busy") }
    }

    @Test(arguments: [("forwarding", "older"), (nil, "newer")])
    func journalsOfOtherVersionsAreNotRead(_ migration: String?, _ word: String) async throws {
        let path = Inbox.path(in: folder.url)
        do {
            let database = try DatabasePool(path: path)
            if let migration { try InboxSchema.migrator.migrate(database, upTo: migration) }
            var migrator = InboxSchema.migrator
            migrator.registerMigration("of the future") { _ in }
            if migration == nil { try migrator.migrate(database) }
            try database.close()
        }
        let error = #expect(throws: JournalError.self) { try Inbox(reading: folder.url) }
        #expect(error.map { "\($0)".contains(word) } == true)
        let columns = try await DatabasePool(path: path).read { try $0.columns(in: "instance").map(\.name) }
        #expect(columns.contains("attempts") == (migration == nil))
    }

    // MARK: What is known

    @Test func sameOriginalOfTheSameSenderIsKnown() async throws {
        let first = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await reopened().open(first.manifest, peer: "clinic", key: first.key)
        _ = try await reopened().settle([first.restored(0, uid: "1.2.3"), first.failed(1)])
        let second = try TestStudy(["moved/a.dcm", "b.dcm", "new.dcm"], contents: ["moved/a.dcm": "a.dcm"])
        _ = try await reopened().open(second.manifest, peer: "clinic", key: second.key)
        let known = try await reopened().knownInstances(of: second.transfer)
        #expect(known.map(\.position) == [0])
        #expect(known.first?.path == "/studies/a.dcm")
        #expect(known.first?.sopInstanceUID == "1.2.3")
    }

    /// "You need not send it" would tell one clinic what another one has sent.
    @Test func anotherSendersOriginalIsNotTold() async throws {
        let first = try TestStudy(["a.dcm"])
        _ = try await reopened().open(first.manifest, peer: "clinic", key: first.key)
        _ = try await reopened().settle([first.restored(0)])
        let second = try TestStudy(["a.dcm"], sender: try Identity.create(name: PeerName("Other Clinic")))
        _ = try await reopened().open(second.manifest, peer: "other", key: second.key)
        #expect(try await reopened().knownInstances(of: second.transfer).isEmpty)
    }

    private func claim(_ study: TestStudy, _ digest: ContentDigest? = nil, uid: String = "1.2.3") -> UIDClaim {
        UIDClaim(transfer: study.transfer, position: 0, digest: digest ?? study.manifest.entries[0].digest, uid: uid)
    }

    @Test func differentFilesUnderOneUIDAreAConflictAcrossTransfers() async throws {
        let first = try TestStudy(["a.dcm"])
        _ = try await reopened().open(first.manifest, peer: "clinic", key: first.key)
        _ = try await reopened().settle([first.restored(0, uid: "1.2.3")])
        let other = try TestStudy(["changed"])
        let inbox = try reopened()
        #expect(try await inbox.claim([claim(other)]) == ["/studies/a.dcm"])
        #expect(try await inbox.claim([claim(first, ContentDigest(of: [1]))]) == [nil])
        #expect(try await inbox.claim([claim(other, first.manifest.entries[0].digest)]) == [nil])
        #expect(try await inbox.claim([claim(other, uid: "1.2.4"), nil]) == [nil, nil])
    }

    /// Two connections to one journal at the same moment: one of them gets the UID, whichever it is.
    @Test func aUIDIsClaimedByOne() async throws {
        let studies = try (0..<8).map { try TestStudy(["file-\($0)"]) }
        for study in studies {
            _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
            try await reopened().advance([(0, study.part(0, durable: 100), true)], of: study.transfer)
        }
        let inboxes = try [reopened(), reopened()]
        let claims = studies.map { claim($0) }
        let others = try await withThrowingTaskGroup(of: String?.self) { group in
            for (index, claim) in claims.enumerated() {
                group.addTask { try await inboxes[index % 2].claim([claim])[0] }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(others.count { $0 == nil } == 1)
        #expect(Set(others.compactMap(\.self)).count == 1)
        // Whoever has to come again lets go of it.
        for study in studies { try await inboxes[0].reset(0, of: study.transfer) }
        #expect(try await inboxes[1].claim([claim(try TestStudy(["late"]))]) == [nil])
    }

    /// A receipt may have been signed for the first end.
    @Test func theFirstEndStays() async throws {
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        let (first, second) = try (reopened(), reopened())
        let settled = study.restored(0, uid: "1.2.3")
        #expect(try await first.enter([settled]).results == [settled.result])
        let row = try reopened().database.read { try Row.fetchOne($0, sql: "SELECT * FROM instance WHERE position = 0") }
        for again in [study.failed(0), study.restored(0, at: "/elsewhere", uid: "9.9")] {
            #expect(try await second.enter([again]).results == [settled.result])
        }
        let later = try reopened().database.read { try Row.fetchOne($0, sql: "SELECT * FROM instance WHERE position = 0") }
        #expect(row == later)
        // From two connections at once: one end, which both are told of.
        let ends = [study.failed(1), study.restored(1)]
        async let one = first.enter([ends[0]])
        async let other = second.enter([ends[1]])
        let results = try await (one.results, other.results)
        #expect(results.0 == results.1)
        #expect(ends.map { [$0.result] }.contains(results.0))
    }

    /// Whatever comes late, by another connection too, leaves alone what has come to its end; and so does the second of two at once.
    @Test func everyTransitionNamesTheStateThatItLeaves() async throws {
        let study = try TestStudy(["a.dcm", "b.dcm"])
        let (first, second) = try (reopened(), reopened())
        _ = try await first.open(study.manifest, peer: "clinic", key: study.key)
        try await first.advance([(0, study.part(0, durable: 100), true)], of: study.transfer)
        _ = try await first.settle([study.restored(0, uid: "1.2.3"), study.failed(1)])
        func rows() throws -> [Row] {
            try reopened().database.read { try Row.fetchAll($0, sql: "SELECT * FROM instance ORDER BY position") }
        }
        let before = try rows()
        for inbox in [first, second] {
            for position in 0...1 {
                try await inbox.advance([(position, study.part(position, durable: 1), true)], of: study.transfer)
                try await inbox.reset(position, of: study.transfer)
                #expect(try await !inbox.reset(position, of: study.transfer, at: SpoolLocation(segment: 1, start: 0)))
                #expect(try await inbox.withdraw(position, of: study.transfer, reason: "late") == nil)
                try await inbox.countAttempt(at: position, of: study.transfer)
            }
            _ = try await inbox.claim([claim(study, uid: "9.9")])
            try await inbox.setKey(study.key, of: study.transfer)
            #expect(try await !inbox.discard(study.transfer, reason: "late"))
        }
        #expect(try rows() == before)
        let told = try #require(try await first.finishedStudy(study.transfer))
        async let one = first.announced(told, moved: [0: "/a", 1: "/b"], forwards: false)
        async let other = second.announced(told, moved: [0: "/a", 1: "/b"], forwards: false)
        #expect(try await [one, other].count { $0 } == 1)
        // A file that was never published has not moved either.
        #expect(try rows().map { $0["published"] as String? } == ["/a", nil])
    }

    // MARK: Handing on

    @Test func whatWasAcceptedIsNotHandedOnAgain() async throws {
        let study = try TestStudy(["a.dcm", "b.dcm", "c.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await reopened().settle([study.restored(0), study.restored(1), study.restored(2)])
        try await announce(study, forwards: true)
        #expect(try await reopened().waitingForForwarding() == [study.transfer])
        let files = try #require(try await reopened().forwardingStudy(study.transfer)?.files)
        let accepted = files.map { AcceptedFile(file: $0, note: $0.position == 2 ? "status B000" : nil) }
        #expect(try reopened().forwarded([accepted[0], accepted[2]], of: study.transfer) == false)
        try await reopened().forwardingFailed(study.transfer, ForwardingFailure(reason: "the PACS is away"), isOver: false)
        #expect(try await reopened().forwardingStudy(study.transfer)?.files.map(\.position) == [1])
        #expect(try await reopened().studies(limit: 0).first?.forwardingReason == "the PACS is away")
        #expect(try reopened().forwarded([accepted[1]], of: study.transfer))
        #expect(try await reopened().forwardingNotes(of: study.transfer).map(\.note) == ["status B000"])
        #expect(try await reopened().waitingForForwarding().isEmpty)
        #expect(try await reopened().studies(limit: 1).first?.forwarding == .done)
    }

    /// What was given up waits for a person, who has it tried again or ends it.
    @Test func handingOnIsGivenUpTakenUpAndDropped() async throws {
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await reopened().settle([study.restored(0), study.restored(1)])
        try await announce(study, forwards: true)
        let files = try #require(try await reopened().forwardingStudy(study.transfer)?.files)
        #expect(try await !reopened().retryForwarding(study.transfer))
        let failure = ForwardingFailure(reason: "no", troubles: [.missing(files[1])])
        try await reopened().forwardingFailed(study.transfer, failure, isOver: true)
        #expect(try await reopened().waitingForForwarding().isEmpty)
        #expect(try await reopened().studies(limit: 0).first?.forwarding == .refused)
        #expect(try await reopened().forwardingNotes(of: study.transfer).map(\.path) == ["/studies/b.dcm"])
        #expect(try await reopened().retryForwarding(study.transfer))
        #expect(try await reopened().forwardingStudy(study.transfer)?.attempts == 0)
        #expect(try await reopened().dropForwarding(study.transfer))
        #expect(try await !reopened().dropForwarding(study.transfer))
        // What was under way when it was dropped does not bring it back.
        try await reopened().forwardingFailed(study.transfer, failure, isOver: false)
        #expect(try reopened().forwarded(files.map { AcceptedFile(file: $0, note: nil) }, of: study.transfer) == false)
        #expect(try await reopened().studies(limit: 1).first?.forwarding == .dropped)
    }

    @Test func figures() async throws {
        let study = try TestStudy(["a.dcm", "b.dcm", "c.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        try await reopened().advance(
            [(0, study.part(0, durable: 100), true), (1, study.part(1, durable: 40, start: 100), false)], of: study.transfer)
        let figures = try await reopened().figures()
        #expect(figures.arrivingStudies == 1)
        #expect(figures.spooledBytes == 140)
        #expect(figures.instances == [.arrived: 1, .arriving: 1, .awaited: 1])
    }

    @Test func transferNamesAreReadBack() throws {
        let transfer = TransferID()
        #expect(TransferID(hexadecimal: transfer.description) == transfer)
        for text in ["", "00", String(repeating: "g", count: 32), transfer.description + "0", "+" + transfer.description.dropFirst()] {
            #expect(TransferID(hexadecimal: text) == nil, "\(text)")
        }
    }
}
