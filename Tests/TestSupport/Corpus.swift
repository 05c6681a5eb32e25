import Foundation
public import Testing

/// The folder of the package.
public enum Package {
    public static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path
}

/// Real DICOM files, which are no part of the package: `../shared/data` beside it, or the folder that VEILRAY_CORPUS names.
///
/// A test that reads them has the trait `.needsCorpus`.
public enum Corpus {
    /// `nil` where there is none.
    public static let folder: String? = candidates.first { FileManager.default.fileExists(atPath: $0 + "/pydicom") }

    fileprivate static let candidates = [
        ProcessInfo.processInfo.environment["VEILRAY_CORPUS"],
        URL(filePath: Package.folder).deletingLastPathComponent().path + "/shared/data",
    ].compactMap(\.self)

    /// The folders below it that are sent as studies.
    public static let folders = ["ct-ge", "mr-siemens", "enhanced", "pydicom", "pydicom-data"]

    /// Files that are no whole DICOM object: the first two end early, the third has lost its beginning.
    public static let damaged: Set<String> = ["pydicom/MR_truncated.dcm", "pydicom/rtplan_truncated.dcm", "pydicom/no_meta.dcm"]

    /// The DICOM files by their path from the folder, sorted.
    public static let files: [String] = {
        guard let folder else { return [] }
        return Files.below(folder).filter { $0.hasSuffix(".dcm") }.sorted()
    }()

    /// The files that are whole DICOM objects.
    public static let whole = files.filter { !damaged.contains($0) }

    /// The whole files with two slices of the long series, for tests that are slow on every file.
    public static let varied = whole.filter { !$0.hasPrefix("ct-ge/") || $0.hasSuffix("/01.dcm") || $0.hasSuffix("/15.dcm") }

    public static func path(_ name: String) -> String { (folder ?? "") + "/" + name }

    public static func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path(name)))) }
}

extension Trait where Self == ConditionTrait {
    /// Skips where the corpus is not there.
    public static var needsCorpus: Self {
        .enabled(if: Corpus.folder != nil, "there are no real DICOM files at \(Corpus.candidates.joined(separator: " or "))")
    }
}
