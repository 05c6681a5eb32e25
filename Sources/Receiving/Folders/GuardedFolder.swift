import Files
import Foundation
import Synchronization

/// A folder that `serve` writes into and whose file system may go away while it runs: a share is unmounted, a disk pulled out.
///
/// The mount point stays behind then, an empty folder on another disk, or nothing does. Whoever writes asks for ``open()`` first, and works
/// through what that returns: it is the folder that was meant, or there is none. Nothing is ever made in the way to it.
final class GuardedFolder: Sendable {
    /// The sign by which a folder is known as the one that is meant.
    private enum Recognition: Sendable {
        /// Its path; it is made where it is missing. For commands that a person runs once.
        case path
        /// Its number, as the journal has it.
        case mark(inJournal: @Sendable () throws -> FolderMark?)
        /// It is held from the beginning on.
        case held(OpenFolder)
    }

    let path: String
    private let recognition: Recognition
    /// The folder that is in use now. All who use it at one time share it, so that one of them can tell that another's is the same.
    private let current = Mutex(WeakFolder())
    /// The number that the folder had when it was opened last.
    private let lastMark = Mutex<FolderMark?>(nil)

    private struct WeakFolder {
        weak var folder: OpenFolder?
    }

    private init(path: String, _ recognition: Recognition) {
        self.path = path
        self.recognition = recognition
    }

    /// A folder that is whatever is at the path, and is made where nothing is.
    convenience init(path: String) { self.init(path: path, .path) }

    /// A folder that is there now, and is only this one for as long as this object lives.
    ///
    /// - Throws: ``FileError``
    convenience init(holding path: String) throws(FileError) { self.init(path: path, .held(try OpenFolder(path))) }

    /// A folder that is known by its number, which may change while this object lives: a person may accept another folder.
    convenience init(path: String, mark inJournal: @escaping @Sendable () throws -> FolderMark?) {
        self.init(path: path, .mark(inJournal: inJournal))
    }

    /// The folder, held open until nobody refers to what is returned. Blocks.
    ///
    /// - Throws: ``ReceivingError`` (``ReceivingError/isFolderAway``) where another folder or none is there; `FileError` where it cannot be
    ///   made.
    func open() throws -> OpenFolder {
        switch recognition {
        case .path:
            try AtomicFile.makeDirectories(path)
            return shared(try OpenFolder(path))
        case .mark(let inJournal):
            return shared(try marked(inJournal))
        case .held(let folder):
            guard try there().identity == folder.identity else { throw ReceivingError.folderReplaced(path) }
            return folder
        }
    }

    private func there() throws(ReceivingError) -> OpenFolder {
        do throws(FileError) {
            return try OpenFolder(path)
        } catch {
            throw .folderUnreachable(path, error.reason)
        }
    }

    private func marked(_ inJournal: () throws -> FolderMark?) throws -> OpenFolder {
        let folder = try there()
        let mark: FolderMark?
        do {
            mark = try FolderMark.read(in: folder)
        } catch {
            throw ReceivingError.folderUnreachable(path, (error as? FileError)?.reason ?? "\(error)")
        }
        guard let mark else { throw ReceivingError.folderUnmarked(path) }
        if mark == lastMark.withLock({ $0 }) { return folder }
        guard try inJournal() == mark else { throw ReceivingError.folderIsAnother(path) }
        lastMark.withLock { $0 = mark }
        return folder
    }

    private func shared(_ folder: OpenFolder) -> OpenFolder {
        current.withLock { current in
            if let known = current.folder, known.identity == folder.identity { return known }
            current.folder = folder
            return folder
        }
    }
}

extension ReceivingError {
    static func folderUnreachable(_ path: String, _ reason: String) -> ReceivingError {
        ReceivingError(.folderUnreachable, reason, path: path)
    }

    static func folderUnmarked(_ path: String) -> ReceivingError {
        ReceivingError(
            .folderUnmarked, "this is not the folder that files were received into: it lacks \(FolderMark.fileName)", path: path)
    }

    static func folderIsAnother(_ path: String) -> ReceivingError {
        ReceivingError(.folderIsAnother, "this is another folder than the one that files were received into", path: path)
    }

    static func folderReplaced(_ path: String) -> ReceivingError {
        ReceivingError(.folderReplaced, "this is another folder than the one that 'serve' began with", path: path)
    }

    /// The advice to a person about a folder that is away; `nil` for other errors.
    var folderAdvice: String? {
        let back = "mount its file system again, and it goes on by itself"
        return switch code {
        case .folderUnreachable: back
        case .folderUnmarked, .folderIsAnother:
            "\(back); or receive into this one from now on: veilray-receive use-folder '\(path ?? "")'"
        case .folderReplaced: "\(back); or start 'serve' anew"
        default: nil
        }
    }
}

/// The number by which a folder is known again, in a file of its own: after a restart, and when its file system was mounted anew, perhaps
/// with another device number. The journal has the number, too. An empty mount point has no such file.
package struct FolderMark: Hashable, Sendable, CustomStringConvertible {
    /// In the folder.
    package static let fileName = ".veilray-folder"
    private static let explanation = "veilray-receive knows this folder by the number below. Leave this file where it is."
    private static let byteLimit = 4_096

    private let number: UUID

    package var description: String { number.uuidString }

    /// A number that no folder has.
    init() { number = UUID() }

    init?(_ text: String) {
        guard let number = UUID(uuidString: text) else { return nil }
        self.number = number
    }

    /// Reads a folder's number; `nil` where it has none, or a file that says none. Blocks.
    ///
    /// - Throws: ``FileError`` when it cannot be read.
    static func read(in folder: OpenFolder) throws -> FolderMark? {
        do {
            return try folder.reach { path in
                let text = String(decoding: try WholeFile.readHead("\(path)/\(fileName)", upTo: byteLimit), as: UTF8.self)
                return text.split(separator: "\n").last.flatMap { FolderMark(String($0)) }
            }
        } catch let error as FileError where error.isMissing {
            return nil
        }
    }

    /// Reads a folder's number; gives it one where it has none. Blocks.
    ///
    /// - Throws: ``FileError``
    static func readOrMake(in folder: OpenFolder) throws -> FolderMark {
        if let mark = try read(in: folder) { return mark }
        let mark = FolderMark()
        try folder.reach { path in
            try AtomicFile.replace("\(path)/\(fileName)", with: Array("\(explanation)\n\(mark)\n".utf8))
        }
        return mark
    }
}
