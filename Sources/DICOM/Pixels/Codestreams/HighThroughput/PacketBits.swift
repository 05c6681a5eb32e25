/// The bits of a packet header, most significant first, with a zero bit stuffed behind each byte FF (ISO/IEC 15444-1 §B.10.1).
struct PacketBits {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private var current: UInt8 = 0
    private var bitsLeft = 0

    init(_ bytes: ArraySlice<UInt8>, at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// Nil at the end of the bytes, and where a stuffed bit is not zero.
    mutating func bit() -> Bool? {
        if bitsLeft == 0 {
            guard position < bytes.endIndex else { return nil }
            let isStuffed = current == 0xFF
            current = bytes[position]
            position += 1
            bitsLeft = isStuffed ? 7 : 8
            if isStuffed, current & 0x80 != 0 { return nil }
        }
        bitsLeft -= 1
        return current >> UInt8(bitsLeft) & 1 == 1
    }

    /// Up to 32 bits as a number.
    mutating func bits(_ count: Int) -> Int? {
        var number = 0
        for _ in 0..<count {
            guard let bit = bit() else { return nil }
            number = number << 1 | (bit ? 1 : 0)
        }
        return number
    }

    /// Whether the bits that fill the header's last byte, and a stuffed byte behind it, hold nothing.
    var isPaddedWithZeros: Bool {
        guard current & (1 << UInt8(bitsLeft) - 1) == 0 else { return false }
        return current != 0xFF || position >= bytes.endIndex || bytes[position] == 0
    }

    /// The first byte behind the header, which ends at a whole byte; a last byte FF is followed by one of stuffing.
    func end() -> Int? {
        guard current == 0xFF else { return position }
        return position < bytes.endIndex && bytes[position] & 0x80 == 0 ? position + 1 : nil
    }
}

/// A quadtree of minima, known a little more with each bit (ISO/IEC 15444-1 §B.10.2).
struct TagTree {
    private struct Level {
        let columns: Int
        /// The least that a node's value can be.
        var bounds: [Int]
        var isKnown: [Bool]
    }

    /// No value of a packet header comes near.
    private static let maximumValue = 64

    /// The leaves first.
    private var levels: [Level] = []

    /// - Parameters: the numbers of leaves, at least one each.
    init(columns: Int, rows: Int) {
        var (columns, rows) = (columns, rows)
        while true {
            let count = columns * rows
            levels.append(
                Level(columns: columns, bounds: [Int](repeating: 0, count: count), isKnown: [Bool](repeating: false, count: count)))
            if count <= 1 { return }
            columns = (columns + 1) / 2
            rows = (rows + 1) / 2
        }
    }

    /// Whether the value of a leaf is below a threshold; nil when the bits end.
    mutating func isBelow(_ threshold: Int, _ column: Int, _ row: Int, _ header: inout PacketBits) -> Bool? {
        var bound = 0
        for depth in levels.indices.reversed() {
            let node = (row >> depth) * levels[depth].columns + column >> depth
            bound = max(bound, levels[depth].bounds[node])
            while bound < threshold, !levels[depth].isKnown[node] {
                guard let isReached = header.bit() else { return nil }
                if isReached { levels[depth].isKnown[node] = true } else { bound += 1 }
            }
            levels[depth].bounds[node] = bound
        }
        return bound < threshold
    }

    /// The value of a leaf; nil when the bits end or the value is none that a codestream can mean.
    mutating func value(_ column: Int, _ row: Int, _ header: inout PacketBits) -> Int? {
        for threshold in 1...Self.maximumValue {
            guard let isBelow = isBelow(threshold, column, row, &header) else { return nil }
            if isBelow { return threshold - 1 }
        }
        return nil
    }
}
