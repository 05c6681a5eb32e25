import DICOM
import Foundation
import Testing

/// An image of many frames, all of them alike, written piece by piece: the test is not to be large itself.
enum LargeImage {
    static func write(_ frames: Int, _ syntax: TransferSyntax, to path: String, side: Int = 1024) throws {
        var image = SyntheticImage(rows: side, columns: side, frames: frames)
        image.instance = 1
        let one = try PixelDescription(
            rows: side, columns: side, photometricInterpretation: "MONOCHROME2", bitsAllocated: 16, bitsStored: 12)
        let native = frame(side)
        let isNative = syntax == .explicitLittleEndian
        let piece: [UInt8]
        if isNative {
            piece = native
        } else {
            let codestream = try PixelCodec.encodeFrame(native, one, as: syntax).codestream
            piece = EncapsulatedItem.header(byteCount: codestream.count) + codestream
        }
        let (before, behind) = try DICOMWriter.surroundings(
            dataSet: image.header, transferSyntax: syntax, nativeByteCount: isNative ? one.byteCount * frames : nil)
        try #require(FileManager.default.createFile(atPath: path, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: path))
        defer { try? file.close() }
        try file.write(contentsOf: isNative ? before : before + EncapsulatedItem.header(byteCount: 0))
        for _ in 0..<frames { try file.write(contentsOf: piece) }
        try file.write(contentsOf: isNative ? behind : EncapsulatedItem.delimiter + behind)
    }

    /// Slopes with bits of noise, of which codecs make a third.
    private static func frame(_ side: Int) -> [UInt8] {
        var state: UInt32 = 7
        var bytes: [UInt8] = []
        bytes.reserveCapacity(side * side * 2)
        for index in 0..<side * side {
            state = state &* 1_664_525 &+ 1_013_904_223
            let level = 200 + (index / side + index % side / 2) % 2000 + Int(state >> 28)
            bytes.append(UInt8(truncatingIfNeeded: level))
            bytes.append(UInt8(truncatingIfNeeded: level >> 8))
        }
        return bytes
    }
}
