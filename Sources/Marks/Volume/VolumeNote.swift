import Basics

/// What has to be kept beside a marked slice so that the key's holder can take the mark off exactly. It is no secret.
///
/// Format: docs/formats/volume-mark.md.
public struct VolumeNote: Hashable, Sendable {
    static let magic: [UInt8] = Array("VVM".utf8) + [1]

    /// Tells the key, see ``VolumeMarkKey``.
    let check: [UInt8]
    /// The identity's code, which the key unmasks.
    let maskedCode: [UInt8]
    let strength: VolumeShells.Strength
    /// The middle of the volume, in 1/1024 mm.
    let middle: [Int]
    let geometry: SliceGeometry
    /// The beginning of the SHA-256 of the slice before it was marked.
    let digest: [UInt8]
    /// Samples that the mark left out although it would change them: how many follow unmarked or unconcerned, then how many are left out.
    let leftOut: [Range<Int>]

    /// The note as bytes.
    public var bytes: [UInt8] {
        var bytes = Self.magic + check + maskedCode
        func put16(_ number: Int) { bytes += [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)] }
        func put32(_ number: Int) { withUnsafeBytes(of: UInt32(truncatingIfNeeded: number).bigEndian) { bytes += $0 } }
        put16(strength.sync)
        put16(strength.identity)
        for number in middle + geometry.origin + geometry.rowStep + geometry.columnStep { put32(number) }
        bytes += digest
        var end = 0
        for range in leftOut {
            LEB128.append(UInt64(range.lowerBound - end), to: &bytes)
            LEB128.append(UInt64(range.count), to: &bytes)
            end = range.upperBound
        }
        return bytes
    }
}

extension VolumeNote {
    /// Bytes before the runs.
    private static let headByteCount = 4 + 8 + 8 + 4 + 48 + 16

    /// - Throws: ``MarksError`` of code `format` for bytes that are no note.
    public init(bytes: some Collection<UInt8>) throws {
        let bytes = Array(bytes)
        guard bytes.count >= Self.headByteCount, bytes.prefix(3) == Self.magic.prefix(3) else {
            throw MarksError(.format, "the bytes are no note of a volume mark")
        }
        guard bytes[3] == Self.magic[3] else {
            throw MarksError(.format, "a volume mark's note of version \(bytes[3]) cannot be read here; a newer release may")
        }
        check = Array(bytes[4..<12])
        maskedCode = Array(bytes[12..<20])
        strength = try VolumeShells.Strength(
            sync: Int(bytes[20]) << 8 | Int(bytes[21]), identity: Int(bytes[22]) << 8 | Int(bytes[23]))
        let numbers = (0..<12).map { index in
            Int(Int32(truncatingIfNeeded: bytes[24 + 4 * index..<28 + 4 * index].reduce(0) { $0 << 8 | Int($1) }))
        }
        middle = Array(numbers[0..<3])
        geometry = SliceGeometry(origin: Array(numbers[3..<6]), rowStep: Array(numbers[6..<9]), columnStep: Array(numbers[9..<12]))
        digest = Array(bytes[72..<88])
        var ranges: [Range<Int>] = []
        var (runs, end) = (bytes[Self.headByteCount...], 0)
        while !runs.isEmpty {
            guard let gap = Self.number(&runs), let count = Self.number(&runs), count > 0 else {
                throw MarksError(.format, "the runs of a volume mark's note are damaged")
            }
            ranges.append(end + gap..<end + gap + count)
            end += gap + count
        }
        leftOut = ranges
    }

    /// Below 2³⁵, so that sums of them stay far from the largest integer.
    private static func number(_ bytes: inout ArraySlice<UInt8>) -> Int? { LEB128.take(from: &bytes, mostBytes: 5).map(Int.init) }
}
