import Files
import Foundation
import Synchronization

/// A folder that `serve` writes into and whose file system may go away while it runs: a share is unmounted, a disk pulled out.
///
/// The mount point stays behind then, an empty folder on another disk, or nothing does. Whoever writes asks for ``open()`` first, and works
/// through what that returns: it is the folder that was meant, or there is none. Nothing is ever made in the way to it.
final class GuardedFolder: Sendable {
    /// What makes a folder the one that is meant.
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
    /// What is in use now. All who use it at one time share it, so that one of them can tell that another's is the same.
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
    /// - Throws: ``FolderAway`` where another folder or none is there; ``FileError`` where it cannot be made.
    func open() throws -> OpenFolder {
        switch recognition {
        case .path:
            try AtomicFile.makeDirectories(path)
            return shared(try OpenFolder(path))
        case .mark(let inJournal):
            return shared(try marked(inJournal))
        case .held(let folder):
            guard try there().identity == folder.identity else { throw FolderAway(path: path, why: .replaced) }
            return folder
        }
    }

    private func there() throws(FolderAway) -> OpenFolder {
        do throws(FileError) {
            return try OpenFolder(path)
        } catch {
            throw FolderAway(path: path, why: .unreachable(error.reason))
        }
    }

    private func marked(_ inJournal: () throws -> FolderMark?) throws -> OpenFolder {
        let folder = try there()
        let mark: FolderMark?
        do {
            mark = try FolderMark.read(in: folder)
        } catch {
            throw FolderAway(path: path, why: .unreachable((error as? FileError)?.reason ?? "\(error)"))
        }
        guard let mark else { throw FolderAway(path: path, why: .unmarked) }
        if mark == lastMark.withLock({ $0 }) { return folder }
        guard try inJournal() == mark else { throw FolderAway(path: path, why: .another) }
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

/// A folder that files are received into is not there for the moment: what has come waits in the spool.
struct FolderAway: Error, Hashable, Sendable, CustomStringConvertible {
    enum Why: Hashable, Sendable {
        /// Nothing can be opened there, for this reason.
        case unreachable(String)
        /// A folder is there that was never received into, such as a bare mount point.
        case unmarked
        /// Another folder is there.
        case another
        /// Another folder is there than at the beginning, and this one cannot be accepted: the journal is in the same place.
        case replaced
    }

    let path: String
    let why: Why

    var description: String { "\(path): \(reason)" }

    /// What happened, without the path.
    var reason: String {
        switch why {
        case .unreachable(let reason): reason
        case .unmarked: "this is not the folder that files were received into: it lacks \(FolderMark.fileName)"
        case .another: "this is another folder than the one that files were received into"
        case .replaced: "this is another folder than the one that 'serve' began with"
        }
    }

    /// What a person can do.
    var advice: String {
        let back = "mount its file system again, and it goes on by itself"
        return switch why {
        case .unreachable: back
        case .unmarked, .another: "\(back); or receive into this one from now on: veilray-receive use-folder '\(path)'"
        case .replaced: "\(back); or start 'serve' anew"
        }
    }
}
