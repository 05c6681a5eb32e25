import Foundation

/// A file that a person meant.
public struct FoundFile: Sendable, Equatable {
    public let path: String
    /// The path below the folder that was given, with "/" between its parts; the last part only for a file that was given itself.
    public let name: String
}

/// Finds the files below the paths that a person gave.
public enum FileFinder {

    /// All regular files, sorted by path; hidden ones (names that begin with a dot) only where they were named themselves.
    ///
    /// A file's name is its path below the folder that was given, so that two folders with equal file names need not collide:
    /// where several paths are given, each folder's own name leads its files' names.
    /// - Throws: ``CommandFailure`` `.inputOutput` for a path that does not exist.
    public static func files(below paths: [String]) throws -> [FoundFile] {
        var found: [FoundFile] = []
        for path in paths {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw CommandFailure(.inputOutput, "\(path): no such file or folder")
            }
            let last = (path as NSString).standardizingPath as NSString
            if isDirectory.boolValue {
                let prefix = paths.count > 1 ? "\(last.lastPathComponent)/" : ""
                found += try contents(of: path).map { FoundFile(path: "\(path)/\($0)", name: prefix + $0) }
            } else {
                found.append(FoundFile(path: path, name: last.lastPathComponent))
            }
        }
        return withoutNameCollisions(found)
    }

    private static func contents(of folder: String) throws -> [String] {
        guard let walker = FileManager.default.enumerator(atPath: folder) else {
            throw CommandFailure(.inputOutput, "\(folder): cannot list the folder")
        }
        var names: [String] = []
        while let name = walker.nextObject() as? String {
            let parts = name.split(separator: "/")
            guard !parts.contains(where: { $0.hasPrefix(".") }) else { continue }
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isDirectory) else {
                // A link that leads nowhere: let reading it say so.
                names.append(name)
                continue
            }
            if !isDirectory.boolValue { names.append(name) }
        }
        return names.sorted()
    }

    /// Single files of the same name from different folders get a number before their extension.
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
            return FoundFile(path: file.path, name: name)
        }
    }
}
