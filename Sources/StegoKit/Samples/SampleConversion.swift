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
        let words = Self.words(of: bytes, bitsAllocated: description.bitsAllocated)
        return (try planes(of: words), unusedBits(of: words))
    }

    /// The levels alone, and in which ways the bits above them can be filled again; for frames of an image, of whose bits no copy is made.
    ///
    /// - Parameter bytes: as of ``split(_:)``.
    func levels(of bytes: [UInt8]) throws(EmbeddingError) -> (planes: SamplePlanes, fills: UnusedBitFills) {
        let words = Self.words(of: bytes, bitsAllocated: description.bitsAllocated)
        return (try planes(of: words), fills(of: words))
    }

    private func planes(of words: [UInt16]) throws(EmbeddingError) -> SamplePlanes {
        let colorByPlane = description.planarConfiguration == 1
        let planes = (0..<planeCount).map { plane in
            let (first, stride) = placement(ofPlane: plane, colorByPlane: colorByPlane)
            return levels(of: words, first: first, stride: stride)
        }
        return try SamplePlanes(
            rows: description.rows, columns: description.columns, bitsStored: description.bitsStored, planes: planes,
            forbiddenLevels: paddingLevels)
    }

    private func levels(of words: [UInt16], first: Int, stride: Int) -> [UInt16] {
        let (shift, mask, flip) = (shift, fieldMask, signFlip)
        let count = samplesPerPlane
        return words.withUnsafeBufferPointer { words in
            [UInt16](unsafeUninitializedCapacity: count) { levels, initialized in
                // Bounds: `placement` puts first + (count − 1) · stride inside the words, whose count `split` has been given right.
                if stride == 1 {
                    for index in 0..<count { levels[index] = ((words[first + index] &>> shift) & mask) ^ flip }
                } else {
                    for index in 0..<count { levels[index] = ((words[first + index * stride] &>> shift) & mask) ^ flip }
                }
                initialized = count
            }
        }
    }

    private func unusedBits(of words: [UInt16]) -> UnusedBits {
        let fills = fills(of: words)
        if fills.contains(.zero) { return .zero }
        if fills.contains(.signExtension) { return .signExtension }
        let unusedMask = wordMask & ~(fieldMask &<< shift)
        return .explicit(Self.bytes(of: words.map { $0 & unusedMask }, bitsAllocated: description.bitsAllocated))
    }

    private func fills(of words: [UInt16]) -> UnusedBitFills {
        let unusedMask = wordMask & ~(fieldMask &<< shift)
        var fills = UnusedBitFills.all
        if words.reduce(0, |) & unusedMask != 0 { fills.remove(.zero) }
        let (mask, flip) = (fieldMask, signFlip)
        if !description.isSigned || shift != 0 {
            fills.remove(.signExtension)
        } else if words.reduce(0, { $0 | ($1 ^ Self.signExtended($1 & mask, signBit: flip)) }) & unusedMask != 0 {
            fills.remove(.signExtension)
        }
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
        var words = [UInt16](repeating: 0, count: planeCount * samplesPerPlane)
        for (plane, levels) in planes.planes.enumerated() {
            let (first, stride) = placement(ofPlane: plane, colorByPlane: colorByPlane)
            put(levels, into: &words, first: first, stride: stride, extend: unusedBits == .signExtension)
        }
        if case .explicit(let residue) = unusedBits {
            guard residue.count == words.count * description.bitsAllocated / 8 else { return nil }
            let residueWords = Self.words(of: residue, bitsAllocated: description.bitsAllocated)
            for index in words.indices { words[index] |= residueWords[index] }
        }
        return Self.bytes(of: words, bitsAllocated: description.bitsAllocated)
    }

    private func put(_ levels: [UInt16], into words: inout [UInt16], first: Int, stride: Int, extend: Bool) {
        let (shift, flip) = (shift, signFlip)
        // A field that is not extended is one that is extended from no sign bit at all.
        let signBit = extend ? flip : 0
        words.withUnsafeMutableBufferPointer { words in
            levels.withUnsafeBufferPointer { levels in
                // Bounds: `placement` puts first + (count − 1) · stride inside the words of all planes.
                for index in 0..<levels.count {
                    words[first + index * stride] = Self.signExtended(levels[index] ^ flip, signBit: signBit) &<< shift
                }
            }
        }
    }

    // MARK: Bytes ↔ words

    private static func words(of bytes: [UInt8], bitsAllocated: Int) -> [UInt16] {
        guard bitsAllocated == 16 else { return bytes.map(UInt16.init) }
        return [UInt16](unsafeUninitializedCapacity: bytes.count / 2) { words, count in
            // Little-endian words on a little-endian machine: the bytes are the words. An odd last byte is left out.
            UnsafeMutableRawBufferPointer(words).copyBytes(from: bytes.prefix(bytes.count / 2 * 2))
            count = bytes.count / 2
        }.littleEndianOrdered
    }

    private static func bytes(of words: [UInt16], bitsAllocated: Int) -> [UInt8] {
        guard bitsAllocated == 16 else { return words.map { UInt8(truncatingIfNeeded: $0) } }
        return words.littleEndianOrdered.withUnsafeBytes { Array($0) }
    }
}

extension [UInt16] {
    /// The words between the machine's byte order and little endian; themselves on every machine that Debian's Swift runs on.
    fileprivate var littleEndianOrdered: [UInt16] {
        1.littleEndian == 1 ? self : map(\.byteSwapped)
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
