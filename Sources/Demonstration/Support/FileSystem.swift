import Foundation

/// The few file operations that the tools need, with errors that name the file.
enum FileSystem {
    static func makeDirectory(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw DemonstrationError.unwritable(path, "The folder cannot be made: \(error.localizedDescription)")
        }
    }

    static func read(_ path: String) throws -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw DemonstrationError.unreadable(path, "The file cannot be read: \(error.localizedDescription)")
        }
    }

    /// Writes through a temporary file, so that the name never holds half of it.
    static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw DemonstrationError.unwritable(path, "The file cannot be written: \(error.localizedDescription)")
        }
    }

    /// The regular files below a folder as paths relative to it, sorted.
    static func files(below folder: String) throws -> [String] {
        guard let enumerator = FileManager.default.enumerator(atPath: folder) else {
            throw DemonstrationError.unreadable(folder, "The folder cannot be listed.")
        }
        var paths: [String] = []
        for case let path as String in enumerator where enumerator.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
            paths.append(path)
        }
        return paths.sorted()
    }
}

/// The reason that a demonstration tool gave up.
struct DemonstrationError: Error, CustomStringConvertible {
    /// The kind of error, to switch on.
    enum Code: Hashable, Sendable {
        case unreadable
        case unwritable
        case notComparable
        case malformed
    }

    let code: Code
    /// The sentence for people: what happened and what to do about it.
    let reason: String
    /// The file it is about.
    let file: String

    var description: String { "\(file): \(reason)" }

    static func unreadable(_ file: String, _ reason: String) -> DemonstrationError {
        DemonstrationError(code: .unreadable, reason: reason, file: file)
    }

    static func unwritable(_ file: String, _ reason: String) -> DemonstrationError {
        DemonstrationError(code: .unwritable, reason: reason, file: file)
    }

    static func notComparable(_ file: String, _ reason: String) -> DemonstrationError {
        DemonstrationError(code: .notComparable, reason: reason, file: file)
    }

    static func malformed(_ file: String, _ reason: String) -> DemonstrationError {
        DemonstrationError(code: .malformed, reason: reason, file: file)
    }
}
