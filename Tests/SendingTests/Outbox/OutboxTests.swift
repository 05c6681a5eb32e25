import Basics
import Foundation
import GRDB
import TestSupport
import Testing

@testable import Protocol
@testable import Sending

/// Every change of state, each looked at through an outbox that was opened anew, as after a crash.
@Suite struct OutboxTests {
    private let site: ExampleHome

    init() throws {
        site = try ExampleHome()
    }

    private func outbox() throws -> Outbox { try Outbox(home: site.home) }

    private func take(_ order: StudyOrder) async throws -> OutboxStudy {
        try await outbox().enqueue(order, signedBy: site.identity).study
    }

    private func state(_ study: OutboxStudy, _ position: Int = 0) async throws -> OutboxInstance {
        try await outbox().instances(of: study.transferID)[position]
    }

    // MARK: Taking in

    @Test func aStudyIsThereWholeOrNotAtAll() async throws {
        let study = try await take(site.order())
        let found = try #require(try await outbox().study(study.transferID))
        #expect(found.state == .queued)
        #expect(found.studyKey?.count == 32)
        let manifest = try Manifest(text: try #require(found.manifest), signedBy: site.identity.card())
        #expect(manifest.transferID == study.transferID)
        #expect(manifest.entries.map(\.path) == ["a", "b", "c"])
        let instances = try await outbox().instances(of: study.transferID)
        #expect(instances.map(\.name) == ["a", "b", "c"])
        #expect(instances.allSatisfy { $0.state == .planned })
    }

    @Test func theJournalIsPrivate() async throws {
        _ = try await take(site.order())
        for name in ["outbox.sqlite", "outbox.sqlite-wal"] {
            let path = site.home.state.appending(path: name).path
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { continue }
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test func theSameStudyJoinsWhatIsQueued() async throws {
        let first = try await outbox().enqueue(site.order(), signedBy: site.identity)
        let second = try await outbox().enqueue(site.order(["c", "b", "a"], priority: .stat), signedBy: site.identity)
        guard case .new = first, case .joined(let joined) = second else {
            Issue.record("the second order made a transfer of its own")
            return
        }
        #expect(joined.transferID == first.study.transferID)
        #expect(try await outbox().journal.queuedStudies().map(\.priority) == [.stat], "urgent orders make it urgent")
        let third = try await outbox().enqueue(site.order(["a", "b"]), signedBy: site.identity)
        #expect(third.study.transferID != first.study.transferID, "other files are another transfer")
        let watched = try await outbox().enqueue(site.order(source: "/watched"), signedBy: site.identity)
        #expect(watched.study.transferID != first.study.transferID, "a watcher needs its own, to know its files by")
    }

    @Test func joiningCorrectsTheAddress() async throws {
        let study = try await take(site.order(address: "192.0.2.1:1"))
        _ = try await take(site.order())
        let first = try await outbox().journal.directions(of: study.transferID)
        #expect(try first?.address == PeerAddress("192.0.2.1:1"), "without one the old one stays")
        _ = try await take(site.order(address: "192.0.2.2:2"))
        let directions = try #require(try await outbox().journal.directions(of: study.transferID))
        #expect(directions == DeliveryDirections(priority: .routine, address: try PeerAddress("192.0.2.2:2")))
    }

    @Test func afterDeliveryItIsANewTransfer() async throws {
        let first = try await take(site.order())
        try await outbox().close(first.transferID, receipts: nil)
        let second = try await take(site.order())
        #expect(first.transferID != second.transferID)
    }

    @Test func urgentStudiesComeFirstThenTheOldest() async throws {
        let names = ["one", "two", "three", "four"]
        for (name, priority) in zip(names, [Priority.routine, .stat, .routine, .stat]) {
            _ = try await take(site.order([name], priority: priority))
            try await Task.sleep(for: .milliseconds(5))
        }
        let outbox = try outbox()
        var found: [String] = []
        for study in try await outbox.journal.queuedStudies() { found += try await outbox.instances(of: study.transferID).map(\.name) }
        #expect(found == ["two", "four", "one", "three"])
    }

    @Test func whoTakesItInMayDeliverIt() async throws {
        func takenAndHeld() async throws -> TransferID {
            let taken = try await outbox().enqueue(site.order(), signedBy: site.identity)
            let transferID = taken.study.transferID
            #expect(try await outbox().lock(transferID) == nil)
            #expect(try await outbox().isBeingDelivered(transferID))
            withExtendedLifetime(taken) {}
            return transferID
        }
        // From here on the lock is gone, as when its process ends.
        #expect(try await outbox().lock(takenAndHeld()) != nil)
    }

    // MARK: Files

    @Test func fromPlannedToAcknowledged() async throws {
        let study = try await take(site.order())
        let file = SealedFile.example()
        try await outbox().sealed(study.transferID, 0, file)
        var row = try await state(study)
        #expect(row.state == .sealed)
        #expect(row.sealedDigest == file.digest)
        #expect(row.report == file.report)
        try await outbox().sending(study.transferID, [0])
        #expect(try await state(study).state == .sending)
        try await outbox().journal.opened(study.transferID, acknowledgedBytes: [0: 3])
        #expect(try await state(study).acknowledgedBytes == 3)
        try await outbox().received(study.transferID, try site.receipt(study, 0))
        row = try await state(study)
        #expect(row.state == .acknowledged)
        #expect(row.receipt?.contains("BEGIN VEILRAY INSTANCE RECEIPT") == true)
        #expect(row.exactness == .bytes)
        #expect(try await state(study, 1).state == .planned, "the others are as they were")
    }

    /// A receipt that crosses the note that sending began must not be forgotten for it.
    @Test func sendingDoesNotUndoAReceipt() async throws {
        let study = try await take(site.order())
        try await outbox().sealed(study.transferID, 0, .example())
        try await outbox().received(study.transferID, try site.receipt(study, 0))
        try await outbox().sending(study.transferID, [0])
        #expect(try await state(study).state == .acknowledged)
    }

    @Test func aFailureMayBeTriedAgain() async throws {
        let study = try await take(site.order())
        try await outbox().sealed(study.transferID, 0, .example())
        try await outbox().sending(study.transferID, [0])
        try await outbox().received(study.transferID, try site.receipt(study, 0, .failed(InstanceFailure(.storageFull, "full"))))
        var row = try await state(study)
        #expect(row.state == .failed)
        #expect(row.failureKind == .temporary)
        #expect(row.failure?.contains("full") == true)
        try await outbox().sending(study.transferID, [0])
        #expect(try await state(study).state == .sending)
        try await outbox().received(study.transferID, try site.receipt(study, 0))
        row = try await state(study)
        #expect(row.state == .acknowledged)
        #expect(row.failure == nil)
    }

    @Test func aLostStegoFileIsSealedAnew() async throws {
        let study = try await take(site.order())
        try await outbox().sealed(study.transferID, 0, .example("first"))
        try await outbox().sending(study.transferID, [0])
        try await outbox().unsealed(study.transferID, 0)
        #expect(try await state(study).state == .planned)
        #expect(try await state(study).sealedDigest == nil)
        try await outbox().sealed(study.transferID, 0, .example("second"))
        #expect(try await state(study).sealedDigest == ContentDigest(of: Array("second".utf8)))
    }

    /// A receipt that comes while a file is found missing must not be forgotten for it.
    @Test func sealingAnewDoesNotUndoAReceipt() async throws {
        let study = try await take(site.order())
        try await outbox().sealed(study.transferID, 0, .example())
        try await outbox().received(study.transferID, try site.receipt(study, 0))
        try await outbox().unsealed(study.transferID, 0)
        #expect(try await state(study).state == .acknowledged)
        try await outbox().journal.make(.missing, of: study.transferID, [0])
        let row = try await state(study)
        #expect(row.state == .planned)
        #expect(row.receipt == nil, "it says nothing about what is sent from now on")
    }

    /// The study's receipt counts them as withdrawn; an older receipt beside it would contradict it.
    @Test func whatIsWithdrawnHasNoReceipt() async throws {
        let study = try await take(site.order())
        for position in 0..<2 {
            try await outbox().sealed(study.transferID, position, .example())
            try await outbox().received(study.transferID, try site.receipt(study, position, .failed(InstanceFailure(.tampered, "bad"))))
        }
        try await outbox().withdrawn(study.transferID, 0, reason: "too large", kind: .badData)
        try await outbox().journal.make(.withdrawnAfterFailure, of: study.transferID, [1])
        for position in 0..<2 {
            let row = try await state(study, position)
            #expect(row.state == .withdrawn)
            #expect(row.receipt == nil)
        }
        #expect(try await state(study, 1).failure?.contains("bad") == true, "why it failed stays")
    }

    /// What was sealed stays as it was sealed: nothing replaces its digest but the explicit step back.
    @Test(arguments: ["sealed", "withdrawn"]) func noStateIsLeftByAWayThatDoesNotExist(_ name: String) async throws {
        let study = try await take(site.order())
        try await outbox().sealed(study.transferID, 0, .example("first"))
        if name == "withdrawn" { try await outbox().withdrawn(study.transferID, 0, reason: "gone", kind: .fileAccess) }
        await #expect(throws: OutboxError.self) { try await outbox().sealed(study.transferID, 0, .example("second")) }
        #expect(try await state(study).sealedDigest == ContentDigest(of: Array("first".utf8)))
    }

    @Test func unknownTransfersAreErrors() async throws {
        await #expect(throws: OutboxError.self) { try await outbox().sealed(TransferID(), 0, .example()) }
        await #expect(throws: OutboxError.self) { try await outbox().close(TransferID(), receipts: nil) }
    }

    // MARK: Closing

    @Test func closingForgetsTheKey() async throws {
        let study = try await take(site.order())
        let outbox = try outbox()
        try outbox.spool(study.transferID).store([1, 2, 3], 0)
        for position in 0..<3 { try await outbox.received(study.transferID, try site.receipt(study, position)) }
        let key = try #require(study.studyKey)
        try await outbox.close(study.transferID, receipts: "/receipts")
        let closed = try #require(try await self.outbox().study(study.transferID))
        #expect(closed.state == .delivered)
        #expect(closed.studyKey == nil)
        #expect(closed.manifest == nil)
        #expect(closed.receipts == "/receipts")
        #expect(!FileManager.default.fileExists(atPath: outbox.spool(study.transferID).path))
        // Not in some free page either.
        try await outbox.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        let bytes = try #require(FileManager.default.contents(atPath: site.home.state.appending(path: "outbox.sqlite").path))
        #expect(bytes.range(of: key) == nil)
    }

    @Test func closingWithFailuresSaysSo() async throws {
        let study = try await take(site.order())
        try await outbox().received(study.transferID, try site.receipt(study, 0))
        try await outbox().withdrawn(study.transferID, 1, reason: "gone", kind: .fileAccess)
        try await outbox().received(study.transferID, try site.receipt(study, 2, .failed(InstanceFailure(.tampered, ""))))
        try await outbox().close(study.transferID, receipts: nil)
        #expect(try await outbox().study(study.transferID)?.state == .incomplete)
        #expect(try await outbox().journal.queuedStudies().isEmpty)
    }

    // MARK: Garbage

    @Test func cleaningRemovesWhatCrashesLeft() async throws {
        let outbox = try outbox()
        let kept = try await take(site.order(["kept"]))
        let closed = try await take(site.order(["closed"]))
        try outbox.spool(kept.transferID).store([1], 0)
        try await outbox.close(closed.transferID, receipts: nil)
        try outbox.spool(closed.transferID).store([1], 0)
        try outbox.spool(TransferID()).store([1], 0)
        let other = TransferID()
        let held = try #require(try await outbox.lock(other))
        try outbox.spool(other).store([1], 0)
        try await outbox.clean()
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: outbox.folder))
        let left = [kept.transferID, other].flatMap { ["\($0)", "\($0).lock"] }
        #expect(names == Set(left), "what another process holds stays")
        withExtendedLifetime(held) {}
    }

    @Test func cleaningForgetsOldStudiesButNotUnfiledOnes() async throws {
        let outbox = try outbox()
        let old = Date(timeIntervalSinceNow: -Outbox.memory - 60)
        let studies: [(String, String?, Bool)] = [("plain", nil, false), ("unfiled", "/watched", false), ("filed", "/watched", true)]
        for (name, source, isFiled) in studies {
            let study = try await take(site.order([name], source: source))
            try await outbox.close(study.transferID, receipts: nil, at: old)
            if isFiled { try await outbox.journal.filed(study.transferID) }
        }
        let recent = try await take(site.order(["recent"]))
        try await outbox.close(recent.transferID, receipts: nil)
        try await outbox.clean()
        let left = try await outbox.database.read { try OutboxStudy.fetchAll($0) }
        #expect(Set(left.map(\.source)) == ["/watched", nil])
        #expect(left.count == 2)
        #expect(try await outbox.database.read { try OutboxInstance.fetchCount($0) } == 2)
    }

    /// The journal of a service must not grow without end: what the receipts' file has, the journal need not keep.
    @Test func cleaningForgetsWhatIsArchived() async throws {
        let outbox = try outbox()
        let archive = site.folder + "/receipts.txt"
        try Data("signed".utf8).write(to: URL(filePath: archive))
        let yesterday = Date(timeIntervalSinceNow: -Outbox.fullMemory - 60)
        // Name, its receipts' file, when it was closed, the folder it came from, whether it is to be forgotten.
        let cases: [(String, String?, Date, String?, Bool)] = [
            ("archived", archive, yesterday, nil, true), ("lost", archive + "-lost", yesterday, nil, false),
            ("none", nil, yesterday, nil, false), ("new", archive, Date(), nil, false), ("unfiled", archive, yesterday, "/watched", false),
        ]
        var studies: [OutboxStudy] = []
        for (name, receipts, closed, source, _) in cases {
            let study = try await take(site.order([name], source: source))
            studies.append(study)
            try await outbox.sealed(study.transferID, 0, .example())
            try await outbox.received(study.transferID, try site.receipt(study, 0))
            try await outbox.close(study.transferID, receipts: receipts, at: closed)
        }
        try await outbox.clean()
        for (study, expected) in zip(studies, cases.map(\.4)) {
            let row = try await state(study)
            #expect((row.receipt == nil) == expected, "\(row.name)")
            #expect((row.report == nil) == expected, "\(row.name)")
            #expect(row.state == .acknowledged)
        }
        let overview = try await outbox.overview(closedAfter: .distantPast)
        #expect(overview.map(\.acknowledged) == [1, 1, 1, 1, 1], "what people are shown stays")
        #expect(try await outbox.overview(closedAfter: Date(timeIntervalSinceNow: -3600)).map(\.acknowledged) == [1])
    }

    /// A program that starts and cleans up looks at locks that it does not know; studies are taken in all the same.
    @Test func cleaningKeepsNoNewStudyOut() async throws {
        let outbox = try outbox()
        let transfer = TransferID()
        let cleaner = try #require(try await self.outbox().lock(transfer))
        async let lock = outbox.lockOfNew(transfer)
        try await Task.sleep(for: .milliseconds(100))
        cleaner.remove()
        withExtendedLifetime(cleaner) {}
        _ = try await lock
    }

    @Test func aServiceCleansAgainAndAgain() async throws {
        let outbox = try outbox()
        let clock = ManualClock()
        let cleaning = Task { try await outbox.keepClean(clock: clock) }
        for _ in 1...2 {
            let transfer = TransferID()
            let left = outbox.spool(transfer)
            // Whoever stores a file holds the transfer's lock.
            let lock = try await outbox.lockOfNew(transfer)
            try left.store([1], 0)
            lock.remove()
            await clock.pass(.seconds(86_400))
            await clock.sleeper(for: .seconds(86_400))
            #expect(!FileManager.default.fileExists(atPath: left.path))
        }
        cleaning.cancel()
        await #expect(throws: CancellationError.self) { try await cleaning.value }
    }

    @Test func whatTheJournalThrowsIsNoBadData() {
        #expect(FailureKind(of: DatabaseError(resultCode: .SQLITE_IOERR, message: "disk I/O error")) == .fileAccess)
    }

    @Test func receiptsThatAreNotThereAreAnError() throws {
        let archive = ReceiptArchive(home: site.home)
        #expect(try archive.files(of: []) == [])
        #expect(throws: OperationFailure.self) { try archive.files(of: ["1234"]) }
        let transfer = try #require(TransferID(hexadecimal: "12" + String(repeating: "0", count: 30)))
        _ = try archive.store(transferID: transfer, manifest: "m", receipts: [], studyReceipt: "s")
        #expect(try archive.files(of: ["1"]) == [archive.path(transfer)])
        #expect(throws: OperationFailure.self) { try archive.files(of: ["1234"]) }
    }

    @Test func aSpoolFolderKeepsOnlySealedFiles() throws {
        let spool = OutboxSpool(path: site.folder + "/spool")
        for position in 0..<3 { try spool.store([UInt8(position)], position) }
        try Data().write(to: URL(filePath: spool.path + "/.veilray-1234.part"))
        spool.removeAll(except: [1])
        #expect(try FileManager.default.contentsOfDirectory(atPath: spool.path) == ["1.dcm"])
        try spool.store([9, 9], 1)
        #expect(spool.read(1, digest: ContentDigest(of: [9, 9])) == [9, 9], "what a crash left under the name gives way")
        #expect(spool.read(1, digest: ContentDigest(of: [1])) == nil)
        #expect(spool.read(2, digest: ContentDigest(of: [2])) == nil)
    }

    // MARK: Terms

    @Test func termsAreRemembered() async throws {
        #expect(try await outbox().journal.terms(of: site.peer.fingerprint) == nil)
        for keepsStego in [true, false] {
            let terms = SealingTerms(codecs: [.none, .j2k], keepsStego: keepsStego)
            try await outbox().journal.remember(terms, of: site.peer.fingerprint)
            #expect(try await outbox().journal.terms(of: site.peer.fingerprint) == terms)
        }
    }
}
