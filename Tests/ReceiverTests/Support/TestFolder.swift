import Foundation

/// A folder that goes with the test.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "veilray-receiver-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var url: URL { URL(filePath: path, directoryHint: .isDirectory) }

    /// Relative paths of all files below, hidden ones too.
    var files: Set<String> {
        guard let walker = FileManager.default.enumerator(atPath: path) else { return [] }
        return Set(
            walker.compactMap { $0 as? String }.filter { name in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder) && !isFolder.boolValue
            })
    }
}
