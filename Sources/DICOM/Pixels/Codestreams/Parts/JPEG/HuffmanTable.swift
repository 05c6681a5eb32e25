/// A Huffman table of a JPEG codestream (ITU-T T.81 §B.2.4.2, Annex C), which remembers what was decoded with it.
final class HuffmanTable {
    /// Where the 16 numbers of codes and the symbols stand in the codestream.
    let range: Range<Int>
    let isAC: Bool
    let identifier: UInt8
    private let symbols: [UInt8]
    /// Which symbols have been met; the others are no use to a decoder.
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
