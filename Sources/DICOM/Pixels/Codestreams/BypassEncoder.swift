import Glibc
import COpenJPEG

/// JPEG 2000 lossless with selective arithmetic coding bypass (ISO/IEC 15444-1 §D.6): the low bit-planes, which are noise in most
/// medical images, are written raw. About a third less time to encode and to decode for a few per cent more bytes; every Part 1
/// decoder reads it.
struct BypassEncoder {
    private let frame: copenjpeg_frame

    /// Nil for images that the encoder does not take.
    init?(_ description: PixelDescription) {
        guard description.samplesPerPixel == 1 || description.samplesPerPixel == 3,
            description.bitsAllocated == 8 || description.bitsAllocated == 16, description.highBit == description.bitsStored - 1
        else { return nil }
        // All of these were checked by PixelDescription to be far below their types' limits.
        frame = copenjpeg_frame(
            columns: UInt32(truncatingIfNeeded: description.columns), rows: UInt32(truncatingIfNeeded: description.rows),
            samples_per_pixel: UInt16(truncatingIfNeeded: description.samplesPerPixel),
            bits_allocated: UInt16(truncatingIfNeeded: description.bitsAllocated),
            bits_stored: UInt16(truncatingIfNeeded: description.bitsStored), is_signed: description.isSigned,
            is_rgb: description.photometricInterpretation == "RGB")
    }

    /// Nil when the codec refuses the frame.
    ///
    /// - Parameter samples: the frame, the samples of each pixel together.
    func encode(_ samples: ArraySlice<UInt8>) -> [UInt8]? {
        let byteCount = Int(frame.columns) * Int(frame.rows) * Int(frame.samples_per_pixel) * Int(frame.bits_allocated) / 8
        guard samples.count == byteCount else { return nil }
        var length = 0
        let codestream = samples.withUnsafeBufferPointer { samples in
            withUnsafePointer(to: frame) { copenjpeg_encode_with_bypass($0, samples.baseAddress, &length) }
        }
        guard let codestream else { return nil }
        // The buffer is ours from here on, and is copied before it is freed.
        defer { free(codestream) }
        return Array(UnsafeBufferPointer(start: codestream, count: length))
    }
}
