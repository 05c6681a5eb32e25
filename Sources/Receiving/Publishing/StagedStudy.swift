import CLinux
import Files
import Foundation
import Protocol

/// A study that is to appear all at once: its files wait in a hidden folder until every one of them is there.
///
/// Moving takes one rename where the study's folder is new. Where there is one already, file by file; a killed move is simply
/// taken up again.
struct StagedStudy: Sendable {
    let transfer: TransferID
    /// The way to the folder of restored files.
    let into: String

    private var root: String { "\(into)/\(StagingFolder.path(of: transfer))" }

    /// Moves those of a study's files that wait to their places. Returns where they are now, by position. Blocks.
    ///
    /// They may wait below a folder that was the one of restored files in an earlier run.
    /// - Parameter guarded: the folder of a path, where it is guarded. One that is not, and not there, has had its files moved.
    /// - Throws: ``FileError``, ``ReceivingError``.
    static func publish(_ study: FinishedStudy, _ guarded: (String) throws -> GuardedFolder? = { _ in nil }) throws -> [Int: String] {
        var byFolder: [String: [PublishedInstance]] = [:]
        for instance in study.instances {
            guard let range = instance.path.range(of: "/\(StagingFolder.path(of: study.transfer))/") else { continue }
            byFolder[String(instance.path[..<range.lowerBound]), default: []].append(instance)
        }
        return try byFolder.reduce(into: [:]) { places, item in
            let folder: OpenFolder? = if let root = try guarded(item.key) { try root.open() } else { try? OpenFolder(item.key) }
            places.merge(try moved(study.transfer, item.value, in: item.key, folder)) { $1 }
        }
    }

    private static func moved(
        _ transfer: TransferID, _ instances: [PublishedInstance], in path: String, _ folder: OpenFolder?
    ) throws -> [Int: String] {
        guard let folder else { return try StagedStudy(transfer: transfer, into: path).publish(instances) }
        return try folder.reach { way in
            let staged = instances.map {
                PublishedInstance(position: $0.position, path: way + $0.path.dropFirst(path.count), digest: $0.digest)
            }
            return try StagedStudy(transfer: transfer, into: way).publish(staged).mapValues { path + $0.dropFirst(way.count) }
        }
    }

    private func publish(_ staged: [PublishedInstance]) throws -> [Int: String] {
        var waiting: [String: PublishedInstance] = [:]
        for instance in staged { waiting[instance.path] = instance }
        var renamed: [String: String] = [:]
        if FileManager.default.fileExists(atPath: root) { try move(root, to: into, waiting, &renamed) }
        // Fails, as it should, while another study waits there.
        rmdir(AtomicFile.parent(of: root))
        var places: [Int: String] = [:]
        for instance in staged { places[instance.position] = renamed[instance.path] ?? place(of: instance) }
        return places
    }

    /// Where a file went, in this run or in one that was killed.
    private func place(of instance: PublishedInstance) -> String {
        let path = into + instance.path.dropFirst(root.count)
        let others = names(for: instance, path).dropFirst().filter { FileManager.default.fileExists(atPath: $0) }
        guard !others.isEmpty, FileDigest.of(path) != instance.digest else { return path }
        return others.first { FileDigest.of($0) == instance.digest } ?? path
    }

    /// Best first: its own, the one with the digest, the spare ones.
    private func names(for instance: PublishedInstance, _ path: String) -> [String] {
        let spare = SpareName(transfer: transfer, position: instance.position)
        return [path, Publisher.adding(instance.digest.description, to: path)] + spare.paths.map { "\(into)/\($0)" }
    }

    /// Moves what is in one folder into another, or, where there can be no such folder, to spare names.
    private func move(
        _ source: String, to target: String, _ waiting: [String: PublishedInstance], _ renamed: inout [String: String]
    ) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: source).sorted() {
            let (from, to) = ("\(source)/\(name)", "\(target)/\(name)")
            if try Self.rename(from, to) { continue }
            if let instance = waiting[from] {
                renamed[from] = try moveFile(from, to, instance)
            } else if Self.isFolder(from) {
                try move(from, to: to, waiting, &renamed)
            }
        }
        if Self.isFolder(target) { try AtomicFile.sync(target) }
        rmdir(source)
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Something has the file's name: the same file, or another one. Or nothing can have it.
    private func moveFile(_ from: String, _ to: String, _ instance: PublishedInstance) throws -> String {
        for path in names(for: instance, to) {
            guard try Self.hasFolder(path) else { continue }
            if try Self.rename(from, path) {
                try AtomicFile.sync(AtomicFile.parent(of: path))
                return path
            }
            if FileDigest.of(path) == instance.digest {
                unlink(from)
                return path
            }
        }
        throw ReceivingError.nameTaken(to)
    }

    /// Makes the folders above a name; `false` where there can be none.
    private static func hasFolder(_ path: String) throws(FileError) -> Bool {
        do throws(FileError) {
            try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
            return true
        } catch {
            guard error.isOfTheName else { throw error }
            return false
        }
    }

    /// Returns `false` where something has the new name, and where nothing can have it.
    private static func rename(_ from: String, _ to: String) throws(FileError) -> Bool {
        if CLinux_rename_without_replacing(from, to) == 0 { return true }
        let error = FileError("move", from)
        if error.isOfTheName { return false }
        guard error.number == EINVAL || error.number == ENOSYS else { throw error }
        // File systems without renameat2(2)'s flag. This process is the only one that publishes here.
        if access(to, F_OK) == 0 { return false }
        guard Foundation.rename(from, to) == 0 else {
            let error = FileError("move", from)
            if error.isOfTheName { return false }
            throw error
        }
        return true
    }
}
