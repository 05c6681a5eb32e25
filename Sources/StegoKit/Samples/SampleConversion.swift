import DICOM

/// Turns native sample words into levels and back.
///
/// A *word* is a sample as native Pixel Data holds it (8 or 16 bits, little endian). A *level* is the sample's value less the
/// smallest value of its range, so that signed and unsigned samples of `bitsStored` bits both run from 0 to 2^bitsStored − 1.
/// For a signed sample that is its two's complement with the sign bit turned (offset binary).
struct SampleConversion {
    let description: PixelDescription

    /// - Returns: `nil` for samples that embedding does not handle: words of neither 8 nor 16 bits, or stored bits outside them.
    init?(_ description: PixelDescription) {
        let allocated = description.bitsAllocated
        let stored = description.bitsStored
        guard allocated == 8 || allocated == 16, stored <= allocated, description.highBit < allocated else { return nil }
        // Subsampled native colour has no planes of equal size.
        let sampleCount = description.rows * description.columns * description.frames * description.samplesPerPixel
        guard description.byteCount == sampleCount * allocated / 8 else { return nil }
        self.description = description
    }

    private var shift: UInt16 { UInt16(description.highBit + 1 - description.bitsStored) }
    private var fieldMask: UInt16 { UInt16(truncatingIfNeeded: (1 << description.bitsStored) - 1) }
    private var signFlip: UInt16 { description.isSigned ? 1 << UInt16(description.bitsStored - 1) : 0 }
    private var wordMask: UInt16 { description.bitsAllocated == 8 ? 0x00FF : 0xFFFF }
    private var samplesPerPlane: Int { description.rows * description.columns }
    private var planeCount: Int { description.frames * description.samplesPerPixel }

    /// The levels that mean "no measurement here" (PS3.3 C.7.5.1.1.2); values outside the stored range are cut off.
    var paddingLevels: ClosedRange<UInt16>? {
        guard let padding = description.paddingRange else { return nil }
        let smallest = description.isSigned ? -(1 << (description.bitsStored - 1)) : 0
        let range = padding.clamped(to: smallest...smallest + Int(fieldMask))
        guard padding.overlaps(smallest...smallest + Int(fieldMask)) else { return nil }
        return UInt16(range.lowerBound - smallest)...UInt16(range.upperBound - smallest)
    }

    /// Where a plane's first sample stands among the words, and the distance from one of its samples to the next.
    private func placement(ofPlane plane: Int, colorByPlane: Bool) -> (first: Int, stride: Int) {
        let samplesPerPixel = description.samplesPerPixel
        guard samplesPerPixel > 1, !colorByPlane else { return (plane * samplesPerPlane, 1) }
        let (frame, sample) = plane.quotientAndRemainder(dividingBy: samplesPerPixel)
        return (frame * samplesPerPlane * samplesPerPixel + sample, samplesPerPixel)
    }

    // MARK: Words → levels

    /// Splits native little-endian bytes into levels, a plane a frame and colour component, and what the unused bits held.
    ///
    /// - Parameter bytes: `description.byteCount` of them.
    func split(_ bytes: [UInt8]) throws(EmbeddingError) -> (planes: SamplePlanes, unusedBits: UnusedBits) {
        (try planes(of: bytes), unusedBits(of: bytes))
    }

    /// The levels alone, and in which ways the bits above them can be filled again; for frames of an image, of whose bits no copy is made.
    ///
    /// - Parameter bytes: as of ``split(_:)``.
    func levels(of bytes: [UInt8]) throws(EmbeddingError) -> (planes: SamplePlanes, fills: UnusedBitFills) {
        (try planes(of: bytes), fills(of: bytes))
    }

