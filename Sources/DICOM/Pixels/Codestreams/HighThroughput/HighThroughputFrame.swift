import COpenJPH
import Glibc

/// One frame as OpenJPH is told of it.
struct HighThroughputFrame {
    private let frame: copenjph_frame
    private let byteCount: Int

    /// Nil for images that the encoder does not take: words of other sizes, samples that are not in the lowest bits.
    init?(encoding description: PixelDescription) {
        guard description.samplesPerPixel == 1 || description.samplesPerPixel == 3, description.highBit == description.bitsStored - 1,
            description.columns <= HighThroughputCodestream.maximumExtent, description.rows <= HighThroughputCodestream.maximumExtent
        else { return nil }
        self.init(description, bitsAllocated: description.bitsAllocated, bitsStored: description.bitsStored, isSigned: description.isSigned)
    }

    /// Nil when the codestream contradicts the data set or has samples of more than 16 bits.
    init?(decoding header: CodestreamHeader, _ description: PixelDescription) {
        guard header.columns == description.columns, header.rows == description.rows, header.components == description.samplesPerPixel
        else {
            return nil
        }
        let container = header.precision <= 8 ? 8 : 16
        guard container <= description.bitsAllocated else { return nil }
        self.init(description, bitsAllocated: container, bitsStored: header.precision, isSigned: header.isSigned)
    }

    /// Whether each subband is a multiple of eight samples wide.
    static func fillsItsVectors(_ description: PixelDescription) -> Bool {
        description.columns % (8 << copenjph_decompositions(UInt32(description.columns), UInt32(description.rows))) == 0
    }

    private init?(_ description: PixelDescription, bitsAllocated: Int, bitsStored: Int, isSigned: Bool) {
        guard bitsAllocated == 8 || bitsAllocated == 16, (1...bitsAllocated).contains(bitsStored) else { return nil }
        // All of these were checked by PixelDescription to be far below their types' limits.
        frame = copenjph_frame(
            columns: UInt32(truncatingIfNeeded: description.columns), rows: UInt32(truncatingIfNeeded: description.rows),
            samples_per_pixel: UInt16(truncatingIfNeeded: description.samplesPerPixel),
            bits_allocated: UInt16(truncatingIfNeeded: bitsAllocated), bits_stored: UInt16(truncatingIfNeeded: bitsStored),
            is_signed: isSigned, is_rgb: description.photometricInterpretation == "RGB")
        byteCount = description.sampleCountOfFrame * bitsAllocated / 8
    }

    /// Nil when the codec refuses the frame.
    ///
    /// - Parameter samples: the frame, the samples of each pixel together.
    func encode(_ samples: ArraySlice<UInt8>) -> [UInt8]? {
        guard samples.count == byteCount else { return nil }
        var codestream: UnsafeMutablePointer<UInt8>?
        var length = 0
        let status = samples.withUnsafeBufferPointer { samples in
            withUnsafePointer(to: frame) { copenjph_encode($0, samples.baseAddress, &codestream, &length) }
        }
        guard status == COPENJPH_OK, let codestream else { return nil }
        // The buffer is ours from here on, and is copied before it is freed.
        defer { free(codestream) }
        return Array(UnsafeBufferPointer(start: codestream, count: length))
    }

    /// Nil when a code-block is damaged.
    ///
    /// - Parameter codestream: one that ``HighThroughputCodestream`` has found sound.
    func decode(_ codestream: ArraySlice<UInt8>) -> [UInt8]? {
        var status = COPENJPH_FAILED
        let samples = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            status = codestream.withUnsafeBufferPointer { codestream in
                withUnsafePointer(to: frame) {
                    copenjph_decode($0, codestream.baseAddress, codestream.count, buffer.baseAddress, byteCount)
                }
            }
            // The frame is written completely or not at all.
            count = status == COPENJPH_OK ? byteCount : 0
        }
        return status == COPENJPH_OK ? samples : nil
    }
}
