import CLinux
import DICOM
import Files

/// Why a file may be half written although nothing has changed about it for a moment: writers pause, over a network for half a minute.
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

    /// What the content of a file that can be parsed tells.
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

    /// What is to be thought of a file that is no usable DICOM; `nil` for what never was to be one. Reads the file.
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

    /// What the file system tells.
    init?(aboutSpaceOf path: String) {
        guard CLinux_has_holes(path) == 1 else { return nil }
        self = .holes
    }
}
