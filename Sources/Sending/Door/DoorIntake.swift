import Basics
import Concurrency
import DICOM
import DICOMNetwork
import Dispatch
import Files
import Foundation
import Synchronization

/// Takes the instances in that modalities send to one called title.
///
/// ```
/// <folder>/<SOPInstanceUID>.dcm       answered with success, not yet delivered: a watched folder
/// <folder>/sent, <folder>/failed      as of every watched folder
/// <folder>/failed/conflicts           instances under a UID that another one had before
/// ```
///
/// The order is: data set into a file without a name, synced; name, synced; row in the outbox, synced; success. Whatever ends between two
/// of these, the modality has no answer, and what it sends again meets the same end.
final class DoorIntake: InstanceTaker {
    static let conflictsFolder = "\(FolderSnapshot.failedFolder)/conflicts"
    /// Larger files are read one at a time: an association each could fill the memory.
    private static let largeByteCount = 64 << 20

    let folder: String
    let openStudies: OpenStudies
    let journal: any OutboxJournal
    /// Posted when an instance has come.
    let news: ChangeNotice
    let figures: DoorFigures
    private let large = Mutex(())

    init(
        folder: String, openStudies: OpenStudies, journal: any OutboxJournal, news: ChangeNotice, figures: DoorFigures
    ) {
        self.folder = folder
        self.openStudies = openStudies
        self.journal = journal
        self.news = news
        self.figures = figures
    }

    func begin(_ offer: InstanceOffer, from caller: AssociationCaller) throws(StoreRefusal) -> any InstanceDraft {
        // The UID becomes a file's name.
        guard Self.isUsable(offer.sopInstanceUID), Self.isUsable(offer.sopClassUID) else {
            throw StoreRefusal(.notUnderstood("the SOP UIDs are no UIDs"))
        }
        guard let source = ApplicationEntityTitle(caller.calling) else { throw StoreRefusal(.notUnderstood("the calling title is none")) }
        do {
            let prologue = try DICOMWriter.prologue(
                sopClass: offer.sopClassUID, sopInstance: offer.sopInstanceUID,
                transferSyntax: TransferSyntax(uid: offer.transferSyntaxUID),
                source: source)
            return try DoorDraft(offer, from: caller, prologue: prologue, intake: self)
        } catch {
            throw StoreRefusal(.outOfResources(Self.comment(for: error)))
        }
    }

    func ended(_ caller: AssociationCaller, _ ending: AssociationEnding) { openStudies.ended(caller.identifier, ending) }

    /// Digits and dots, whether or not they keep the rules: leading zeros are in the wild.
    private static func isUsable(_ uid: String) -> Bool {
        (1...64).contains(uid.utf8.count) && uid.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
            && uid.utf8.contains { $0 != UInt8(ascii: ".") }
    }

    /// A whole file; large ones one at a time.
    func read(_ path: String, byteCount: Int) throws(FileError) -> [UInt8] {
        guard byteCount > Self.largeByteCount else { return try WholeFile.read(path) }
        return try large.withLock { _ throws(FileError) in try WholeFile.read(path) }
    }

    /// The comment for a modality on an error of this side: no path.
    static func comment(for error: any Error) -> String {
        guard let error = error as? FileError else { return "the instance could not be kept" }
        return error.isDiskFull ? "the disk is full" : error.reason
    }
}

/// The intakes of all called titles.
final class DoorIntakes: InstanceTaker {
    /// By called title.
    private let intakes = Mutex<[String: DoorIntake]>([:])
    /// `nil` where storage commitment is not offered.
    private let commitments: StorageCommitments?

    init(commitments: StorageCommitments?) { self.commitments = commitments }

    func add(_ intake: DoorIntake, for title: ApplicationEntityTitle) {
        intakes.withLock { $0[title.text] = intake }
    }

    func commit(_ request: CommitmentRequest, from caller: AssociationCaller) -> StoreAnswer {
        guard let intake = intake(of: caller), let commitments else {
            return StoreAnswer(status: 0x0110, comment: "storage commitment is not offered")
        }
        return commitments.take(request, from: caller, source: intake.folder, intake.journal)
    }

    func begin(_ offer: InstanceOffer, from caller: AssociationCaller) throws(StoreRefusal) -> any InstanceDraft {
        guard let intake = intake(of: caller) else { throw StoreRefusal(.outOfResources("nobody takes it")) }
        return try intake.begin(offer, from: caller)
    }

    func ended(_ caller: AssociationCaller, _ ending: AssociationEnding) { intake(of: caller)?.ended(caller, ending) }

    private func intake(of caller: AssociationCaller) -> DoorIntake? { intakes.withLock { $0[caller.called] } }
}

/// The result of asynchronous work for a thread that waits: never one of Swift's cooperative threads, which the work needs.
enum AwaitedResult {
    static func of<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
        let isDone = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Value, any Error>?>(nil)
        Task {
            let end: Result<Value, any Error>
            do { end = .success(try await work()) } catch { end = .failure(error) }
            result.withLock { $0 = end }
            isDone.signal()
        }
        isDone.wait()
        // Set before the signal.
        guard let end = result.withLock({ $0 }) else { throw CancellationError() }
        return try end.get()
    }
}
