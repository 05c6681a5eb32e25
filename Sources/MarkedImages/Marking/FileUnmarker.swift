import Basics
import DICOM
import Marks

/// Takes marks off files.
public enum FileUnmarker {
    /// A file without its mark.
    public struct Restored: Sendable {
        public let bytes: [UInt8]
        /// Whether these are, byte for byte, the file that was marked.
        public let isExact: Bool
        /// Whether the samples are those that were marked, whatever became of the rest of the file.
        public let hasExactSamples: Bool
    }

    /// Takes the mark off a file. No signature is needed for that: whether the result is the original its own digests say.
    ///
    /// - Throws: `DICOMError`, and `MarkedImagesError` for a file without a mark.
    public static func restore(_ bytes: [UInt8], name: String) throws -> Restored {
        let reading = try FileReading(try DICOMFile(bytes: bytes, name: name), IssuerDirectory())
        guard reading.isMarked else { throw MarkedImagesError(.badData, "\(name): it carries no mark") }
        return try restore(reading)
    }

    static func restore(_ reading: FileReading) throws -> Restored {
        let file = reading.file
        var pixelData: [UInt8]?
        if case .carrying(let samples) = reading.pixels, let order = file.nativePixelOrder {
            let images = reading.frames.enumerated().map { $1.strict?.restored ?? samples.images[$0] }
            pixelData = order.stored(samples.native(carrying: images))
        }
        let bytes = try file.bytes(removing: { MarkElement.contains($0, in: file.dataSet) }, pixelData: pixelData)
        let isExact = reading.element.map { $0.originalDigest == ContentDigest(of: bytes).bytes } ?? false
        return Restored(bytes: bytes, isExact: isExact, hasExactSamples: reading.frames.allSatisfy(\.isExact))
    }
}
