import Basics
import Concurrency
import Files
import Foundation
import Protocol
import Testing

@testable import Sending

/// A queued study is taken out; each look is through an outbox that was opened anew, as after a crash.
@Suite struct QueuedStudyDiscardingTests {
    private let site: ExampleHome
    private let pool = WorkerPool(label: "test", width: 1)

    init() throws {
        site = try ExampleHome()
    }

    private func outbox() throws -> Outbox { try Outbox(home: site.home) }

    private func discarding() throws -> QueuedStudyDiscarding {
        QueuedStudyDiscarding(outbox: try outbox(), archive: ReceiptArchive(home: site.home), pool: pool)
    }

    /// A study that nobody delivers.
    private func take(_ names: [String] = ["a", "b", "c"], source: String? = nil) async throws -> OutboxStudy {
        try await outbox().enqueue(site.order(names, source: source), signedBy: site.identity).study
    }

    private func found(_ study: OutboxStudy) async throws -> OutboxStudy {
        try #require(try await outbox().study(study.transferID))
    }

    // MARK: What goes and what stays

    @Test func keyManifestAndSealedFilesGo() async throws {
        let study = try await take()
        let outbox = try outbox()
        try outbox.spool(study.transferID).store([1, 2, 3], 0)
        try await outbox.sealed(study.transferID, 0, .example())
        let event = try await discarding().discard(study.transferID)
        #expect((event.delivered, event.discarded, event.receipts) == (0, 3, nil))
        let discarded = try await found(study)
        #expect(discarded.state == .discarded)
        #expect(discarded.closed != nil)
        #expect(discarded.studyKey == nil)
        #expect(discarded.manifest == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: outbox.folder).isEmpty, "neither files nor a lock")
        #expect(try await outbox.journal.queuedStudies().isEmpty)
        try await outbox.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        let bytes = try #require(FileManager.default.contents(atPath: site.home.state.appending(path: "outbox.sqlite").path))
        #expect(bytes.range(of: try #require(study.studyKey)) == nil, "not in some free page either")
    }

    @Test func whatTheReceiverSaidForGoodStays() async throws {
        let study = try await take(["a", "b", "c", "d"])
        try await outbox().received(study.transferID, try site.receipt(study, 0))
        try await outbox().received(study.transferID, try site.receipt(study, 1, .failed(InstanceFailure(.tampered, "odd"))))
        try await outbox().received(study.transferID, try site.receipt(study, 2, .failed(InstanceFailure(.storageFull, "full"))))
        let event = try await discarding().discard(study.transferID)
        #expect((event.delivered, event.discarded) == (1, 3))
        let rows = try await outbox().instances(of: study.transferID)
        #expect(rows.map(\.state) == [.acknowledged, .failed, .withdrawn, .withdrawn])
        #expect(rows[1].failure?.contains("odd") == true)
        #expect(rows[2...].map(\.failure) == ["discarded", "discarded"])
        #expect(rows[2...].allSatisfy { $0.failureKind == .temporary })
    }

