import Foundation

@testable import DICOM

/// The real DICOM files beside the package, which are no part of it. Tests that need them print that they skip when there are none.
enum Corpus {
    static let root: URL? = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let candidates = [
            ProcessInfo.processInfo.environment["VEILRAY_CORPUS"].map { URL(fileURLWithPath: $0) },
            package.appendingPathComponent("../shared/data").standardized,
        ]
        return candidates.compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0.path) }
    }()

    static var isAbsent: Bool {
        if root == nil { print("skipped: no DICOM files in ../shared/data or $VEILRAY_CORPUS") }
        return root == nil
    }

    /// Paths of all files ending in `.dcm`, sorted.
    static let paths: [String] = {
        guard let root, let names = FileManager.default.enumerator(atPath: root.path) else { return [] }
        return names.compactMap { $0 as? String }.filter { $0.hasSuffix(".dcm") }.sorted().map { root.appendingPathComponent($0).path }
    }()

    /// One of a long series is as good as all of them where a test is slow.
    static var varied: [String] { paths.filter { !$0.contains("/ct-ge/") || $0.hasSuffix("/01.dcm") || $0.hasSuffix("/15.dcm") } }

    static func bytes(_ path: String) -> [UInt8] { FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? [] }

    static func path(named name: String) -> String? { paths.first { $0.hasSuffix("/" + name) } }

    static func file(named name: String) throws -> DICOMFile? {
        guard let path = path(named: name) else { return nil }
        return try DICOMFile(bytes: bytes(path), name: name)
    }

    /// No file of these is a complete DICOM object: the first two are truncated, the third has lost its start.
    static let broken: [String: DICOMError.Code] = [
        "MR_truncated.dcm": .truncatedPixelData, "rtplan_truncated.dcm": .truncated, "no_meta.dcm": .notDICOM,
    ]

    static func name(_ path: String) -> String { (path as NSString).lastPathComponent }
}
