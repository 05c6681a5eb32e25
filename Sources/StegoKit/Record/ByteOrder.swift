import Glibc

/// How the bytes of an original's pixel value are ordered, against little-endian words.
///
/// The raw value is the number of bytes in each group whose order is reversed. What the group is does not follow from the transfer
/// syntax alone: 8-bit samples stored as big-endian OW are exchanged in pairs (PS3.5 §7.3), so it is found out by comparing.
enum ByteOrder: UInt8, CaseIterable, Equatable, Sendable {
    case littleEndian = 1
    case pairsReversed = 2
    case quadsReversed = 4
    case octetsReversed = 8

    /// The order that turns little-endian bytes into an original's pixel value; `nil` when none does.
    init?(turning native: [UInt8], into value: ArraySlice<UInt8>) {
        guard native.count == value.count,
            let order = Self.allCases.first(where: { Self.areEqual($0.apply(to: native), value) })
        else { return nil }
        self = order
    }

    /// The bytes with each whole group reversed; its own inverse.
    func apply(to bytes: [UInt8]) -> [UInt8] {
        guard self != .littleEndian else { return bytes }
        let width = Int(rawValue)
        var ordered = bytes
        for start in stride(from: 0, through: bytes.count - width, by: width) {
            ordered[start..<start + width].reverse()
        }
        return ordered
    }

    private static func areEqual(_ left: [UInt8], _ right: ArraySlice<UInt8>) -> Bool {
        // Both buffers live for the closures and have the same count, so memcmp stays inside of them.
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return true }
                return left.count == right.count && memcmp(leftStart, rightStart, left.count) == 0
            }
        }
    }
}
