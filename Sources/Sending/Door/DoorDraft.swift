import Basics
import Concurrency
import Crypto
import DICOM
import DICOMNetwork
import Files
import Foundation
import Journal
import Logging
import StegoKit

/// One instance that is coming: a file without a name, into which a child writes.
final class DoorDraft: InstanceDraft {
    private let offer: InstanceOffer
    private let caller: AssociationCaller
    private let intake: DoorIntake
    private let file: UnpublishedFile
    private let prologueByteCount: Int
    private let log = Logger(label: "veilray.door")

    /// - Throws: `FileError`.
    init(_ offer: InstanceOffer, from caller: AssociationCaller, prologue: [UInt8], intake: DoorIntake) throws(FileError) {
        self.offer = offer
        self.caller = caller
        self.intake = intake
        prologueByteCount = prologue.count
        file = try UnpublishedFile(in: intake.folder, mode: 0o600)
        try file.write(prologue, for: path, durably: false)
    }

    var descriptor: Int32 { file.sharedDescriptor }

    private var path: String { "\(intake.folder)/\(offer.sopInstanceUID).dcm" }

    func finish(byteCount: Int, failure: Int32) -> StoreAnswer {
        do {
            guard failure == 0 else { throw FileError("write", path, number: failure) }
            return try keep(byteCount)
        } catch let error as StoreRefusal {
            return error.answer
        } catch {
            // A modality's people see the comment; these ones see the path.
            log.error(
                "an instance could not be kept",
                metadata: ["file": "\(path)", "from": "\(caller.calling)", "reason": "\(JournalDatabase.reason(for: error))"])
            return .outOfResources(DoorIntake.comment(for: error))
        }
    }

    private func keep(_ byteCount: Int) throws -> StoreAnswer {
        let bytes = try intake.read(file.readablePath, byteCount: byteCount)
        // What the child says and what it has written.
        guard bytes.count == prologueByteCount + byteCount else { throw FileError("write", path, number: EIO) }
        let studyUID = try checkedStudy(bytes)
        let digest = InstanceDigest.of(bytes, from: prologueByteCount, transferSyntax: offer.transferSyntaxUID)
        if let known = try knownDigest() {
            guard known == digest else { return try setAside(digest) }
            intake.figures.count(.duplicate)
            return .success
        }
        // The study is open before anybody can find the file.
        intake.openStudies.touch(studyUID, by: caller.identifier)
        try file.sync(for: path)
        guard try publish(digest) else { return try setAside(digest) }
        try AwaitedResult.of { [intake, offer, path] in
            try await intake.journal.take(
                TakenInstance(
                    source: intake.folder, sopInstanceUID: offer.sopInstanceUID, digest: digest, path: path, taken: Date()))
        }
        intake.news.post()
        intake.figures.count(.stored, bytes: byteCount)
        return .success
    }

    /// The digest of what was taken in under this UID before; `nil` where nothing was, or where it could not be delivered and is gone.
    private func knownDigest() throws -> ContentDigest? {
        let taken = try AwaitedResult.of { [intake, offer] in
            try await intake.journal.takenInstance(offer.sopInstanceUID, into: intake.folder)
        }
        guard let taken else { return nil }
        return taken.hasFailed && access(taken.path, F_OK) != 0 ? nil : taken.digest
    }

    /// The study that the data set belongs to.
    ///
    /// - Throws: ``StoreRefusal`` where the data set cannot be read, or is not what the command says.
    private func checkedStudy(_ bytes: [UInt8]) throws(StoreRefusal) -> String {
        let dataSet: DataSet
        do {
            dataSet = try DICOMFile(bytes: bytes, name: path).dataSet
        } catch {
            throw StoreRefusal(.notUnderstood(error.reason))
        }
        guard dataSet.string(.sopClassUID) == offer.sopClassUID else {
            throw StoreRefusal(.contradiction("the data set has another SOP Class UID than the command"))
        }
        guard dataSet.string(.sopInstanceUID) == offer.sopInstanceUID else {
            throw StoreRefusal(.contradiction("the data set has another SOP Instance UID than the command"))
        }
        return PublicHeader.studyIdentifier(of: dataSet)
    }

    /// Gives the file its name.
    ///
    /// - Returns: `false` where another instance has it.
    private func publish(_ digest: ContentDigest) throws(FileError) -> Bool {
        if try !file.publish(as: path) {
            // Of an association that is under way at the same time, or of one that got no answer.
            guard InstanceDigest.of(try WholeFile.read(path)) == digest else { return false }
        }
        try AtomicFile.sync(intake.folder)
        return true
    }

    /// Keeps an instance whose UID another one has.
    private func setAside(_ digest: ContentDigest) throws -> StoreAnswer {
        let folder = "\(intake.folder)/\(DoorIntake.conflictsFolder)"
        let place = "\(folder)/\(offer.sopInstanceUID).\(digest.description.prefix(16)).dcm"
        try AtomicFile.makeDirectories(folder, mode: 0o700)
        try file.sync(for: place)
        // The same one came before.
        _ = try file.publish(as: place)
        let reason = "\(caller.calling) at \(caller.address) sent another instance under the same SOP Instance UID before\n"
        _ = try AtomicFile.publish(Array(reason.utf8), as: MovedFile.reasonPath(of: place))
        intake.figures.count(.conflict)
        log.warning(
            "an instance is set aside: another one has its UID", metadata: ["file": "\(place)", "from": "\(caller.calling)"])
        return .conflict("another instance has this UID; this one was set aside")
    }
}

/// The digest that makes two instances under one UID the same: of the transfer syntax and the data set's bytes. The file meta information,
/// which says who sent it, does not count.
enum InstanceDigest {
    static func of(_ file: [UInt8], from dataSetOffset: Int, transferSyntax: String) -> ContentDigest {
        var hash = SHA256()
        hash.update(data: Array(transferSyntax.utf8) + [0])
        file.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[min(dataSetOffset, $0.count)...])) }
        return ContentDigest(hash.finalize())
    }

    /// Of a file that is there; `nil` where it is no DICOM file.
    static func of(_ file: [UInt8]) -> ContentDigest? {
        guard let identity = try? StorageIdentity(of: file) else { return nil }
        return of(file, from: identity.dataSetOffset, transferSyntax: identity.transferSyntaxUID)
    }
}
