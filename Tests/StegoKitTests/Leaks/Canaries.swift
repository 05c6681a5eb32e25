import DICOM

/// Texts that occur nowhere else, counted as they are planted.
struct Canaries {
    /// What each begins with.
    static let stem = "CNARYX"

    private(set) var count = 0

    mutating func text() -> String {
        count += 1
        return Self.stem + String(1000 + count)
    }

    mutating func ascii() -> [UInt8] { Array(text().utf8) }

    /// Of even length, little or big endian.
    mutating func utf16(bigEndian: Bool) -> [UInt8] {
        text().utf16.flatMap { bigEndian ? [UInt8($0 >> 8), UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }

    /// Where a canary stands in bytes, in any of the forms in which one is planted; nil where none does.
    static func place(in bytes: [UInt8]) -> String? {
        let ascii = Array(stem.utf8)
        let forms: [(String, [UInt8])] = [
            ("ASCII", ascii), ("lower case", Array(stem.lowercased().utf8)),
            ("UTF-16 little endian", ascii.flatMap { [$0, 0] }), ("UTF-16 big endian", ascii.flatMap { [0, $0] }),
            ("swapped", stride(from: 0, to: 6, by: 2).flatMap { [ascii[$0 + 1], ascii[$0]] }),
        ]
        for (name, form) in forms {
            for start in bytes.indices.dropLast(form.count) where bytes[start] == form[0] && bytes[start...].starts(with: form) {
                return "\(name) at \(start)"
            }
        }
        return nil
    }

    /// Whether a canary stands in one bit of each byte, or of each second byte, least significant bit first.
    static func isInBitPlanes(of bytes: [UInt8]) -> Bool {
        for stride in [1, 2] {
            for offset in 0..<stride {
                let lane = Swift.stride(from: offset, to: bytes.count, by: stride).map { bytes[$0] }
                for bit in 0..<8 {
                    var packed = [UInt8](repeating: 0, count: lane.count / 8)
                    for (index, byte) in lane.prefix(packed.count * 8).enumerated() {
                        packed[index / 8] |= (byte >> UInt8(bit) & 1) << UInt8(index % 8)
                    }
                    if place(in: packed) != nil { return true }
                }
            }
        }
        return false
    }
}
