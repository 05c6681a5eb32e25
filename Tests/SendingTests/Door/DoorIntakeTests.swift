import Basics
import DICOM
import Files
import Foundation
import Protocol
import SeededRandomness
import TestSupport
import Testing

@testable import DICOMNetwork
@testable import Sending

/// What is answered to an instance, and what is on the disk and in the journal by then.
@Suite struct DoorIntakeTests {
    private let site: ExampleHome
    private let folder: String
    private let outbox: Outbox
    private let figures = DoorFigures()
    private let clock = ManualClock()

    init() throws {
        site = try ExampleHome()
        let path = site.folder + "/door"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        folder = URL(filePath: path).resolvingSymlinksInPath().path
        outbox = try Outbox(home: site.home)
    }

    private func intake(journal: (any OutboxJournal)? = nil) -> DoorIntake {
        DoorIntake(
            folder: folder, openStudies: OpenStudies(OpenStudies.Quiet(), clock: clock), journal: journal ?? outbox.journal,
            news: outbox.news, figures: figures)
    }

    private static let syntax = TransferSyntax.explicitLittleEndian
    private static let sopClass = "1.2.840.10008.5.1.4.1.1.2"

    private func dataSet(_ instance: String = "2.25.5.1", sopClass: String = sopClass, note: String = "a") throws -> [UInt8] {
        let file = try DICOMWriter.write(
            dataSet: DataSet([
                DataElement(.sopClassUID, .UI, strings: [sopClass]), DataElement(.sopInstanceUID, .UI, strings: [instance]),
                DataElement(.studyInstanceUID, .UI, strings: ["2.25.5"]), DataElement(.patientName, .PN, strings: [note]),
            ]), transferSyntax: Self.syntax)
        return Array(file[try StorageIdentity(of: file).dataSetOffset...])
    }

