public import Basics
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
        /// Whether there is a volume mark in them still.
        public var hasVolumeMark = false
    }

    /// Takes the mark off a file. No signature is needed for that: whether the result is the original its own digests say.
    ///
    /// - Parameter siteKey: takes a volume mark off too; without it a file keeps the one that it has.
    /// - Throws: `DICOMError`, `MarksError` for another key, and `MarkedImagesError` for a file without a mark.
    public static func restore(_ bytes: [UInt8], name: String, siteKey: [UInt8]? = nil) throws -> Restored {
        let file = try DICOMFile(bytes: bytes, name: name)
        var restored = try byElement(file) ?? byReading(file, orVolumeMark: siteKey != nil)
        restored.hasVolumeMark = try VolumeUnmarker.isMarked(restored.bytes, name: name)
        guard restored.hasVolumeMark, let siteKey else { return restored }
        let original = try VolumeUnmarker.restore(restored.bytes, name: name, siteKey: siteKey)
        return Restored(
            bytes: original.bytes, isExact: restored.isExact && original.isExact, hasExactSamples: restored.hasExactSamples)
    }

    /// By the element alone, without reading the mark in the pixels.
    ///
    /// - Returns: `nil` unless that gives the file that the element names.
    private static func byElement(_ file: DICOMFile) throws -> Restored? {
        guard let element = MarkElement(in: file.dataSet), let bytes = try unprovenBytes(file, try FilePixels(of: file), element),
            ContentDigest(of: bytes).bytes == element.originalDigest
        else { return nil }
        return Restored(bytes: bytes, isExact: true, hasExactSamples: true)
    }

    private static func byReading(_ file: DICOMFile, orVolumeMark: Bool) throws -> Restored {
        let reading = try FileReading(file, IssuerDirectory())
        if reading.isMarked { return try restore(reading) }
        guard orVolumeMark, VolumeElement(in: file.dataSet) != nil else {
            throw MarkedImagesError(.badData, "\(file.name): it carries no mark")
        }
        return Restored(bytes: file.bytes, isExact: true, hasExactSamples: true)
    }

    /// The file that an element's bodies give, whether or not it is the one that was marked.
    ///
    /// - Returns: `nil` for bodies of other frames than the file has.
    private static func unprovenBytes(_ file: DICOMFile, _ pixels: FilePixels, _ element: MarkElement) throws -> [UInt8]? {
        guard case .carrying(let samples) = pixels else { return try unmarkedBytes(file, pixels, []) }
        guard samples.images.count == element.bodies.count else { return nil }
        let images = zip(samples.images, element.bodies).compactMap { $0.unproven(by: $1.carried) }
        return images.count == samples.images.count ? try unmarkedBytes(file, pixels, images) : nil
    }

    /// The digest that a marked copy's element has of a file that was marked: SHA-256 of the file, or of its form without an earlier mark.
    ///
    /// A file whose mark cannot be taken off has no marked copy: of it the digest is that of the file.
    public static func originalDigest(of bytes: [UInt8], name: String) -> ContentDigest {
        guard let file = try? DICOMFile(bytes: bytes, name: name), MarkElement(in: file.dataSet) != nil,
            let subject = try? MarkSubject(bytes, name: name)
        else { return ContentDigest(of: bytes) }
        return ContentDigest(of: subject.fileBytes)
    }

    /// Whether a file is the marked copy of the file that has this digest without an earlier mark.
    public static func isCopy(_ bytes: [UInt8], of original: ContentDigest) -> Bool {
        guard let file = try? DICOMFile(bytes: bytes, name: "") else { return false }
        return MarkElement(in: file.dataSet)?.originalDigest == original.bytes
    }

    static func restore(_ reading: FileReading) throws -> Restored {
        let file = reading.file
        let hasExactSamples = reading.frames.allSatisfy(\.isExact)
        if case .signed(let samples, _) = reading.pixels, file.isPixelDataEncapsulated, let bytes = try decompressed(reading, samples) {
            return Restored(bytes: bytes, isExact: false, hasExactSamples: hasExactSamples)
        }
        let bytes = try unmarkedBytes(file, reading.pixels, reading.frames.compactMap(\.strict?.restored))
        let isExact = reading.element.map { $0.originalDigest == ContentDigest(of: bytes).bytes } ?? false
        return Restored(bytes: bytes, isExact: isExact, hasExactSamples: hasExactSamples)
    }

    /// The file without the mark's elements and with other samples where it carries a mark.
    static func unmarkedBytes(_ file: DICOMFile, _ pixels: FilePixels, _ images: [MarkImage]) throws -> [UInt8] {
        var pixelData: [UInt8]?
        if case .carrying(let samples) = pixels, let order = file.nativePixelOrder {
            pixelData = order.stored(samples.native(carrying: images))
        }
        return try file.bytes(removing: { MarkElement.contains($0, in: file.dataSet) }, pixelData: pixelData)
    }

    /// Samples with a mark that somebody has compressed without loss since: the file as it would be without compression and mark.
    ///
    /// - Returns: `nil` where the compressed samples carry nothing.
    private static func decompressed(_ reading: FileReading, _ samples: StoredSamples) throws -> [UInt8]? {
        let restored = reading.frames.enumerated().map { $1.strict?.restored ?? samples.images[$0] }
        guard zip(restored, samples.images).contains(where: { $0.carrier != $1.carrier }) else { return nil }
        let file = reading.file
        var dataSet = file.dataSet
        for element in file.dataSet where MarkElement.contains(element.tag, in: file.dataSet) { dataSet.remove(element.tag) }
        dataSet.set(.photometricInterpretation, .CS, samples.description.photometricInterpretation)
        if samples.description.samplesPerPixel > 1 {
            dataSet.set(.planarConfiguration, .US, integers: [samples.description.planarConfiguration])
        }
        return try DICOMWriter.write(
            dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(samples.native(carrying: restored)))
    }
}
