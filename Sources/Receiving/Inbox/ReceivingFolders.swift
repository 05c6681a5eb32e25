import Basics
import Files

extension InboxStore {
    /// A folder to receive into. One that this journal knows may be away; it is never made. One that is new gets its number, and is made
    /// where the folder above it is there. Blocks.
    ///
    /// - Throws: `OperationFailure` when the folder above is missing, too; ``FileError``; errors of the journal.
    func receivingFolder(_ path: String) throws -> GuardedFolder {
        if let known = try knownFolder(path) { return known }
        try makeFolder(path)
        return GuardedFolder(path: path) { [self] in try folderMark(of: path) }
    }

    /// A folder that was received into, now or in an earlier run; `nil` for any other. Blocks.
    func knownFolder(_ path: String) throws -> GuardedFolder? {
        try folderMark(of: path).map { _ in GuardedFolder(path: path) { [self] in try folderMark(of: path) } }
    }

    private func makeFolder(_ path: String) throws {
        do throws(FileError) {
            try AtomicFile.makeLastDirectory(path)
        } catch {
            guard error.isMissing else { throw error }
            let parent = AtomicFile.parent(of: path)
            throw OperationFailure(
                .fileAccess,
                "\(path) cannot be made, since \(parent) is not there; mount the file system that it is on, or make that folder first "
                    + "(mkdir -p '\(parent)')")
        }
        try accept(try FolderMark.readOrMake(in: try OpenFolder(path)), as: path)
    }
}
