import Basics
import Concurrency
import Crypto
import Foundation
import Protocol
import Synchronization
import TestSupport
import Testing

@testable import Receiving

/// What the journal says of the spool is true, whatever ended the session.
@Suite struct StudySpoolTests {
    private let folder: TemporaryFolder
    private let inbox: SQLiteInbox
    private let spool: Spool
    private let pool = WorkerPool(label: "test", width: 2)

    init() throws {
        folder = try TemporaryFolder()
        inbox = try SQLiteInbox(state: folder.url)
        spool = Spool(folder: try SpoolFolder(state: folder.url), inbox: inbox, pool: pool)
    }

    private func bytes(_ count: Int, _ seed: UInt8) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) &+ seed } }

    private func header(_ index: Int, _ content: [UInt8], offset: Int = 0) -> InstanceHeader {
        InstanceHeader(
            index: index, byteCount: UInt64(content.count), digest: ContentDigest(of: content), offset: UInt64(offset),
            report: Self.report)
    }

    private static let report = InstanceReport(
        method: "none", codec: "none", placement: .element, hiddenBits: 0, originalBytes: 1, changedSamples: 0, maximumChange: 0,
        peakSignalToNoiseRatio: .infinity)

    private func session(_ study: TestStudy) -> StudySpool {
        StudySpool(transfer: study.transfer, spool: spool, inbox: inbox, pool: pool)
    }

    private func standing(_ study: TestStudy) async throws -> [InstanceRecord] { try await inbox.instances(of: study.transfer) }

    @Test func brokenSessionKeepsWhatItHas() async throws {
        let study = try TestStudy(["a", "b", "c"])
        _ = try await inbox.open(study.manifest, peer: "clinic", key: nil)
        let (first, second) = (bytes(10_000, 1), bytes(20_000, 2))
        let session = session(study)
        try await session.begin(header(0, first), after: nil)
        try await session.append(Array(first[..<4_000]))
        try await session.append(Array(first[4_000...]))
        #expect(await session.finish() != nil)
        try await session.begin(header(1, second), after: nil)
        try await session.append(Array(second[..<7_000]))
        await session.close()
        let records = try await standing(study)
        #expect(records.map(\.state) == [.arrived, .arriving, .awaited])
        let part = try #require(records[1].stego)
        #expect(part.durable == 7_000)
        var hash = try #require(try spool.folder.hash(part, of: study.transfer))
        hash.update(data: Array(second[7_000...]))
        #expect(ContentDigest(hash.finalize()) == ContentDigest(of: second))
    }

    private final class Told: Sendable {
        private let state = Mutex<[Int]>([])

        var positions: [Int] { state.withLock { $0 } }
        func add(_ arrived: [StudySpool.Arrived]) { state.withLock { $0 += arrived.map(\.position) } }
    }

    private func session(_ study: TestStudy, telling told: Told) -> StudySpool {
        StudySpool(transfer: study.transfer, spool: spool, inbox: inbox, pool: pool) { [inbox] arrived in
            let records = (try? await inbox.instances(of: study.transfer)) ?? []
            for instance in arrived { #expect(records[instance.position].state == .arrived) }
            told.add(arrived)
        }
    }

    private func waitUntil(_ condition: () async throws -> Bool) async throws {
        for _ in 0..<500 where try await !condition() { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try await condition())
    }

    /// Without the group's interval, and never before the journal knows.
    @Test func wholeInstancesAreToldOfAtOnce() async throws {
        let study = try TestStudy(["a", "b", "c"])
        _ = try await inbox.open(study.manifest, peer: "clinic", key: nil)
        let told = Told()
        let session = session(study, telling: told)
        for index in 0..<3 {
            let content = bytes(1_000, UInt8(index))
            try await session.begin(header(index, content), after: nil)
            try await session.append(content)
            await session.finish()
        }
        await session.nothingFollows()
        try await waitUntil { told.positions.count == 3 }
        await session.close()
        #expect(told.positions == [0, 1, 2])
    }

    /// Its bytes may not be on the disk, and something else may lie in their place later.
    @Test func whatTheJournalDoesNotKnowIsNotToldOf() async throws {
        let study = try TestStudy(["a", "b"])
        _ = try await inbox.open(study.manifest, peer: "clinic", key: nil)
        let told = Told()
        let session = session(study, telling: told)
        let content = bytes(1_000, 1)
        try await session.begin(header(0, content), after: nil)
        try await session.append(content)
        // Now the segment's folder cannot be synced.
        try FileManager.default.removeItem(atPath: spool.folder.folder(of: study.transfer))
        await session.finish()
        await session.close()
        #expect(told.positions.isEmpty)
        #expect(try await standing(study).map(\.state) == [.awaited, .awaited])
    }

    @Test func aShortSegmentHoldsNothing() async throws {
        let study = try TestStudy(["a"])
        _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key)
        let session = session(study)
        let content = bytes(1_000, 1)
        try await session.begin(header(0, content), after: nil)
        try await session.append(content)
        await session.finish()
        await session.close()
        let instance = try #require(try await inbox.unrestored().first?.instance)
        #expect(instance.stegoDigest == ContentDigest(of: content))
        #expect(try spool.folder.holds(instance.location, 1_000, of: study.transfer))
        #expect(try !spool.folder.holds(instance.location, 1_001, of: study.transfer))
        let path = spool.folder.file(instance.location.segment, of: study.transfer)
        #expect(truncate(path, 999) == 0)
        #expect(throws: ReceivingError.spoolLoss) { try spool.folder.read(instance) }
        #expect(unlink(path) == 0)
        #expect(throws: ReceivingError.spoolLoss) { try spool.folder.read(instance) }
    }

    @Test func resumedInstanceIsTheWholeOne() async throws {
        let study = try TestStudy(["a", "b"])
        _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key)
        let content = bytes(50_000, 3)
        let first = session(study)
        try await first.begin(header(0, content), after: nil)
        try await first.append(Array(content[..<30_000]))
        await first.close()
        let part = try #require(try await standing(study)[0].stego)
        let second = session(study)
        try await second.begin(header(0, content, offset: 30_000), after: part)
        try await second.append(Array(content[30_000...]))
        _ = await second.finish()
        // Another one behind it, in the same segment.
        let next = bytes(999, 4)
        try await second.begin(header(1, next), after: nil)
        try await second.append(next)
        _ = await second.finish()
        await second.close()
        let arrived = try await inbox.unrestored().map(\.instance)
        #expect(try arrived.map { try spool.folder.read($0) } == [content, next])
    }

    /// A stego file of another digest begins anew; the part that was there is of no use.
    @Test func begunAnew() async throws {
        let study = try TestStudy(["a"])
        _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key)
        let first = session(study)
        try await first.begin(header(0, bytes(5_000, 5)), after: nil)
        try await first.append(bytes(4_000, 5))
        await first.close()
        let content = bytes(6_000, 6)
        let second = session(study)
        try await second.begin(header(0, content), after: nil)
        try await second.append(content)
        _ = await second.finish()
        await second.close()
        let arrived = try await inbox.unrestored().map(\.instance)
        #expect(try arrived.map { try spool.folder.read($0) } == [content])
        #expect(folder.files.count { $0.hasSuffix(".spool") } == 1)
    }

    @Test func damagedInstanceLeavesNothing() async throws {
        let study = try TestStudy(["a", "b"])
        _ = try await inbox.open(study.manifest, peer: "clinic", key: nil)
        let session = session(study)
        try await session.begin(header(0, bytes(100, 7)), after: nil)
        try await session.append(bytes(100, 8))
        // Of another instance, which does not concern this one.
        try await session.discard(1)
        try await session.discard(0)
        await session.close()
        #expect(try await standing(study).map(\.state) == [.awaited, .awaited])
        #expect(!folder.files.contains { $0.hasSuffix(".spool") })
    }

    @Test func segmentsGoWhenNothingIsOpenInThem() async throws {
        let study = try TestStudy(["a", "b"])
        _ = try await inbox.open(study.manifest, peer: "clinic", key: nil)
        let session = session(study)
        for index in 0..<2 {
            let content = bytes(1_000, UInt8(index))
            try await session.begin(header(index, content), after: nil)
            try await session.append(content)
            _ = await session.finish()
        }
        _ = try await inbox.commit([study.restored(0)])
        await spool.tidy(study.transfer)
        #expect(folder.files.contains { $0.hasSuffix(".spool") })
        await session.close()
        #expect(folder.files.contains { $0.hasSuffix(".spool") })
        _ = try await inbox.commit([study.restored(1)])
        await spool.tidy(study.transfer)
        #expect(!folder.files.contains { $0.hasSuffix(".spool") })
        #expect(spool.folder.transfers().isEmpty)
    }

    /// Bytes that a killed process wrote and did not enter are nobody's.
    @Test func orphansAreRemovedAtTheStart() async throws {
        let known = try TestStudy(["a"])
        _ = try await inbox.open(known.manifest, peer: "clinic", key: nil)
        let session = session(known)
        try await session.begin(header(0, bytes(500, 9)), after: nil)
        try await session.append(bytes(300, 9))
        await session.close()
        let unknown = TransferID()
        for (transfer, name) in [(known.transfer, "9.spool"), (unknown, "1.spool")] {
            try FileManager.default.createDirectory(atPath: spool.folder.folder(of: transfer), withIntermediateDirectories: true)
            try Data("orphan".utf8).write(to: URL(filePath: spool.folder.folder(of: transfer) + "/" + name))
        }
        let again = Spool(folder: try SpoolFolder(state: folder.url), inbox: try SQLiteInbox(state: folder.url), pool: pool)
        try await again.tidyAll()
        #expect(folder.files.filter { $0.hasSuffix(".spool") } == ["inbox/\(known.transfer)/1.spool"])
        #expect(again.folder.transfers() == [known.transfer])
    }
}
