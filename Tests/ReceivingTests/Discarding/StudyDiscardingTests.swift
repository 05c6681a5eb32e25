import Basics
import Concurrency
import DICOM
import Files
import Foundation
import GRDB
import Protocol
import TestSupport
import Testing

@testable import Receiving

/// A study whose sender does not return, and then does.
@Suite struct StudyDiscardingTests {
    private let folder: TemporaryFolder
    private let pool = WorkerPool(label: "test", width: 1)

    init() throws {
        folder = try TemporaryFolder()
    }

    private func reopened() throws -> SQLiteInbox { try SQLiteInbox(state: folder.url) }

    private func discarding() throws -> ArrivingStudyDiscarding {
        try ArrivingStudyDiscarding(inbox: Inbox(try reopened()), state: folder.url, pool: pool)
    }

    /// Four files: restored, whole in the spool, half in the spool, awaited.
    private func arriving() async throws -> TestStudy {
        let study = try TestStudy(["a.dcm", "b.dcm", "c.dcm", "d.dcm"])
        let inbox = try reopened()
        _ = try await inbox.open(study.manifest, peer: "clinic", key: study.key)
        _ = try await inbox.commit([study.restored(0)])
        try await inbox.advance(
            [(1, study.part(1, durable: 100), true), (2, study.part(2, durable: 40, start: 100), false)], of: study.transfer)
        let spool = try SpoolFolder(state: folder.url)
        let segment = try spool.makeSegment(of: study.transfer)
        try segment.write([UInt8](repeating: 1, count: 140), at: 0)
        return study
    }

    private func discard(_ study: TestStudy) async throws -> [ReceiverEvent.StudyEnd] {
        var ends: [ReceiverEvent.StudyEnd] = []
        try await discarding().discard(study.transfer) { ends.append($0) }
        return ends
    }

    private func key() async throws -> Data? {
        try await reopened().database.read { try Data.fetchOne($0, sql: "SELECT key FROM study") }
    }

    private func status(_ study: TestStudy) async throws -> StudyStatus {
        try #require(try await reopened().study(study.transfer))
    }

    @Test func endsAsIncomplete() async throws {
        let study = try await arriving()
        #expect(folder.files.contains("inbox/\(study.transfer)/1.spool"))
        let end = try #require(try await discard(study).first)
        #expect(end.event == "incomplete")
        #expect((end.restored, end.failed, end.withdrawn) == (1, 0, 3))
        let status = try await status(study)
        #expect(status.state == .incomplete)
        #expect(status.discarded != nil && status.finished != nil)
        #expect(status.instances == [.restored: 1, .withdrawn: 3])
        #expect(status.spooledBytes == 0)
        #expect(try await key() == nil)
        #expect(!folder.files.contains { $0.hasPrefix("inbox/") })
        #expect(try await reopened().unreported().isEmpty)
        #expect(try await reopened().unrestored().isEmpty)
    }

    /// Killed after the journal knows and before anybody was told: the next `serve` tells.
    @Test func whatIsLeftIsAnnouncedLater() async throws {
        let study = try await arriving()
        #expect(try await reopened().discard(study.transfer, reason: "given up"))
        #expect(try await reopened().unreported() == [study.transfer])
        #expect(try await reopened().finishedStudy(study.transfer)?.withdrawn == 3)
    }

    @Test func filesOfAWholeStudyAppear() async throws {
        let study = try TestStudy(["a.dcm", "b.dcm"])
        let staged = "\(folder.path)/restored/\(StagingFolder.path(of: study.transfer))/P/a.dcm"
        try FileManager.default.createDirectory(atPath: AtomicFile.parent(of: staged), withIntermediateDirectories: true)
        try Data("a.dcm".utf8).write(to: URL(filePath: staged))
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await reopened().commit([study.restored(0, at: staged)])
        #expect(try await discard(study).count == 1)
        #expect(folder.files.filter { $0.hasPrefix("restored/") } == ["restored/P/a.dcm"])
        let published = try await reopened().database.read { try String.fetchOne($0, sql: "SELECT published FROM instance") }
        #expect(published == "\(folder.path)/restored/P/a.dcm")
    }

