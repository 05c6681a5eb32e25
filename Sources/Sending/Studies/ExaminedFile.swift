import CLinux
import DICOM
import Files
import Logging
import StegoKit

/// The findings of one look at a file that is to be sent.
package struct ExaminedFile: Sendable {
    /// The file's entry for the manifest.
    package let instance: PlannedInstance
    /// Its original StudyInstanceUID, or what stands for it.
    package let studyUID: String
    package let subject: StudySubject
    var headerOrder: HeaderOrder?
    /// Why it may not be whole yet, where somebody may be writing it still.
    let doubt: FileDoubt?
}

/// The sign that a file may be half written although nothing has changed about it for a moment: writers pause, over a network for half a
/// minute.
///
/// No sign is a proof. A file with one of them is taken only when it has looked the same for much longer than others.
enum FileDoubt: String, Sendable, Error {
    /// Some of it was never written: its size was set first.
    case holes = "some of it was never written"
    /// As where a size was set first on a file system that does not tell holes from zeros. Black images end so, too.
    case endsInZeros = "it ends in zeros"
    /// It is an image, and the pixels are missing.
    case noPixels = "it describes an image without pixels"
    /// It begins like DICOM and ends too early, or nothing but zeros is in it.
    case cutOff = "it ends too early"

    /// As many zeros as a file system writes at once; shorter rows of them are padding as a rule.
    static let zeros = 4096

    /// The doubt that the content of a file raises which can be parsed.
    ///
    /// - Parameter end: its last ``zeros`` bytes, or all of a shorter one.
    init?(about file: DICOMFile, end: [UInt8]) {
        if end.count >= Self.zeros, end.allSatisfy({ $0 == 0 }) {
            self = .endsInZeros
        } else if file.pixelDataRange == nil, file.dataSet[.rows] != nil, file.dataSet[.columns] != nil {
            self = .noPixels
        } else {
            return nil
        }
    }

    /// The doubt about a file that is no usable DICOM; `nil` for one that never was to be DICOM. Reads the file.
    init?(aboutUnfit path: String) {
        guard let source = try? FileSource(path), (try? Self.isCutOff(source)) == true else { return nil }
        self = .cutOff
    }

    private static func isCutOff(_ source: FileSource) throws -> Bool {
        let beginning = try source.read(0..<min(132, source.byteCount))
        if beginning.dropFirst(128).elementsEqual("DICM".utf8) { return true }
        for start in stride(from: 0, to: source.byteCount, by: 1 << 20) {
            let block = try source.read(start..<min(start + 1 << 20, source.byteCount))
            guard block.allSatisfy({ $0 == 0 }) else { return false }
        }
        return true
    }

    /// The doubt that the file system raises.
    init?(aboutSpaceOf path: String) {
        guard CLinux_has_holes(path) == 1 else { return nil }
        self = .holes
    }
}

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

/// Reads the segmentations and structure sets among a study's files.
enum AnnotationFiles {
    /// The annotations in the files; one that cannot be read or decoded is left out and reported in the log. Runs on a worker thread.
    static func annotations(in paths: [String]) -> RegionAnnotations {
        let log = Logger(label: "veilray.regions")
        var annotations = RegionAnnotations()
        for path in paths {
            do {
                try annotations.add(DICOMFile(bytes: WholeFile.read(path), name: path))
            } catch {
                log.warning("the regions in a file are left out", metadata: ["reason": "\(error)"])
            }
        }
        return annotations
    }
}
