import Foundation

/// Real DICOM files for tests: `../shared/data` beside the package, or the folder that VEILRAY_CORPUS names.
enum Corpus {
    /// The folder; `nil`, with a printed reason, where there is none.
    static let folder: String? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let candidates = [
            ProcessInfo.processInfo.environment["VEILRAY_CORPUS"], package.deletingLastPathComponent().path + "/shared/data",
        ].compactMap(\.self)
        let found = candidates.first { FileManager.default.fileExists(atPath: $0 + "/pydicom") }
        if found == nil { print("skipped: no real DICOM files at \(candidates.joined(separator: " or "))") }
        return found
    }()

    /// The DICOM files below the folder, sorted: all that have the ending ".dcm" and those of the series.
    static let files: [String] = {
        guard let folder, let walker = FileManager.default.enumerator(atPath: folder) else { return [] }
        return walker.compactMap { $0 as? String }.filter { $0.hasSuffix(".dcm") }.sorted()
    }()

    static func bytes(of name: String) throws -> [UInt8] {
        guard let folder else { return [] }
        return Array(try Data(contentsOf: URL(filePath: folder + "/" + name)))
    }
}