    @Test func finishedAndUnknownOnesAreRefused() async throws {
        let study = try TestStudy(["a.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        let argument = try TransferPrefix(study.transfer.description)
        let candidates = try await discarding().candidates([argument])
        #expect(candidates.map(\.transfer) == [study.transfer])
        #expect(candidates.first?.description.contains("from clinic: 0 of 1 files are restored") == true)
        _ = try await reopened().commit([study.restored(0)])
        let refused = await #expect(throws: OperationFailure.self) { _ = try await discarding().candidates([argument]) }
        #expect(refused?.kind == .invalidRequest)
        #expect(refused?.description.contains("complete already") == true)
        let late = await #expect(throws: OperationFailure.self) { _ = try await discard(study) }
        #expect(late?.kind == .invalidRequest)
        #expect(try await status(study).state == .complete)
        #expect(try await reopened().discard(TransferID(), reason: "") == false)
    }

    /// The patient's name goes with the study, down to the disk.
    @Test func thePatientIsForgotten() async throws {
        let study = try await arriving()
        var commit = study.restored(1)
        commit.heading = StudyHeading(DataSet([DataElement(.patientName, .PN, strings: ["DISCARDED^PATIENT"])]))
        _ = try await reopened().commit([commit])
        #expect(try await status(study).heading?.patientName == "DISCARDED^PATIENT")
        _ = try await discard(study)
        #expect(try await status(study).heading == nil)
        for name in folder.files where name.hasPrefix("inbox.sqlite") {
            let bytes = try #require(FileManager.default.contents(atPath: "\(folder.path)/\(name)"))
            #expect(bytes.range(of: Data("DISCARDED^PATIENT".utf8)) == nil, "\(name)")
        }
    }

    // MARK: The sender comes back

    @Test func allThatIsMissingIsAwaitedAgain() async throws {
        let study = try await arriving()
        _ = try await discard(study)
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        let records = try await reopened().instances(of: study.transfer)
        #expect(records.map(\.state) == [.restored, .awaited, .awaited, .awaited])
        #expect(try await status(study).state == .arriving)
        #expect(try await status(study).discarded == nil)
        #expect(try await key() == Data(study.key))
        // Not at its end before the last file is.
        #expect(try await reopened().commit([study.restored(1)]).finished.isEmpty)
        #expect(try await reopened().commit([study.restored(2), study.restored(3)]).finished == [study.transfer: .complete])
        #expect(try await reopened().unreported() == [study.transfer], "which is news after the first end")
    }

    @Test func mayBeDiscardedAgain() async throws {
        let study = try await arriving()
        _ = try await discard(study)
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        #expect(try await discard(study).map(\.withdrawn) == [3])
    }

    /// What its sender withdrew was not given up here, and the study stays at its end.
    @Test func aStudyThatItsSenderEndedStaysEnded() async throws {
        let study = try TestStudy(["a.dcm"])
        _ = try await reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await reopened().withdraw(0, of: study.transfer, reason: "unreadable")
        #expect(try await reopened().open(study.manifest, peer: "clinic", key: study.key).isEmpty)
        let records = try await reopened().instances(of: study.transfer)
        #expect(records.map(\.state) == [.withdrawn])
        #expect(try await status(study).state == .incomplete)
    }

    // MARK: The lock

    @Test func onlyWhileNobodyServes() throws {
        let lock = try InboxLock.takeAtOnce(in: folder.url)
        let failure = #expect(throws: OperationFailure.self) { try InboxLock.takeAtOnce(in: folder.url) }
        #expect(failure?.kind == .temporary)
        #expect(failure?.description.contains("stop 'serve'") == true)
        withExtendedLifetime(lock) {}
    }
}
