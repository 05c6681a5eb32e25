import Foundation

/// A file that a person meant.
public struct FoundFile: Sendable, Equatable {
    public let path: String
    /// The path below the folder that was given, with "/" between its parts; the last part only for a file that was given itself.
    public let name: String
    /// Why it cannot be read, where that is known from its name already; for a person.
    public let obstacle: String?
    /// Whether a person named this very file, rather than a folder that it is in.
    public let isGiven: Bool

    public init(path: String, name: String, obstacle: String? = nil, isGiven: Bool = false) {
        self.path = path
        self.name = name
        self.obstacle = obstacle
        self.isGiven = isGiven
    }
}

/// Finds the files below the paths that a person gave.
public enum FileFinder {
    /// All files, folder by folder and sorted by name within each; hidden ones (names that begin with a dot) only where they were
    /// given themselves. Links are followed.
    ///
    /// Everything that is no folder is found, also dangling links, pipes, and files whose name is not UTF-8: reading them fails and says
    /// so, which is better than to leave them out unnoticed. For the same reason a folder that cannot be listed is an error.
    ///
    /// A file's name is its path below the folder that was given; where several paths are given, each folder's own name leads it.
    /// Names are unique: equal ones get a number. Paths are absolute, so that they lead to the same files for whoever is told of them
    /// later and works in another directory.
    /// - Throws: ``FileError`` for a path that does not exist and for a folder that cannot be listed.
    public static func files(below paths: [String]) throws(FileError) -> [FoundFile] {
        var found: [FoundFile] = []
        for given in paths {
            var status = stat()
            guard stat(given, &status) == 0 else { throw FileError("open", given) }
            let path = absolute(given)
            guard let folder = FolderIdentity(status) else {
                found.append(FoundFile(path: path, name: ownName(of: path), isGiven: true))
                continue
            }
            var walk = FolderWalk()
            let prefix = paths.count > 1 ? ownName(of: path) : ""
            try walk.visit(path, folder, name: prefix)
            found += walk.found.sorted { $0.name < $1.name }
        }
        return withoutNameCollisions(found)
    }

    /// A name in a folder.
    public struct Entry: Sendable, Equatable {
        public let name: String
        /// Whether the name on the disk is not UTF-8. Then `name` is for people only and leads nowhere, or to another file.
        public let isUnreadable: Bool
    }

    /// Why what has such a name cannot be read.
    public static let unreadableName = "its name is not valid UTF-8; rename it"

    /// The entries of a folder, in any order, without "." and "..".
    ///
    /// - Throws: ``FileError`` when it cannot be listed.
    public static func entries(of path: String) throws(FileError) -> [Entry] {
        guard let directory = opendir(path) else { throw FileError("list the folder", path) }
        defer { closedir(directory) }
        var entries: [Entry] = []
        while true {
            errno = 0
            guard let entry = readdir(directory) else {
                guard errno == 0 else { throw FileError("list the folder", path) }
                return entries
            }
            // readdir(3) ends the name with a zero inside of `d_name`, and keeps the entry until the next call.
            let found = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    String(validatingCString: name).map { Entry(name: $0, isUnreadable: false) }
                        ?? Entry(name: String(cString: name), isUnreadable: true)
                }
            }
            if found.name != ".", found.name != ".." { entries.append(found) }
        }
    }

    /// The path from the root folder, with links and ".." as they are: these are followed when the file is opened.
    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        let directory = FileManager.default.currentDirectoryPath
        return directory.hasSuffix("/") ? directory + path : "\(directory)/\(path)"
    }

    /// The own name of a path's file or folder; empty for the root folder.
    private static func ownName(of path: String) -> String {
        let name = URL(filePath: path).standardizedFileURL.lastPathComponent
        return name == "/" ? "" : name
    }

    private static func withoutNameCollisions(_ files: [FoundFile]) -> [FoundFile] {
        var taken: Set<String> = []
        return files.map { file in
            var name = file.name
            var number = 2
            while !taken.insert(name).inserted {
                let plain = file.name as NSString
                let suffix = plain.pathExtension.isEmpty ? "" : ".\(plain.pathExtension)"
                name = "\(plain.deletingPathExtension)-\(number)\(suffix)"
                number += 1
            }
            return FoundFile(path: file.path, name: name, obstacle: file.obstacle, isGiven: file.isGiven)
        }
    }
}

/// The identity of a folder, by which two paths that lead to it are recognised.
private struct FolderIdentity: Hashable {
    private let device: dev_t
    private let inode: ino_t

    /// `nil` for anything that is no folder.
    init?(_ status: stat) {
        guard status.st_mode & S_IFMT == S_IFDIR else { return nil }
        device = status.st_dev
        inode = status.st_ino
    }
}

/// One search through a folder and those inside it.
private struct FolderWalk {
    private(set) var found: [FoundFile] = []
    /// The folders that led here: a link back to one of them would go round for ever.
    private var ancestors: Set<FolderIdentity> = []

    mutating func visit(_ path: String, _ folder: FolderIdentity, name: String) throws(FileError) {
        guard ancestors.insert(folder).inserted else { return }
        defer { ancestors.remove(folder) }
        for entry in try FileFinder.entries(of: path) where !entry.name.hasPrefix(".") {
            let entryPath = path.hasSuffix("/") ? path + entry.name : "\(path)/\(entry.name)"
            let entryName = name.isEmpty ? entry.name : "\(name)/\(entry.name)"
            var status = stat()
            if entry.isUnreadable {
                found.append(FoundFile(path: entryPath, name: entryName, obstacle: FileFinder.unreadableName))
            } else if stat(entryPath, &status) == 0, let inner = FolderIdentity(status) {
                try visit(entryPath, inner, name: entryName)
            } else {
                found.append(FoundFile(path: entryPath, name: entryName))
            }
        }
    }
}
