import Ciphers
import DICOM
import Files
import Foundation
import SeededRandomness

/// An image that ciphers are tried on.
struct SubjectImage {
    let name: String
    let plane: Plane

    /// The first frame of a DICOM file, or its middle where it is larger.
    ///
    /// - Parameter side: the most rows and columns that are used.
    /// - Throws: ``DICOMError``, ``CipherError``, and what reading the file throws: there is no image with 8 or 16 bits allocated.
    init(path: String, largest side: Int) throws {
        let file = try DICOMFile(bytes: Array(try Data(contentsOf: URL(filePath: path))), name: path)
        let (description, native) = try PixelCodec.decode(file)
        guard [8, 16].contains(description.bitsAllocated) else {
            throw CipherError(.malformed, "samples of \(description.bitsAllocated) bits; the ciphers take 8 or 16")
        }
        let isWide = description.bitsAllocated > 8
        let (rows, columns, channels) = (description.rows, description.columns, description.samplesPerPixel)
        guard native.count >= rows * columns * channels * (isWide ? 2 : 1) else {
            throw CipherError(.malformed, "fewer bytes of pixels than the image has samples")
        }
        let isByPlane = description.planarConfiguration == 1 && channels > 1
        let (height, width) = (min(rows, side), min(columns, side))
        let (top, left) = ((rows - height) / 2, (columns - width) / 2)
        var words: [UInt16] = []
        words.reserveCapacity(height * width * channels)
        for row in top..<top + height {
            for column in left..<left + width {
                for channel in 0..<channels {
                    let pixel = row * columns + column
                    let index = isByPlane ? channel * rows * columns + pixel : pixel * channels + channel
                    words.append(isWide ? UInt16(native[2 * index]) | UInt16(native[2 * index + 1]) << 8 : UInt16(native[index]))
                }
            }
        }
        let stored = try StoredWords(
            words, bitsAllocated: description.bitsAllocated, bitsStored: description.bitsStored, highBit: description.bitsStored - 1)
        name = path
        plane = try Plane(
            width: width, height: height, channels: channels, bits: description.bitsStored, isSigned: description.isSigned,
            samples: stored.patterns)
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
