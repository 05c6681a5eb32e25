import CLinux
import CommandLineSupport
import Foundation
import Protocol

/// A study that is to appear all at once: its files wait in a hidden folder until every one of them is there.
///
/// Moving takes one rename where the study's folder is new. Where there is one already, file by file; a killed move is simply
/// taken up again.
struct StagedStudy: Sendable {
    /// Below the folder of restored files, so that it is on the same file system.
    static let folder = ".veilray-arriving"

    let transfer: TransferID
    /// The folder of restored files.
    let into: String

    /// Where its files wait, below the folder of restored files.
    static func subfolder(of transfer: TransferID) -> String { "\(folder)/\(transfer)" }

    private var root: String { "\(into)/\(Self.subfolder(of: transfer))" }

    /// Moves those of a study's files that wait to their places. Returns where they are now, by position. Blocks.
    ///
    /// They may wait below a folder that was the one of restored files in an earlier run.
    /// - Throws: ``FileError``, ``PublishingConflict``.
    static func publish(_ study: FinishedStudy) throws -> [Int: String] {
        var byFolder: [String: [PublishedInstance]] = [:]
        for instance in study.instances {
            guard let range = instance.path.range(of: "/\(subfolder(of: study.transfer))/") else { continue }
            byFolder[String(instance.path[..<range.lowerBound]), default: []].append(instance)
        }
        return try byFolder.reduce(into: [:]) { places, item in
            let staged = StagedStudy(transfer: study.transfer, into: item.key)
            places.merge(try staged.publish(item.value)) { $1 }
        }
    }

    private func publish(_ staged: [PublishedInstance]) throws -> [Int: String] {
        var digests: [String: ContentDigest] = [:]
        for instance in staged { digests[instance.path] = instance.digest }
        var renamed: [String: String] = [:]
        if FileManager.default.fileExists(atPath: root) { try move(root, to: into, digests, &renamed) }
        // Fails, as it should, while another study waits there.
        rmdir(AtomicFile.parent(of: root))
        var places: [Int: String] = [:]
        for instance in staged { places[instance.position] = try renamed[instance.path] ?? place(of: instance) }
        return places
    }

    /// Where a file went, in this run or in one that was killed.
    private func place(of instance: PublishedInstance) throws -> String {
        let path = into + instance.path.dropFirst(root.count)
        guard FileManager.default.fileExists(atPath: path) else { return path }
        let distinct = Publisher.adding(instance.digest.description, to: path)
        return FileManager.default.fileExists(atPath: distinct) && FileDigest.of(path) != instance.digest ? distinct : path
    }

    /// Moves what is in one folder into another that is there.
    private func move(
        _ source: String, to target: String, _ digests: [String: ContentDigest], _ renamed: inout [String: String]
    ) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: source).sorted() {
            let (from, to) = ("\(source)/\(name)", "\(target)/\(name)")
            if try Self.rename(from, to) { continue }
            if let digest = digests[from] {
                renamed[from] = try moveFile(from, to, digest)
            } else {
                try move(from, to: to, digests, &renamed)
            }
        }
        try AtomicFile.sync(target)
        rmdir(source)
    }

    /// Something has the file's name: the same file, or another one.
    private func moveFile(_ from: String, _ to: String, _ digest: ContentDigest) throws -> String {
        for path in [to, Publisher.adding(digest.description, to: to)] {
            if try Self.rename(from, path) { return path }
            if FileDigest.of(path) == digest {
                unlink(from)
                return path
            }
        }
        throw PublishingConflict(path: to)
    }

    /// Returns `false` where something has the new name.
    private static func rename(_ from: String, _ to: String) throws(FileError) -> Bool {
        if CLinux_rename_without_replacing(from, to) == 0 { return true }
        if errno == EEXIST || errno == ENOTEMPTY { return false }
        guard errno == EINVAL || errno == ENOSYS else { throw FileError("move", from) }
        // File systems without renameat2(2)'s flag. This process is the only one that publishes here.
        if access(to, F_OK) == 0 { return false }
        guard Foundation.rename(from, to) == 0 else { throw FileError("move", from) }
        return true
    }
}