    /// Has an instance come, as a child would write it.
    private func send(
        _ dataSet: [UInt8], as instance: String = "2.25.5.1", sopClass: String = sopClass, from calling: String = "CT1", failure: Int32 = 0,
        claiming claimed: Int? = nil, to intake: DoorIntake? = nil
    ) async throws -> StoreAnswer {
        let offer = InstanceOffer(sopClassUID: sopClass, sopInstanceUID: instance, transferSyntaxUID: Self.syntax.uid)
        let caller = AssociationCaller(
            identifier: 1, calling: calling, called: "VEILRAY", address: try #require(NetworkAddress("10.0.0.5")))
        let taker = intake ?? self.intake()
        return try await BlockingWork<StoreAnswer> {
            do throws(StoreRefusal) {
                let draft = try taker.begin(offer, from: caller)
                _ = WholeWrite.write(dataSet, to: draft.descriptor)
                return draft.finish(byteCount: claimed ?? dataSet.count, failure: failure)
            } catch {
                return error.answer
            }
        }.value
    }

    /// Paths below the folder, but for its own.
    private var files: [String] { Files.below(folder).sorted() }

    @Test func successIsAFileAndARow() async throws {
        let bytes = try dataSet()
        #expect(try await send(bytes) == .success)
        #expect(files == ["2.25.5.1.dcm"])
        let file = try WholeFile.read(folder + "/2.25.5.1.dcm")
        let identity = try StorageIdentity(of: file)
        #expect(Array(file[identity.dataSetOffset...]) == bytes, "bit for bit")
        #expect(identity.sopInstanceUID == "2.25.5.1" && identity.transferSyntaxUID == Self.syntax.uid)
        #expect(try DICOMFile(bytes: file, name: "").metaInformation.string(.sourceApplicationEntityTitle) == "CT1")
        let row = try #require(try await outbox.journal.takenInstance("2.25.5.1", into: folder))
        #expect(row.path == folder + "/2.25.5.1.dcm" && !row.hasFailed)
        #expect(try await outbox.journal.takenInstance("2.25.5.1", into: "/elsewhere") == nil)
    }

    @Test func theSameOnceMoreIsOne() async throws {
        let bytes = try dataSet()
        #expect(try await send(bytes) == .success)
        // Also from another modality, and when the file was delivered and moved away.
        #expect(try await send(bytes, from: "MR1") == .success)
        #expect(unlink(folder + "/2.25.5.1.dcm") == 0)
        #expect(try await send(bytes) == .success)
        #expect(files.isEmpty)
    }

    @Test func anotherUnderTheSameUIDIsSetAside() async throws {
        #expect(try await send(try dataSet(note: "a")) == .success)
        for _ in 0..<2 { #expect(try await send(try dataSet(note: "b")).status == 0xC001) }
        #expect(files.count == 3, "\(files)")
        #expect(files.contains("2.25.5.1.dcm"))
        let aside = try #require(files.first { $0.hasPrefix("failed/conflicts/2.25.5.1.") && $0.hasSuffix(".dcm") })
        #expect(files.contains(aside + ".reason.txt"))
        let kept = try WholeFile.read("\(folder)/\(aside)")
        #expect(try DICOMFile(bytes: kept, name: "").dataSet.string(.patientName) == "b")
        // The first is what it was.
        #expect(try await send(try dataSet(note: "a")) == .success)
    }

    @Test func whatContradictsTheCommandIsRefused() async throws {
        #expect(try await send(try dataSet("2.25.5.2")).status == 0xA900)
        #expect(try await send(try dataSet(sopClass: "1.2.840.10008.5.1.4.1.1.4")).status == 0xA900)
        #expect(try await send([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).status == 0xC000)
        #expect(try await send([]).status == 0xA900)
        #expect(try await send(Array(try dataSet().dropLast(3))).status == 0xC000)
        #expect(files.isEmpty)
        #expect(try await outbox.journal.takenInstance("2.25.5.1", into: folder) == nil)
    }

    @Test(arguments: ["", "../../etc/passwd", "1.2/3", "1.2.a", "...", String(repeating: "1", count: 65)])
    func aUIDIsNoPath(_ uid: String) async throws {
        #expect(try await send(try dataSet(), as: uid).status == 0xC000)
        #expect(files.isEmpty)
    }

    @Test func aFullDiskIsToldAndLeavesNothing() async throws {
        let answer = try await send(try dataSet(), failure: ENOSPC)
        #expect(answer == .outOfResources("the disk is full"))
        #expect(files.isEmpty)
        // What the child says and what there is must agree.
        let bytes = try dataSet()
        #expect(try await send(bytes, claiming: bytes.count + 1).status == 0xA700)
        #expect(files.isEmpty)
        #expect(try await send(bytes) == .success)
    }

    /// The journal is away: no success, and the next try is the same as the first.
    @Test func withoutARowThereIsNoSuccess() async throws {
        let bytes = try dataSet()
        let path = site.folder + "/closed.sqlite"
        let journal = try SQLiteOutboxJournal(at: path)
        try journal.database.close()
        #expect(try await send(bytes, to: intake(journal: journal)).status == 0xA700)
        // Killed between the name and the row, it is there without a row.
        try Data(try file(bytes)).write(to: URL(filePath: folder + "/2.25.5.1.dcm"))
        #expect(try await send(bytes) == .success)
        #expect(try await outbox.journal.takenInstance("2.25.5.1", into: folder) != nil)
        #expect(files == ["2.25.5.1.dcm"])
    }

    private func file(_ dataSet: [UInt8]) throws -> [UInt8] {
        try DICOMWriter.prologue(
            sopClass: Self.sopClass, sopInstance: "2.25.5.1", transferSyntax: Self.syntax, source: .veilray) + dataSet
    }

    /// What could not be delivered and was moved away is taken once more; while it is in a queued study it is not.
    @Test func whatHasFailedComesAgain() async throws {
        let bytes = try dataSet()
        #expect(try await send(bytes) == .success)
        let path = folder + "/2.25.5.1.dcm"
        let content = try WholeFile.read(path)
        let entry = try ManifestEntry(path: "2.25.5.1.dcm", byteCount: UInt64(content.count), digest: ContentDigest(of: content))
        let order = StudyOrder(
            plan: StudyPlan(studyUID: "2.25.5", instances: [PlannedInstance(path: path, entry: entry)]), peer: site.peer, address: nil,
            priority: .routine, choices: .example, source: folder)
        let transferID = try await outbox.enqueue(order, signedBy: site.identity).study.transferID
        #expect(unlink(path) == 0)
        #expect(try await send(bytes) == .success)
        #expect(files.isEmpty, "it is on its way")
        try await outbox.withdrawn(transferID, 0, reason: "no reason", kind: .badData)
        try await outbox.close(transferID, receipts: nil)
        #expect(try await outbox.journal.takenInstance("2.25.5.1", into: folder)?.hasFailed == true)
        #expect(try await send(bytes) == .success)
        #expect(files == ["2.25.5.1.dcm"])
    }

    @Test func oldRowsAreForgotten() async throws {
        #expect(try await send(try dataSet()) == .success)
        try await outbox.journal.forgetInstances(takenBefore: Date(timeIntervalSinceNow: -60))
        #expect(try await outbox.journal.takenInstance("2.25.5.1", into: folder) != nil)
        try await outbox.journal.forgetInstances(takenBefore: Date(timeIntervalSinceNow: 60))
        #expect(try await outbox.journal.takenInstance("2.25.5.1", into: folder) == nil)
    }

    /// Many associations at once, some with the same instances.
    @Test func manyAtOnce() async throws {
        let taker = intake()
        let sets = try (0..<12).map { try dataSet("2.25.5.\($0)") }
        try await withThrowingTaskGroup(of: StoreAnswer.self) { group in
            for round in 0..<3 {
                for (number, bytes) in sets.enumerated() {
                    group.addTask { try await send(bytes, as: "2.25.5.\(number)", from: "CT\(round)", to: taker) }
                }
            }
            for try await answer in group { #expect(answer == .success) }
        }
        #expect(files.count == 12)
    }
}