    private func planes(of bytes: [UInt8]) throws(EmbeddingError) -> SamplePlanes {
        let colorByPlane = description.planarConfiguration == 1
        let planes = (0..<planeCount).map { plane in
            let (first, stride) = placement(ofPlane: plane, colorByPlane: colorByPlane)
            return bytes.withUnsafeBytes {
                description.bitsAllocated == 8
                    ? levels(of: $0, as: UInt8.self, first: first, stride: stride)
                    : levels(of: $0, as: UInt16.self, first: first, stride: stride)
            }
        }
        return try SamplePlanes(
            rows: description.rows, columns: description.columns, bitsStored: description.bitsStored, planes: planes,
            forbiddenLevels: paddingLevels)
    }

    /// Reads the words where they lie: a frame may be a large part of the memory, and no copy is made of it.
    private func levels<Word: FixedWidthInteger & UnsignedInteger>(
        of bytes: UnsafeRawBufferPointer, as _: Word.Type, first: Int, stride: Int
    ) -> [UInt16] {
        let (shift, mask, flip) = (shift, fieldMask, signFlip)
        let count = samplesPerPlane
        let size = MemoryLayout<Word>.size
        return [UInt16](unsafeUninitializedCapacity: count) { levels, initialized in
            // Bounds: `placement` puts first + (count − 1) · stride inside the words, whose count `split` has been given right.
            if stride == 1 {
                for index in 0..<count {
                    let word = Word(littleEndian: bytes.loadUnaligned(fromByteOffset: (first &+ index) &* size, as: Word.self))
                    levels[index] = ((UInt16(truncatingIfNeeded: word) &>> shift) & mask) ^ flip
                }
            } else {
                for index in 0..<count {
                    let word = Word(littleEndian: bytes.loadUnaligned(fromByteOffset: (first &+ index &* stride) &* size, as: Word.self))
                    levels[index] = ((UInt16(truncatingIfNeeded: word) &>> shift) & mask) ^ flip
                }
            }
            initialized = count
        }
    }

    private func unusedBits(of bytes: [UInt8]) -> UnusedBits {
        let fills = fills(of: bytes)
        if fills.contains(.zero) { return .zero }
        if fills.contains(.signExtension) { return .signExtension }
        let unusedMask = wordMask & ~(fieldMask &<< shift)
        let masks = [UInt8(truncatingIfNeeded: unusedMask), UInt8(truncatingIfNeeded: unusedMask >> 8)]
        guard description.bitsAllocated == 16 else { return .explicit(bytes.map { $0 & masks[0] }) }
        // An odd last byte is left out.
        return .explicit((0..<bytes.count / 2 * 2).map { bytes[$0] & masks[$0 & 1] })
    }

    private func fills(of bytes: [UInt8]) -> UnusedBitFills {
        bytes.withUnsafeBytes {
            description.bitsAllocated == 8 ? fills(of: $0, as: UInt8.self) : fills(of: $0, as: UInt16.self)
        }
    }

    private func fills<Word: FixedWidthInteger & UnsignedInteger>(of bytes: UnsafeRawBufferPointer, as _: Word.Type) -> UnusedBitFills {
        let unusedMask = wordMask & ~(fieldMask &<< shift)
        let (mask, flip) = (fieldMask, signFlip)
        let size = MemoryLayout<Word>.size
        var (used, differing): (UInt16, UInt16) = (0, 0)
        for index in 0..<bytes.count / size {
            let word = UInt16(
                truncatingIfNeeded: Word(littleEndian: bytes.loadUnaligned(fromByteOffset: index &* size, as: Word.self)))
            used |= word
            differing |= word ^ Self.signExtended(word & mask, signBit: flip)
        }
        var fills = UnusedBitFills.all
        if used & unusedMask != 0 { fills.remove(.zero) }
        if !description.isSigned || shift != 0 || differing & unusedMask != 0 { fills.remove(.signExtension) }
        return fills
    }

    /// The 16 bits whose upper ones repeat the sign bit of `field`, by the identity (x XOR s) − s for the sign bit s.
    private static func signExtended(_ field: UInt16, signBit: UInt16) -> UInt16 {
        (field ^ signBit) &- signBit
    }

