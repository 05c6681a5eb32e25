import CJPEGXL
import Glibc

/// One frame as libjxl is told of it.
///
/// JPEG XL knows no signs: a codestream holds *levels*, samples less the smallest value of their range. docs/codecs/jpeg-xl.md says what
/// that means for readers of signed samples.
struct JPEGXLFrame {
    /// Samples of a frame that the encoder takes at most. It needs forty bytes for each.
    static let maximumSampleCount = 1 << 22

    private let frame: cjpegxl_frame
    private let description: PixelDescription

    /// Nil for images that the encoder does not take: another number or kind of colours, words of other sizes, samples that are not in the
    /// lowest bits, too many of them.
    init?(encoding description: PixelDescription) {
        guard description.sampleCountOfFrame <= Self.maximumSampleCount, description.highBit == description.bitsStored - 1 else {
            return nil
        }
        self.init(description)
    }

    /// Nil for images that the encoder would not have written.
    init?(decoding description: PixelDescription) {
        guard description.highBit == description.bitsStored - 1 else { return nil }
        self.init(description)
    }

    private init?(_ description: PixelDescription) {
        switch (description.samplesPerPixel, description.photometricInterpretation) {
        case (1, "MONOCHROME1"), (1, "MONOCHROME2"), (3, "RGB"): break
        default: return nil
        }
        guard description.bitsAllocated == 8 || description.bitsAllocated == 16 else { return nil }
        // All of these were checked by PixelDescription to be far below their types' limits.
        frame = cjpegxl_frame(
            columns: UInt32(truncatingIfNeeded: description.columns), rows: UInt32(truncatingIfNeeded: description.rows),
            samples_per_pixel: UInt16(truncatingIfNeeded: description.samplesPerPixel),
            bits_allocated: UInt16(truncatingIfNeeded: description.bitsAllocated),
            bits_stored: UInt16(truncatingIfNeeded: description.bitsStored))
        self.description = description
    }

    private var byteCount: Int { description.sampleCountOfFrame * description.bytesPerSample }

    /// Nil when the codec refuses the frame.
    ///
    /// - Parameter samples: the frame, the samples of each pixel together, canonical.
    func encode(_ samples: ArraySlice<UInt8>, effort: EncodingEffort) -> [UInt8]? {
        guard samples.count == byteCount else { return nil }
        let levels = description.isSigned ? levels(of: samples)[...] : samples
        var codestream: UnsafeMutablePointer<UInt8>?
        var length = 0
        let status = levels.withUnsafeBufferPointer { levels in
            withUnsafePointer(to: frame) { cjpegxl_encode($0, levels.baseAddress, libraryEffort(effort), &codestream, &length) }
        }
        guard status == CJPEGXL_OK, let codestream else { return nil }
        // The buffer is ours from here on, and is copied before it is freed.
        defer { free(codestream) }
        return Array(UnsafeBufferPointer(start: codestream, count: length))
    }

    /// The effort in libjxl's terms.
    private func libraryEffort(_ effort: EncodingEffort) -> Int32 {
        if effort == .compact, description.sampleCountOfFrame <= 1 << 20 { return 7 }
        return description.samplesPerPixel == 3 ? 5 : 3
    }