    @Test func receiptsThatHaveComeAreKeptAndVerify() async throws {
        let study = try await take()
        try await outbox().received(study.transferID, try site.receipt(study, 0))
        try await outbox().received(study.transferID, try site.receipt(study, 2, .failed(InstanceFailure(.tampered, ""))))
        let path = try #require(try await discarding().discard(study.transferID).receipts)
        #expect(try await found(study).receipts == path)
        let text = String(decoding: try WholeFile.read(path), as: UTF8.self)
        let trust = try TrustStore(home: site.home)
        let archived = try ArchivedTransfer(text: text, own: site.identity.card(), trust: trust)
        #expect(archived.studyReceipt == nil)
        #expect(archived.receipts.map(\.index) == [0, 2])
        #expect(archived.restored == 1)
        #expect(archived.time == archived.receipts.map(\.time).max())
        // One receipt told twice would count for two files.
        let last = try #require(text.range(of: "-----BEGIN VEILRAY INSTANCE RECEIPT-----", options: .backwards))
        #expect(throws: ProtocolError.self) {
            try ArchivedTransfer(text: text + "\n" + text[last.lowerBound...], own: site.identity.card(), trust: trust)
        }
        // Somebody else's manifest.
        let other = try await take(["x"])
        let foreign = try #require(other.manifest) + "\n" + text[last.lowerBound...]
        #expect(throws: ProtocolError.self) { try ArchivedTransfer(text: foreign, own: site.identity.card(), trust: trust) }
    }

    @Test func afterwardsItIsANewTransfer() async throws {
        let first = try await take()
        _ = try await discarding().discard(first.transferID)
        #expect(try await take().transferID != first.transferID)
    }

    @Test func aWatcherIsToFileIt() async throws {
        let study = try await take(source: "/watched")
        _ = try await discarding().discard(study.transferID)
        #expect(try await outbox().journal.unfiledStudies(from: "/watched").map(\.transferID) == [study.transferID])
        #expect(try await outbox().journal.takenPaths(from: "/watched").count == 3, "not taken again before they are filed")
    }

    @Test func statusShowsItAmongTheClosedOnes() async throws {
        let study = try await take()
        _ = try await discarding().discard(study.transferID)
        let shown = try #require(try await outbox().overview(closedAfter: Date(timeIntervalSinceNow: -60)).first)
        #expect(shown.state == .discarded)
        #expect((shown.withdrawn, shown.isActive) == (3, false))
        #expect(try await outbox().overview(closedAfter: Date(timeIntervalSinceNow: 60)).isEmpty)
    }

    /// A `study` for the same files, which waited for the process that delivered them.
    @Test func whoeverWaitsForItIsTold() async throws {
        try site.identity.save(to: site.home)
        let study = try await take()
        try await outbox().received(study.transferID, try site.receipt(study, 0))
        try await outbox().received(study.transferID, try site.receipt(study, 1, .failed(InstanceFailure(.storageFull, "full"))))
        _ = try await discarding().discard(study.transferID)
        let events = RecordedEvents()
        let resources = try await DeliveryResources.open(site.home, observer: events)
        let ending = await OutboxDrain(resources: resources, patience: .seconds(60), source: nil).deliver(.joined(study))
        guard case .closed(delivered: 1, failed: 2) = ending else {
            Issue.record("\(ending)")
            return
        }
        let failures = events.all.compactMap { event -> FailureKind? in
            guard case .instance(let instance, let failure) = event, instance.reason == "discarded" else { return nil }
            return failure
        }
        #expect(failures == [.temporary, .temporary])
    }

    /// Killed between the transaction and the removal of the folder.
    @Test func leftoversGoOnTheNextStart() async throws {
        let study = try await take()
        let outbox = try outbox()
        try await outbox.discard(study.transferID, receipts: nil)
        try outbox.spool(study.transferID).store([1], 0)
        try await outbox.clean()
        #expect(try FileManager.default.contentsOfDirectory(atPath: outbox.folder).isEmpty)
        #expect(try await found(study).state == .discarded)
        try await outbox.discard(await take(["old"]).transferID, receipts: nil, at: Date(timeIntervalSinceNow: -Outbox.memory - 60))
        try await outbox.clean()
        #expect(try await outbox.journal.transferIDs() == [study.transferID], "old ones are forgotten")
    }

    // MARK: What is refused

    @Test func whatIsBeingDeliveredIsLeftAlone() async throws {
        let taken = try await outbox().enqueue(site.order(), signedBy: site.identity)
        let study = taken.study
        try await expectFailure(.temporary, "deliver") {
            _ = try await discarding().candidates([TransferPrefix(study.transferID.description)])
        }
        try await expectFailure(.temporary, "deliver") { _ = try await discarding().discard(study.transferID) }
        #expect(try await found(study).state == .queued)
        #expect(try await found(study).studyKey != nil)
        withExtendedLifetime(taken) {}
    }

    @Test func closedAndUnknownOnesAreRefused() async throws {
        let study = try await take()
        try await outbox().close(study.transferID, receipts: "/receipts")
        try await expectFailure(.invalidRequest, "incomplete already") {
            _ = try await discarding().candidates([TransferPrefix(study.transferID.description)])
        }
        try await expectFailure(.invalidRequest, "incomplete already") { _ = try await discarding().discard(study.transferID) }
        await #expect(throws: OutboxError.self) { try await outbox().discard(study.transferID, receipts: nil) }
        await #expect(throws: OutboxError.self) { try await outbox().discard(TransferID(), receipts: nil) }
        #expect(try await found(study).receipts == "/receipts")
        try await expectFailure(.invalidRequest, "no transfer") {
            _ = try await discarding().candidates([TransferPrefix(String(repeating: "e", count: 32))])
        }
    }

    @Test func allOrNothingIsMeant() async throws {
        let (first, second) = (try await take(["one"]), try await take(["two"]))
        let arguments = try [first, second, first].map { try TransferPrefix($0.transferID.short) }
        let candidates = try await discarding().candidates(arguments)
        #expect(candidates.map(\.study.transferID) == [first.transferID, second.transferID])
        #expect(candidates.first?.description.contains("to Radiologist: 0 of 1 files delivered, 3 B of originals to go") == true)
    }

    private func expectFailure(_ kind: FailureKind, _ words: String, _ body: () async throws -> Void) async throws {
        let failure = try #require(await #expect(throws: OperationFailure.self) { try await body() })
        #expect(failure.kind == kind)
        #expect(failure.description.contains(words), "\(failure)")
    }
}
