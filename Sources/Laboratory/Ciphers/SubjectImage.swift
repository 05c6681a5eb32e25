import Ciphers
import DICOM
import Files
import Foundation
import SeededRandomness
import StegoKit

/// An image that ciphers are tried on.
struct SubjectImage {
    let name: String
    let plane: Plane

    /// The first frame of a DICOM file, or its middle where it is larger.
    ///
    /// - Parameter side: the most rows and columns that are used.
    /// - Throws: ``DICOMError``, ``CipherError``, and what reading the file throws; ``StegoError`` where there is no image with 8 or 16 bits
    ///   allocated.
    init(path: String, largest side: Int) throws {
        let file = try DICOMFile(bytes: Array(try Data(contentsOf: URL(filePath: path))), name: path)
        let image = try ImageSamples(of: file)
        let (description, channels) = (image.description, image.planes.planes.prefix(image.description.samplesPerPixel))
        let (height, width) = (min(description.rows, side), min(description.columns, side))
        let (top, left) = ((description.rows - height) / 2, (description.columns - width) / 2)
        // Levels begin at the lowest value, patterns of signed samples at zero.
        let flip: UInt16 = description.isSigned ? 1 << UInt16(description.bitsStored - 1) : 0
        var patterns: [UInt16] = []
        patterns.reserveCapacity(height * width * channels.count)
        for row in top..<top + height {
            for index in row * description.columns + left..<row * description.columns + left + width {
                for channel in channels { patterns.append(channel[index] ^ flip) }
            }
        }
        name = path
        plane = try Plane(
            width: width, height: height, channels: channels.count, bits: description.bitsStored, isSigned: description.isSigned,
            samples: patterns)
    }

    /// A disc of 12 bits with a gradient and noise, on a black background.
    ///
    /// - Throws: ``CipherError`` for a side of 0.
    init(syntheticWithSide side: Int) throws(CipherError) {
        var generator = SplitMix64(seed: 1)
        let samples = (0..<side * side).map { place -> UInt16 in
            let (x, y) = (place % side - side / 2, place / side - side / 2)
            guard 9 * (x * x + y * y) < 2 * side * side else { return 0 }
            return UInt16(1024 + 2048 * (place % side) / side / 2 + Int.random(in: 0..<128, using: &generator))
        }
        name = "synthetic"
        plane = try Plane(width: side, height: side, bits: 12, samples: samples)
    }

    /// The images below some paths. What is none is told and left out.
    ///
    /// - Throws: ``FileError`` for a path that cannot be read.
    static func all(at paths: [String], largest side: Int, skipped: (String, any Error) -> Void) throws(FileError) -> [SubjectImage] {
        var images: [SubjectImage] = []
        for file in try FileFinder.files(below: paths) {
            do {
                images.append(try SubjectImage(path: file.path, largest: side))
            } catch {
                skipped(file.path, error)
            }
        }
        return images
    }
}