    // MARK: Levels → words

    /// Native little-endian bytes of the levels, their unused bits as given.
    ///
    /// - Returns: `nil` when the planes or explicit unused bits are not of this shape.
    func join(_ planes: SamplePlanes, unusedBits: UnusedBits, colorByPlane: Bool) -> [UInt8]? {
        guard planes.planes.count == planeCount, planes.samplesPerPlane == samplesPerPlane else { return nil }
        let size = description.bitsAllocated / 8
        if case .explicit(let residue) = unusedBits, residue.count != planeCount * samplesPerPlane * size { return nil }
        var bytes = [UInt8](repeating: 0, count: planeCount * samplesPerPlane * size)
        bytes.withUnsafeMutableBytes { bytes in
            for (plane, levels) in planes.planes.enumerated() {
                let (first, stride) = placement(ofPlane: plane, colorByPlane: colorByPlane)
                let extend = unusedBits == .signExtension
                if size == 1 {
                    put(levels, as: UInt8.self, into: bytes, first: first, stride: stride, extend: extend)
                } else {
                    put(levels, as: UInt16.self, into: bytes, first: first, stride: stride, extend: extend)
                }
            }
        }
        if case .explicit(let residue) = unusedBits {
            for index in bytes.indices { bytes[index] |= residue[index] }
        }
        return bytes
    }

    private func put<Word: FixedWidthInteger & UnsignedInteger>(
        _ levels: [UInt16], as _: Word.Type, into bytes: UnsafeMutableRawBufferPointer, first: Int, stride: Int, extend: Bool
    ) {
        let (shift, flip) = (shift, signFlip)
        // A field that is not extended is one that is extended from no sign bit at all.
        let signBit = extend ? flip : 0
        let size = MemoryLayout<Word>.size
        levels.withUnsafeBufferPointer { levels in
            // Bounds: `placement` puts first + (count − 1) · stride inside the words of all planes.
            for index in 0..<levels.count {
                let word = Self.signExtended(levels[index] ^ flip, signBit: signBit) &<< shift
                bytes.storeBytes(
                    of: Word(truncatingIfNeeded: word).littleEndian, toByteOffset: (first &+ index &* stride) &* size, as: Word.self)
            }
        }
    }
}

extension PixelDescription {
    /// The same samples in words laid out differently.
    func laidOut(highBit: Int, colorByPlane: Bool) throws(DICOMError) -> PixelDescription {
        try PixelDescription(
            rows: rows, columns: columns, frames: frames, samplesPerPixel: samplesPerPixel, planarConfiguration: colorByPlane ? 1 : 0,
            photometricInterpretation: photometricInterpretation, bitsAllocated: bitsAllocated, bitsStored: bitsStored, highBit: highBit,
            isSigned: isSigned, paddingRange: paddingRange)
    }

    /// The same samples as a stego file holds them: right-aligned in their words, colour by pixel.
    func inStegoLayout() throws(DICOMError) -> PixelDescription {
        try laidOut(highBit: bitsStored - 1, colorByPlane: false)
    }
}

/// The bits of the sample words that hold no pixel value: above HighBit, or below a HighBit that is not BitsStored − 1.
///
/// They may hold overlay planes (PS3.5 §8.1.1, retired), so they are never shown in a stego image: it has them canonical
/// (zero, or copies of the sign), and the original's travel in the record.
enum UnusedBits: Equatable, Sendable {
    /// All zero.
    case zero
    /// Each word's upper bits repeat its sign bit.
    case signExtension
    /// Anything else: the words with the sample bits cleared, in file order, little endian.
    case explicit([UInt8])
}

/// The ways in which the unused bits of some words can be filled again without having been kept.
struct UnusedBitFills: OptionSet, Sendable {
    let rawValue: Int

    static let zero = UnusedBitFills(rawValue: 1)
    static let signExtension = UnusedBitFills(rawValue: 2)
    static let all: UnusedBitFills = [.zero, .signExtension]
}
