import COpenJPEG
import Glibc

/// One frame as OpenJPEG is told of it, where GDCM in front of it would not do.
struct OpenJPEGFrame {
    private let frame: copenjpeg_frame

    /// Nil for images that the encoder does not take.
    init?(encoding description: PixelDescription) {
        guard description.bitsAllocated == 8 || description.bitsAllocated == 16, description.highBit == description.bitsStored - 1 else {
            return nil
        }
        self.init(
            description, bitsAllocated: description.bitsAllocated, bitsStored: description.bitsStored, isSigned: description.isSigned)
    }

    /// Nil when the codestream contradicts the data set or has samples of more than 16 bits.
    init?(decoding header: CodestreamHeader, _ description: PixelDescription) {
        let container = header.precision <= 8 ? 8 : 16
        guard header.columns == description.columns, header.rows == description.rows, header.components == description.samplesPerPixel,
            (1...16).contains(header.precision), container <= description.bitsAllocated
        else { return nil }
        self.init(description, bitsAllocated: container, bitsStored: header.precision, isSigned: header.isSigned)
    }

    private init?(_ description: PixelDescription, bitsAllocated: Int, bitsStored: Int, isSigned: Bool) {
        guard description.samplesPerPixel == 1 || description.samplesPerPixel == 3 else { return nil }
        // All of these were checked by PixelDescription to be far below their types' limits.
        frame = copenjpeg_frame(
            columns: UInt32(truncatingIfNeeded: description.columns), rows: UInt32(truncatingIfNeeded: description.rows),
            samples_per_pixel: UInt16(truncatingIfNeeded: description.samplesPerPixel),
            bits_allocated: UInt16(truncatingIfNeeded: bitsAllocated), bits_stored: UInt16(truncatingIfNeeded: bitsStored),
            is_signed: isSigned, is_rgb: description.photometricInterpretation == "RGB")
    }

    private var byteCount: Int {
        Int(frame.columns) * Int(frame.rows) * Int(frame.samples_per_pixel) * Int(frame.bits_allocated) / 8
    }

    /// JPEG 2000 lossless with selective arithmetic coding bypass (ISO/IEC 15444-1 §D.6): the low bit-planes, which are noise in most
    /// medical images, are written raw. About a third less time to encode and to decode for a few per cent more bytes; every Part 1
    /// decoder reads it.
    ///
    /// - Parameter samples: the frame, the samples of each pixel together.
    /// - Returns: nil when the codec refuses the frame.
    func encodeWithBypass(_ samples: ArraySlice<UInt8>) -> [UInt8]? {
        encode(samples) { copenjpeg_encode_with_bypass($0, $1, $2) }
    }

    /// JPEG 2000 lossless in tiles, so that no copy of the frame is made.
    ///
    /// - Parameters: as of ``encodeWithBypass(_:)``.
    func encodeInTiles(_ samples: ArraySlice<UInt8>, withBypass: Bool) -> [UInt8]? {
        encode(samples) { copenjpeg_encode_in_tiles($0, $1, withBypass, $2) }
    }

    private func encode(
        _ samples: ArraySlice<UInt8>,
        _ encode: (UnsafePointer<copenjpeg_frame>, UnsafePointer<UInt8>?, UnsafeMutablePointer<Int>) -> UnsafeMutablePointer<UInt8>?
    ) -> [UInt8]? {
        guard samples.count == byteCount else { return nil }
        var length = 0
        let codestream = samples.withUnsafeBufferPointer { samples in
            withUnsafePointer(to: frame) { encode($0, samples.baseAddress, &length) }
        }
        guard let codestream else { return nil }
        // The buffer is ours from here on, and is copied before it is freed.
        defer { free(codestream) }
        return Array(UnsafeBufferPointer(start: codestream, count: length))
    }

    /// Decodes a bare codestream tile by tile.
    ///
    /// - Returns: nil when it cannot be decoded, or not by tiles alone.
    func decodeByTiles(_ codestream: ArraySlice<UInt8>) -> [UInt8]? {
        var status = COPENJPEG_FAILED
        let samples = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            status = codestream.withUnsafeBufferPointer { codestream in
                withUnsafePointer(to: frame) {
                    copenjpeg_decode_by_tiles($0, codestream.baseAddress, codestream.count, buffer.baseAddress, byteCount)
                }
            }
            // The frame is written completely or not at all.
            count = status == COPENJPEG_OK ? byteCount : 0
        }
        return status == COPENJPEG_OK ? samples : nil
    }
}

extension PixelDescription {
    /// Whether copies of a frame are so large that codecs which need several of them are not asked: more than 2^24 samples.
    /// JPEG 2000 is encoded in tiles then.
    public var isHuge: Bool { sampleCountOfFrame > 1 << 24 }
}
