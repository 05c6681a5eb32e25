import Files
import Foundation
import Protocol

/// A folder that is held open: what is done through it reaches this very folder, wherever its path leads meanwhile.
///
/// While it is held, its file system cannot be unmounted in the usual way (umount(8) says "busy"): hold it for a piece of work, no longer.
final class OpenFolder: Sendable {
    /// The numbers that tell one folder from another, for as long as it is held: nobody else gets them before.
    struct Identity: Hashable, Sendable {
        let device: dev_t
        let inode: ino_t
    }

    /// Where it was found.
    let path: String
    let identity: Identity
    private let descriptor: Int32

    /// - Throws: ``FileError`` where there is no folder that can be listed.
    init(_ path: String) throws(FileError) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("open the folder", path) }
        self.path = path
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let error = FileError("examine the folder", path)
            close(descriptor)
            throw error
        }
        identity = Identity(device: status.st_dev, inode: status.st_ino)
    }

    deinit { close(descriptor) }

    /// Runs `body` with a way to something in this folder that no mounting and no renaming above can change (proc(5), `/proc/self/fd`).
    ///
    /// The way leads there only until `body` returns. Errors name the usual path.
    /// - Parameter path: ``path``, or a path below it.
    func reach<Result: ~Copyable>(_ path: String, _ body: (String) throws -> Result) throws -> Result {
        let root = "/proc/self/fd/\(descriptor)"
        do {
            return try withExtendedLifetime(self) { try body(root + path.dropFirst(self.path.count)) }
        } catch let error as FileError where error.path.hasPrefix(root) {
            throw FileError(error.operation, self.path + error.path.dropFirst(root.count), number: error.number)
        }
    }

    func reach<Result: ~Copyable>(_ body: (String) throws -> Result) throws -> Result { try reach(path, body) }
}

/// The folder in which files wait of a study that is to appear all at once.
enum StagingFolder {
    /// Below the folder of restored files, so that it is on the same file system.
    static let name = ".veilray-arriving"

    /// Where the files of one study wait, below the folder of restored files.
    static func path(of transfer: TransferID) -> String { "\(name)/\(transfer)" }
}

/// The folder in which people find the restored files of a study.
enum RestoredFolder {
    /// The deepest folder that all paths are below, of which the first and the last in order are given; `nil` where there is none, and
    /// while the files wait in the ``StagingFolder``, where people cannot find them.
    static func common(_ first: String?, _ last: String?) -> String? {
        guard let first, let last else { return nil }
        let common = zip(first.split(separator: "/").dropLast(), last.split(separator: "/").dropLast()).prefix { $0 == $1 }.map(\.0)
        return common.isEmpty || common.contains(Substring(StagingFolder.name)) ? nil : "/" + common.joined(separator: "/")
    }
}
