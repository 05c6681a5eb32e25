import Basics
import CLinux
import Files
import Foundation
import Operations
import Protocol

/// Moves the files of a closed study out of a watched folder: to `sent/<study>/` with their receipts, or to `failed/<study>/` with a
/// reason. Call it on a worker thread.
///
/// Each step may be repeated: after a crash in the middle all of it is done once more.
struct FiledStudy: Sendable {
    struct Result: Sendable, Equatable {
        var sent = 0
        var failed = 0
        /// Files that are not there any more, or that are other files now.
        var leftAlone = 0
        /// Files that could not be moved yet, by their place in the manifest, and why.
        var stuck: [Int: String] = [:]
        /// Files that the last call has moved.
        var filed: [FiledFile] = []
    }

    let folder: String
    let study: OutboxStudy
    let instances: [OutboxInstance]

    /// One file that cannot be moved does not keep the others.
    ///
    /// - Parameter before: what an earlier call did; only the files that were stuck then are looked at.
    /// - Returns: what was done, now and before.
    /// - Throws: `FileError` when the receipts cannot be put beside the files; nothing was moved then.
    func file(continuing before: Result? = nil) throws -> Result {
        try keepReceipts()
        var result = before ?? Result()
        result.stuck = [:]
        result.filed = []
        for instance in instances where before.map({ $0.stuck[instance.position] != nil }) ?? true {
            ServiceManager.shared.comeRound(.folder)
            do {
                guard let filed = try move(instance) else {
                    result.leftAlone += 1
                    continue
                }
                result.filed.append(filed)
                if instance.isSent { result.sent += 1 } else { result.failed += 1 }
            } catch {
                result.stuck[instance.position] = "\(error)"
            }
        }
        return result
    }

    /// - Returns: the moved file; `nil` where the very file that was taken is not in its place any more. Another one of that name, or the
    ///   same with another content, is a new file, and stays.
    private func move(_ instance: OutboxInstance) throws -> FiledFile? {
        guard let stamp = try FolderSnapshot.Stamp.ofFile(at: instance.path), MovedFile.isWithoutLinks(instance.path) else { return nil }
        guard CLinux_is_being_written(instance.path) != 1 else {
            throw FileError("move it (a program has it open for writing)", instance.path, number: EBUSY)
        }
        guard try FileSource(instance.path).digest() == instance.originalDigest else { return nil }
        let destination = "\(folder)/\(instance.isSent ? FolderSnapshot.sentFolder : FolderSnapshot.failedFolder)/\(name)/\(instance.name)"
        let reason = instance.isSent ? nil : instance.failure ?? "it was not delivered"
        guard let place = try MovedFile.move(instance.path, seenAs: stamp, to: destination, reason: reason) else { return nil }
        return FiledFile(place: place, origin: instance.path, source: folder, stamp: stamp, digest: instance.originalDigest)
    }

    /// The study's UID, when it is one: the name of a folder must not lead anywhere else.
    private var name: String {
        (try? StudyUID(study.originalStudyUID).text) ?? "study-\(study.transferID.short)"
    }

    private func keepReceipts() throws {
        guard let receipts = study.receipts, instances.contains(where: { $0.receipt != nil }) else { return }
        let isAnySent = instances.contains(where: \.isSent)
        let place = "\(folder)/\(isAnySent ? FolderSnapshot.sentFolder : FolderSnapshot.failedFolder)/\(name)"
        try AtomicFile.replace("\(place)/receipts-\(study.transferID).txt", with: WholeFile.read(receipts))
    }
}

extension OutboxInstance {
    fileprivate var isSent: Bool { state == .acknowledged }
}
