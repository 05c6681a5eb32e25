import DICOM
import Foundation

/// How large an image may be that is decoded here. A codestream of a few bytes can announce any size, so the size counts, not the file.
struct PixelLimit: Sendable {
    /// What decoding and reading the samples takes, in terms of the native pixels.
    private static let memoryFactor = 4
    private static let least = 1 << 30

    /// Bytes of native pixels.
    let bytes: Int

    /// As much as this machine's memory allows; 1 GiB on small ones.
    init() {
        bytes = max(Self.least, Int(clamping: ProcessInfo.processInfo.physicalMemory) / Self.memoryFactor)
    }

    init(bytes: Int) {
        self.bytes = bytes
    }

    /// The bytes that a stego file's image takes natively; 0 where nothing is decoded.
    ///
    /// - Throws: ``Exceeded``. Images of lossy syntaxes are never too large: they carry nothing, and travel as they are.
    func bytes(describedBy stego: [UInt8], _ name: String) throws(Exceeded) -> Int {
        guard let file = try? DICOMFile(bytes: stego, name: name), let pixels = file.pixels, file.transferSyntax.isEncapsulated else {
            return 0
        }
        guard pixels.byteCount <= bytes || file.transferSyntax.isLossless == false else {
            throw Exceeded(bytes: pixels.byteCount, limit: bytes)
        }
        return pixels.byteCount
    }

    struct Exceeded: Error, CustomStringConvertible {
        let bytes: Int
        let limit: Int

        var description: String {
            "its image takes \(bytes) bytes when it is decoded; the receiver's memory allows \(limit)"
        }
    }
}
