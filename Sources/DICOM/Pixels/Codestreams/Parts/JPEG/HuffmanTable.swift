/// A Huffman table of a JPEG codestream (ITU-T T.81 §B.2.4.2, Annex C), which remembers what was decoded with it.
final class HuffmanTable {
    /// Where the 16 numbers of codes and the symbols stand in the codestream.
    let range: Range<Int>
    let isAC: Bool
    let identifier: UInt8
    private let symbols: [UInt8]
    /// The symbols that have been met; the others are no use to a decoder.
    private(set) var isUsed: [Bool]

    private static let shortBits = 9
    /// For the next nine bits: the code's length and the symbol's index; length 0 for longer codes.
    private var short: [(length: UInt8, index: UInt8)]
    /// For each length, the first code and its symbol's index, and the code behind the last.
    private var first = [Int](repeating: 0, count: 17)
    private var firstIndex = [Int](repeating: 0, count: 17)
    private var end = [Int](repeating: 0, count: 17)

    /// - Parameter counts: of codes of 1 … 16 bits.
    /// - Returns: nil when there are not as many codes of a length as are asked for.
    init?(counts: [UInt8], symbols: [UInt8], range: Range<Int>, isAC: Bool, identifier: UInt8) {
        guard counts.count == 16, counts.reduce(0, { $0 + Int($1) }) == symbols.count, symbols.count <= 256 else { return nil }
        self.symbols = symbols
        self.range = range
        self.isAC = isAC
        self.identifier = identifier
        isUsed = [Bool](repeating: false, count: symbols.count)
        short = [(UInt8, UInt8)](repeating: (0, 0), count: 1 << Self.shortBits)
        var (code, index) = (0, 0)
        for length in 1...16 {
            let count = Int(counts[length - 1])
            guard code + count <= 1 << length else { return nil }
            first[length] = code
            firstIndex[length] = index
            end[length] = code + count
            if length <= Self.shortBits {
                for offset in 0..<count {
                    let start = (code + offset) << (Self.shortBits - length)
                    for entry in start..<start + 1 << (Self.shortBits - length) {
                        short[entry] = (UInt8(length), UInt8(truncatingIfNeeded: index + offset))
                    }
                }
            }
            index += count
            code = (code + count) << 1
        }
    }

    /// The next symbol; nil for a code that the table does not have.
    func symbol(_ bits: inout EntropyBits) -> Int? {
        let next = bits.next16
        let entry = short[next >> (16 - Self.shortBits)]
        if entry.length > 0 {
            bits.skip(Int(entry.length))
            isUsed[Int(entry.index)] = true
            return Int(symbols[Int(entry.index)])
        }
        for length in Self.shortBits + 1...16 {
            let code = next >> (16 - length)
            guard code < end[length], code >= first[length] else { continue }
            let index = firstIndex[length] + code - first[length]
            bits.skip(length)
            isUsed[index] = true
            return Int(symbols[index])
        }
        return nil
    }

    /// Whether nothing was ever decoded with it.
    var isIdle: Bool { !isUsed.contains(true) }

    /// The segment with this table alone, symbols that no code of the scans stands for as zeros.
    func write(into parts: inout CodestreamParts) {
        parts.put([0xFF, 0xC4, UInt8((19 + symbols.count) >> 8), UInt8((19 + symbols.count) & 0xFF), (isAC ? 0x10 : 0) | identifier])
        parts.keep(range.lowerBound..<range.lowerBound + 16)
        for (index, isUsed) in isUsed.enumerated() {
            let place = range.lowerBound + 16 + index
            if isUsed { parts.keep(place..<place + 1) } else { parts.put([0]) }
        }
        parts.markTable(16 + symbols.count)
    }
}

/// The bits of one entropy-coded segment (ITU-T T.81 §F.2.2.5): up to the next marker, without the zero bytes stuffed behind FF.
struct EntropyBits {
    /// Where the segment begins, and where the next marker or the end of the bytes is.
    let range: Range<Int>
    private let plain: [UInt8]
    private var position = 0

    /// - Parameter start: counted from the slice's first byte.
    init(_ bytes: ArraySlice<UInt8>, at start: Int) {
        var plain: [UInt8] = []
        var offset = bytes.startIndex + start
        while offset < bytes.endIndex {
            let byte = bytes[offset]
            if byte == 0xFF {
                guard offset + 1 < bytes.endIndex, bytes[offset + 1] == 0 else { break }
                offset += 1
            }
            plain.append(byte)
            offset += 1
        }
        bitCount = plain.count * 8
        range = start..<offset - bytes.startIndex
        // Sixteen bits can be looked at from everywhere.
        self.plain = plain + [0, 0, 0]
    }

    private let bitCount: Int

    /// Whether no more bits were taken than there are.
    var isInside: Bool { position <= bitCount }

    /// The next sixteen bits without taking them, zeros behind the end.
    var next16: Int {
        let index = position >> 3
        guard index + 2 < plain.count else { return 0 }
        let word = Int(plain[index]) << 16 | Int(plain[index + 1]) << 8 | Int(plain[index + 2])
        return word >> (8 - position & 7) & 0xFFFF
    }

    mutating func skip(_ count: Int) { position += count }

    /// Up to 16 bits as a number.
    mutating func number(_ count: Int) -> Int {
        defer { skip(count) }
        return next16 >> (16 - count)
    }

    /// Takes over the bytes that were decoded, the last one filled up with ones (§F.1.2.3).
    func write(_ bytes: ArraySlice<UInt8>, into parts: inout CodestreamParts) {
        let start = bytes.startIndex
        var offset = range.lowerBound
        for _ in 0..<position / 8 { offset += bytes[start + offset] == 0xFF ? 2 : 1 }
        parts.keep(range.lowerBound..<offset)
        guard position % 8 > 0 else { return }
        let last = bytes[start + offset]
        let filled = last | 0xFF >> UInt8(position % 8)
        if filled != last {
            parts.put(filled == 0xFF ? [0xFF, 0] : [filled])
        } else {
            parts.keep(offset..<offset + (last == 0xFF ? 2 : 1))
        }
    }
}
