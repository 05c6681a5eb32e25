import Foundation

/// A new folder for one test. It is removed together with its last user.
public final class TemporaryFolder: Sendable {
    public let path: String

    public var url: URL { URL(filePath: path, directoryHint: .isDirectory) }

    public init() throws {
        path = NSTemporaryDirectory() + "veilray-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a name inside.
    public func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    // MARK: Writing

    /// Writes a file and makes the folders above it.
    @discardableResult
    public func write(_ bytes: some Sequence<UInt8>, as name: String) throws -> String {
        let path = self(name)
        try FileManager.default.createDirectory(atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    @discardableResult
    public func write(_ text: String, as name: String) throws -> String { try write(text.utf8, as: name) }

    public func link(_ name: String, to destination: String) throws {
        try FileManager.default.createSymbolicLink(atPath: self(name), withDestinationPath: destination)
    }

    // MARK: Reading

    /// A file's contents; `nil` where there is no such file.
    public func bytes(_ name: String) -> [UInt8]? { FileManager.default.contents(atPath: self(name)).map { Array($0) } }

    public func text(_ name: String) -> String? { bytes(name).map { String(decoding: $0, as: UTF8.self) } }

    /// Every name directly inside, hidden ones too, sorted.
    public var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }

    /// Relative paths of all files below, hidden ones too.
    public var files: Set<String> { Files.below(path) }
}

public enum Files {
    /// Relative paths of all regular files below a folder, hidden ones too; none where the folder is not there.
    public static func below(_ folder: String) -> Set<String> {
        guard let walker = FileManager.default.enumerator(atPath: folder) else { return [] }
        return Set(
            walker.compactMap { $0 as? String }.filter { name in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder) && !isFolder.boolValue
            })
    }
}
