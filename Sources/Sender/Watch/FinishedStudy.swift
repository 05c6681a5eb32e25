import CommandLineSupport
import Foundation
import Protocol

/// Moves the files of a closed study out of a watched folder: to `sent/<study>/` with their receipts, or to `failed/<study>/` with a
/// reason. Call it on a worker thread.
///
/// Each step may be repeated: after a crash in the middle all of it is done once more.
struct FinishedStudy: Sendable {
    struct Result: Sendable, Equatable {
        var sent = 0
        var failed = 0
        /// Files that are not there any more, or that are other files now.
        var leftAlone = 0
    }

    let folder: String
    let study: OutboxStudy
    let instances: [OutboxInstance]

    /// - Throws: `FileError`; what was moved stays moved.
    func file() throws -> Result {
        try keepReceipts()
        var result = Result()
        for instance in instances {
            let isSent = instance.state == .acknowledged
            guard holds(instance) else {
                result.leftAlone += 1
                continue
            }
            if isSent { result.sent += 1 } else { result.failed += 1 }
            let destination = "\(folder)/\(isSent ? FolderSnapshot.sentFolder : FolderSnapshot.failedFolder)/\(name)/\(instance.name)"
            let place = try MovedFile.move(instance.path, to: destination)
            if !isSent { try MovedFile.explain(place, instance.failure ?? "it was not delivered") }
        }
        return result
    }

    /// The study's UID, when it is one: the name of a folder must not lead anywhere else.
    private var name: String {
        (try? StudyUID(study.originalStudyUID).text) ?? "study-\(study.transferID.prefix(12))"
    }

    private func keepReceipts() throws {
        guard let receipts = study.receipts, instances.contains(where: { $0.receipt != nil }) else { return }
        let isAnySent = instances.contains { $0.state == .acknowledged }
        let place = "\(folder)/\(isAnySent ? FolderSnapshot.sentFolder : FolderSnapshot.failedFolder)/\(name)"
        try AtomicFile.replace("\(place)/receipts-\(study.transferID).txt", with: WholeFile.read(receipts), mode: 0o600)
    }

    /// Whether the very file that was taken is still in its place. Another one of that name is a new file, and stays.
    private func holds(_ instance: OutboxInstance) -> Bool {
        guard MovedFile.isWithoutLinks(instance.path), let bytes = try? WholeFile.read(instance.path) else { return false }
        return ContentDigest(of: bytes).bytes.elementsEqual(instance.originalDigest)
    }
}

/// Moving single files out of a watched folder.
enum MovedFile {
    /// Moves a file; where another stands in its new place, a number is added to the name, unless it is the same file.
    ///
    /// - Returns: where the file is now.
    /// - Throws: `FileError`.
    static func move(_ path: String, to destination: String) throws -> String {
        var number = 1
        while true {
            let candidate = number == 1 ? destination : numbered(destination, number)
            if try AtomicFile.move(path, to: candidate) { return candidate }
            if try hasSameContent(path, candidate) {
                unlink(path)
                return candidate
            }
            number += 1
        }
    }

    /// Writes beside a failed file why it failed.
    static func explain(_ path: String, _ reason: String) throws {
        try AtomicFile.replace("\(path).reason.txt", with: Array("\(reason)\n".utf8))
    }

    /// Whether no part of a path that was found in a folder without links has become a link since.
    static func isWithoutLinks(_ path: String) -> Bool {
        guard let resolved = realpath(path, nil) else { return false }
        defer { free(resolved) }
        return String(cString: resolved) == path
    }

    private static func numbered(_ path: String, _ number: Int) -> String {
        let plain = path as NSString
        let suffix = plain.pathExtension.isEmpty ? "" : ".\(plain.pathExtension)"
        return "\(plain.deletingPathExtension)-\(number)\(suffix)"
    }

    private static func hasSameContent(_ path: String, _ other: String) throws -> Bool {
        guard isWithoutLinks(other), let there = try? WholeFile.read(other) else { return false }
        return try WholeFile.read(path) == there
    }
}