    /// Nil when the codestream is damaged or is another image.
    func decode(_ codestream: ArraySlice<UInt8>) -> [UInt8]? {
        guard let size = JPEGXLSize(codestream), size.columns == description.columns, size.rows == description.rows else { return nil }
        var status = CJPEGXL_FAILED
        let levels = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            status = codestream.withUnsafeBufferPointer { codestream in
                withUnsafePointer(to: frame) {
                    cjpegxl_decode(
                        $0, codestream.baseAddress, codestream.count, buffer.baseAddress, byteCount, memoryCeiling(codestream.count))
                }
            }
            // The frame is written completely or not at all.
            count = status == CJPEGXL_OK ? byteCount : 0
        }
        guard status == CJPEGXL_OK else { return nil }
        return description.isSigned ? samples(of: levels) : levels
    }

    /// Release 0.7 needs 27 bytes a sample for small images, 13 for large ones.
    private func memoryCeiling(_ codestreamByteCount: Int) -> Int {
        32 << 20 + 16 * description.sampleCountOfFrame + 4 * codestreamByteCount
    }

    // MARK: Signed samples

    /// Offset binary of two's complement: the sign bit turned, nothing above it.
    private func levels(of samples: ArraySlice<UInt8>) -> [UInt8] {
        let (mask, sign) = (UInt16(truncatingIfNeeded: 1 << description.bitsStored - 1), UInt16(1) << UInt16(description.bitsStored - 1))
        return mapped(samples) { ($0 & mask) ^ sign }
    }

    /// The other way round. Decoded levels are at most the largest one.
    private func samples(of levels: [UInt8]) -> [UInt8] {
        let half = UInt16(1) << UInt16(description.bitsStored - 1)
        return mapped(levels[...]) { $0 &- half }
    }

    private func mapped(_ bytes: ArraySlice<UInt8>, _ transform: (UInt16) -> UInt16) -> [UInt8] {
        guard description.bitsAllocated == 16 else { return bytes.map { UInt8(truncatingIfNeeded: transform(UInt16($0))) } }
        return bytes.withUnsafeBytes { source in
            [UInt8](unsafeUninitializedCapacity: source.count) { target, count in
                let words = UnsafeMutableRawBufferPointer(target)
                for offset in stride(from: 0, to: source.count - 1, by: 2) {
                    let word = UInt16(littleEndian: source.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
                    words.storeBytes(of: transform(word).littleEndian, toByteOffset: offset, as: UInt16.self)
                }
                count = source.count
            }
        }
    }
}

/// The size that a bare JPEG XL codestream announces (ISO/IEC 18181-1 §D.2, "SizeHeader"), read before any decoder sees the codestream.
struct JPEGXLSize: Equatable {
    let columns: Int
    let rows: Int

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    /// The beginning of a bare codestream; a file with boxes begins otherwise (ISO/IEC 18181-2 §9.1).
    static let signature: [UInt8] = [0xFF, 0x0A]

    /// Widths that follow from the height, by the number in the header: width = height × first / second.
    private static let ratios = [(1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1)]

    /// - Returns: nil when it is no bare codestream, or ends within its size.
    init?(_ codestream: ArraySlice<UInt8>) {
        guard codestream.starts(with: Self.signature) else { return nil }
        var bits = LeastBitsFirst(codestream.dropFirst(Self.signature.count).prefix(16))
        guard let isSmall = bits.next(1), let rows = Self.length(&bits, isSmall == 1), let ratio = bits.next(3) else { return nil }
        self.rows = rows
        if ratio == 0 {
            guard let columns = Self.length(&bits, isSmall == 1) else { return nil }
            self.columns = columns
        } else {
            let (first, second) = Self.ratios[ratio - 1]
            columns = rows * first / second
        }
    }

    /// A small length is a multiple of eight, at most 256; another one has 9, 13, 18 or 30 bits.
    private static func length(_ bits: inout LeastBitsFirst, _ isSmall: Bool) -> Int? {
        if isSmall { return bits.next(5).map { 8 * ($0 + 1) } }
        guard let choice = bits.next(2) else { return nil }
        return bits.next([9, 13, 18, 30][choice]).map { $0 + 1 }
    }
}

/// Reads bits from the least significant one of each byte on (ISO/IEC 18181-1 §B.2.1).
private struct LeastBitsFirst {
    private let bytes: ArraySlice<UInt8>
    private var position = 0

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// - Parameter count: at most 30.
    mutating func next(_ count: Int) -> Int? {
        guard position + count <= bytes.count * 8 else { return nil }
        var value = 0
        for index in 0..<count {
            let bit = position + index
            value |= Int(bytes[bytes.startIndex + bit / 8] >> UInt8(bit % 8) & 1) << index
        }
        position += count
        return value
    }
}
