import Foundation
import TestSupport

@testable import DICOM

extension Corpus {
    /// What is wrong with each of ``damaged``.
    static let damage: [String: DICOMError.Code] = [
        "pydicom/MR_truncated.dcm": .truncatedPixelData, "pydicom/rtplan_truncated.dcm": .truncated, "pydicom/no_meta.dcm": .notDICOM,
    ]

    static func file(_ name: String) throws -> DICOMFile { try DICOMFile(bytes: bytes(name), name: (name as NSString).lastPathComponent) }
}
