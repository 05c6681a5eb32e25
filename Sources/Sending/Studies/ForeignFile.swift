import DICOM

/// Tells files that only lie beside a study, as on a patient's disc, from images that are damaged.
enum ForeignFile {
    /// Media Storage Directory Storage (PS3.4 annex C, PS3.10 §8.6): the file DICOMDIR of a disc. It names files of the disc, and is no part
    /// of a study.
    private static let directory = "1.2.840.10008.1.3.10"

    /// Endings that say that a file is meant to be DICOM.
    private static let endings = [".dcm", ".dicom", ".dic", ".ima"]

    static func isDirectory(_ file: DICOMFile) -> Bool {
        file.metaInformation.uid(.mediaStorageSOPClassUID) == directory || file.dataSet.uid(.sopClassUID) == directory
    }

    /// Whether bytes that are no usable DICOM file were never meant to be one.
    ///
    /// An empty file and one of zeros may be the copy of an image that was broken off; so may one that begins with the first groups of a
    /// data set.
    static func isForeign(_ bytes: [UInt8], name: String) -> Bool {
        guard !endings.contains(where: name.lowercased().hasSuffix) else { return false }
        if bytes.count >= 132, bytes[128..<132].elementsEqual("DICM".utf8) { return false }
        let beginsLikeDataSet = bytes.count >= 2 && [[2, 0], [8, 0], [0, 2], [0, 8]].contains(Array(bytes[..<2]))
        return !beginsLikeDataSet && !bytes.allSatisfy { $0 == 0 }
    }
}
