import Basics
import Concurrency
import DICOM
import Foundation
import GRDB
import Protocol
import StegoKit
import TestSupport
import Testing

@testable import Receiving

/// What becomes of files that cannot be restored: which verdicts are for good, and which are none.
@Suite(.timeLimit(.minutes(1))) struct RestoringServiceTests {
    private let folder: TemporaryFolder
    private let inbox: SQLiteInbox
    private let spool: Spool
    private let pool = WorkerPool(label: "test", width: 2)
    private let study: TestStudy

    init() async throws {
        folder = try TemporaryFolder()
        inbox = try SQLiteInbox(state: folder.url)
        spool = Spool(folder: try SpoolFolder(state: folder.url), inbox: inbox, pool: pool)
        study = try TestStudy(["a", "b"])
        _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key)
    }

    /// Has bytes arrive as the first instance.
    private func arrive(_ content: [UInt8]) async throws -> ArrivedInstance {
        let session = StudySpool(transfer: study.transfer, spool: spool, inbox: inbox, pool: pool)
        let report = InstanceReport(
            method: "none", codec: "none", placement: .element, hiddenBits: 0, originalBytes: 1, changedSamples: 0, maximumChange: 0,
            peakSignalToNoiseRatio: .infinity)
        let header = InstanceHeader(
            index: 0, byteCount: UInt64(content.count), digest: ContentDigest(of: content), offset: 0, report: report)
        try await session.begin(header, after: nil)
        try await session.append(content)
        await session.finish()
        await session.close()
        return try #require(try await inbox.unrestored().first?.instance)
    }

    private func restorer(limit: DecodingLimit = DecodingLimit()) -> Restorer {
        Restorer(
            spool: spool.folder, publisher: Publisher(folder: folder.path + "/in", layout: .flat), stegoKeeper: nil, pixels: limit)
    }

    /// Restores what the journal says has arrived. Returns the first thing that a session is told.
    private func news(limit: DecodingLimit = DecodingLimit()) async throws -> RestoringService.News? {
        let publisher = Publisher(folder: folder.path + "/in", layout: .flat)
        let commits = CommitQueue(publisher: publisher, spool: spool, inbox: inbox, pool: pool)
        let service = RestoringService(
            restorer: restorer(limit: limit), commits: commits, inbox: inbox, pool: pool, observer: RecordedEvents())
        let (stream, next) = AsyncStream.makeStream(of: RestoringService.News.self)
        await service.listen(to: study.transfer) { next.yield($0) }
        let running = Task { await service.run() }
        for (instance, key) in try await inbox.unrestored() {
            await service.set(try StudyKey(bytes: key), of: instance.transfer)
            await service.restore(instance)
        }
        var news: RestoringService.News?
        for await first in stream {
            news = first
            break
        }
        await service.stop()
        await running.value
        return news
    }

    private func failure(_ news: RestoringService.News?) throws -> InstanceFailure {
        guard case .committed(0, let committed) = news, case .failed(let failure) = committed.outcome else {
            throw ReceivingError.journalDamaged
        }
        return failure
    }

    private var state: InstanceState? {
        get async throws { try await inbox.instances(of: study.transfer).first?.state }
    }

    @Test func whatCameAndIsNoGoodFailsForGood() async throws {
        _ = try await arrive(Array("no stego file".utf8))
        #expect(try failure(try await news()).code == .notStego)
        #expect(try await state == .failed)
    }

    /// Whatever lies in a file's place is no reason to fail the file.
    @Test func foreignBytesInItsPlaceAreNoVerdict() async throws {
        let instance = try await arrive(Array("no stego file".utf8))
        let path = spool.folder.file(instance.location.segment, of: study.transfer)
        try Data("other bytes..".utf8).write(to: URL(filePath: path))
        guard case .lost(0) = try await news() else {
            Issue.record("it is not lost")
            return
        }
        #expect(try await state == .awaited)
    }

    @Test func aLostSegmentHasTheFileComeAgain() async throws {
        let instance = try await arrive(Array("no stego file".utf8))
        unlink(spool.folder.file(instance.location.segment, of: study.transfer))
        guard case .lost(0) = try await news() else {
            Issue.record("it is not lost")
            return
        }
        #expect(try await state == .awaited)
    }

    @Test func anImageThatIsTooLargeIsRefused() async throws {
        let instance = try await arrive(AnnouncedImage(rows: 1_000, columns: 2_000).bytes)
        let key = try StudyKey(bytes: study.key)
        let restoration = try restorer(limit: DecodingLimit(byteCount: .max)).restore(instance, key: key, within: 1_000)
        guard case .needsRoom(2_000_000) = restoration else {
            Issue.record("\(restoration)")
            return
        }
        let failure = try failure(try await news(limit: DecodingLimit(byteCount: 1 << 20)))
        #expect(failure.code == .unsupported)
        #expect(failure.text.contains("\(1 << 20)"))
    }

    /// However much memory there is; and it is told so, rather than that it is no stego file.
    @Test func largeImagesInAFewBytesAreNotBelieved() async throws {
        _ = try await arrive(AnnouncedImage(rows: 12_000, columns: 12_000).bytes)
        let failure = try failure(try await news(limit: DecodingLimit(byteCount: .max)))
        #expect(failure.code == .unsupported)
        #expect(failure.text.contains("144000000"))
    }

    /// Only the codecs that the session agreed on are decoded.
    @Test(arguments: ["1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.201"])
    func whatWasNotAgreedOnIsNotDecoded(syntax: String) async throws {
        _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key, codecs: [.j2k])
        _ = try await arrive(AnnouncedImage(rows: 10, columns: 10, transferSyntax: syntax).bytes)
        let failure = try failure(try await news())
        #expect(failure.code == .unsupported)
        #expect(failure.text.contains("agreed"))
    }

    @Test func deflatedFilesAreNotEvenInflated() async throws {
        _ = try await arrive(AnnouncedImage(rows: 10, columns: 10, transferSyntax: "1.2.840.10008.1.2.1.99").bytes)
        let failure = try failure(try await news())
        #expect(failure.code == .notStego)
        #expect(failure.text.contains("deflated"))
    }

    /// Room is made for what the header announces before it is decoded, even if nobody else may work then.
    @Test func moreRoomIsMadeWhereItIsNeeded() async throws {
        _ = try await arrive(AnnouncedImage(rows: 5_000, columns: 5_000).bytes)
        #expect(try failure(try await news(limit: DecodingLimit(byteCount: 2 << 30))).code == .notStego)
    }

    // MARK: What ends the program

    @Test func whatEndedTheProgramAgainAndAgainIsGivenUp() async throws {
        _ = try await arrive(Array("no stego file".utf8))
        for _ in 0..<2 { try await inbox.countAttempts(upTo: RestoringService.attemptsInCompany) }
        for _ in 2..<RestoringService.attempts { try await inbox.countAttempt(at: 0, of: study.transfer) }
        let failure = try failure(try await news())
        #expect(failure == .endsTheReceiver)
        #expect(try await state == .failed)
    }

    /// What was only there when the program ended is tried alone, and its attempt is in the journal before.
    @Test func aSuspectIsTriedAlone() async throws {
        _ = try await arrive(Array("no stego file".utf8))
        for _ in 0..<2 { try await inbox.countAttempts(upTo: RestoringService.attemptsInCompany) }
        #expect(try failure(try await news()).code == .notStego)
        let attempts = try await inbox.database.read { try Int.fetchOne($0, sql: "SELECT max(attempts) FROM instance") }
        #expect(attempts == 4)
    }
}
