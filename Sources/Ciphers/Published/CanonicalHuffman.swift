/// A canonical Huffman code over numbers of up to 16 bits: the lengths of its words say all of it.
///
/// Words of the same length are numbers that follow each other in the order of the symbols; shorter words are smaller, as prefixes
/// (RFC 1951 section 3.2.2).
struct CanonicalHuffman {
    static let maximumLength = 24

    /// Of each symbol's word, 0 for a symbol that has none.
    let lengths: [UInt8]

    /// The best code of words of at most 24 bits: package-merge (Larmore and Hirschberg: A Fast Algorithm for Optimal Length-Limited Huffman
    /// Codes, 1990). A single symbol has a word of one bit.
    ///
    /// - Parameter counts: of each symbol, at most 2^16 of them.
    init(counts: [Int]) {
        var lengths = [UInt8](repeating: 0, count: counts.count)
        let symbols = counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$0], $0) < (counts[$1], $1) }
        if symbols.count == 1 { lengths[symbols[0]] = 1 }
        if symbols.count > 1 {
            for (place, length) in Self.lengths(symbols.map { counts[$0] }).enumerated() { lengths[symbols[place]] = length }
        }
        self.lengths = lengths
    }

    /// - Throws: ``CipherError`` `malformed` for lengths that no code has: above 24, or more words than there is room for.
    init(lengths: [UInt8]) throws(CipherError) {
        let used = lengths.filter { $0 > 0 }
        guard used.allSatisfy({ $0 <= Self.maximumLength }),
            used.reduce(0, { $0 + 1 << (Self.maximumLength - Int($1)) }) <= 1 << Self.maximumLength
        else { throw CipherError(.malformed, "no code has words of these lengths") }
        self.lengths = lengths
    }

    /// Lengths for weights in ascending order.
    ///
    /// Packages of each level are pairs of the level below. Only how many leaves are among the items of a level matters, since leaves are
    /// taken in ascending order: so a level keeps, for each item, whether it is a leaf.
    private static func lengths(_ weights: [Int]) -> [UInt8] {
        let count = weights.count
        var levels: [[Bool]] = []
        var packages: [Int] = []
        for _ in 0..<maximumLength {
            var (items, isLeaf): ([Int], [Bool]) = ([], [])
            items.reserveCapacity(count + packages.count)
            isLeaf.reserveCapacity(count + packages.count)
            var (leaf, package) = (0, 0)
            while leaf < count || package < packages.count {
                let takesLeaf = package == packages.count || leaf < count && weights[leaf] <= packages[package]
                items.append(takesLeaf ? weights[leaf] : packages[package])
                isLeaf.append(takesLeaf)
                if takesLeaf { leaf += 1 } else { package += 1 }
            }
            levels.append(isLeaf)
            packages = stride(from: 0, to: items.count - 1, by: 2).map { items[$0] + items[$0 + 1] }
        }
        // From the last level the first 2n − 2 items are taken; the packages among them are pairs of items of the level before.
        var lengths = [UInt8](repeating: 0, count: count)
        var taken = 2 * count - 2
        for isLeaf in levels.reversed() {
            let leaves = isLeaf.prefix(taken).count { $0 }
            for symbol in 0..<leaves { lengths[symbol] += 1 }
            taken = 2 * (taken - leaves)
        }
        return lengths
    }

    /// The symbols in the order of their words.
    private var order: [Int] { lengths.indices.filter { lengths[$0] > 0 }.sorted { (lengths[$0], $0) < (lengths[$1], $1) } }

    /// The words' bits, the first bit of a word first; bit n of the string is bit 7 − n mod 8 of byte n div 8.
    func encode(_ symbols: [UInt16]) -> [UInt8] {
        var words = [UInt32](repeating: 0, count: lengths.count)
        var (word, length): (UInt32, UInt8) = (0, 0)
        for symbol in order {
            word <<= UInt32(lengths[symbol] - length)
            length = lengths[symbol]
            words[symbol] = word
            word += 1
        }
        var bytes: [UInt8] = []
        var (held, count): (UInt64, UInt64) = (0, 0)
        for symbol in symbols {
            let length = UInt64(lengths[Int(symbol)])
            held = held &<< length | UInt64(words[Int(symbol)])
            count &+= length
            while count >= 8 {
                count &-= 8
                bytes.append(UInt8(truncatingIfNeeded: held &>> count))
            }
        }
        if count > 0 { bytes.append(UInt8(truncatingIfNeeded: held &<< (8 - count))) }
        return bytes
    }

    /// - Throws: ``CipherError`` `malformed` for bytes that are no words, too few, or too many.
    func decode(_ bytes: ArraySlice<UInt8>, count: Int) throws(CipherError) -> [UInt16] {
        let words = CanonicalWords(lengths: lengths, order: order)
        var symbols: [UInt16] = []
        symbols.reserveCapacity(count)
        // The string's next bits, from the highest bit down.
        var (held, available, position): (UInt64, Int, Int) = (0, 0, bytes.startIndex)
        for _ in 0..<count {
            while available <= 56, position < bytes.endIndex {
                held |= UInt64(bytes[position]) &<< UInt64(56 &- available)
                available &+= 8
                position &+= 1
            }
            guard let (symbol, length) = words.first(of: held), length <= available else {
                throw CipherError(.malformed, "bits that are no word of the code")
            }
            symbols.append(symbol)
            held &<<= UInt64(length)
            available &-= length
        }
        guard position == bytes.endIndex, available < 8, held == 0 else { throw CipherError(.malformed, "bytes follow the words") }
        return symbols
    }
}

/// The words of a canonical code, ready for decoding: short words by a table, long ones by their length.
private struct CanonicalWords {
    private static let tableBits = 12

    /// For each beginning of 12 bits: symbol · 2^8 + length of the word that it begins with, 0 where the word is longer.
    private var table = [UInt32](repeating: 0, count: 1 << tableBits)
    /// For each length its first word, the number of its words, and the place of the first word's symbol.
    private var first, number: [UInt32]
    private var place: [Int]
    private let order: [Int]

    init(lengths: [UInt8], order: [Int]) {
        let longest = CanonicalHuffman.maximumLength
        self.order = order
        first = [UInt32](repeating: 0, count: longest + 1)
        number = first
        place = [Int](repeating: 0, count: longest + 1)
        for symbol in order { number[Int(lengths[symbol])] += 1 }
        for length in 1...longest {
            first[length] = (first[length - 1] + number[length - 1]) << 1
            place[length] = place[length - 1] + Int(number[length - 1])
        }
        for length in 1...Self.tableBits {
            let spread = 1 << (Self.tableBits - length)
            for index in 0..<Int(number[length]) {
                let start = (Int(first[length]) + index) * spread
                let entry = UInt32(order[place[length] + index]) << 8 | UInt32(length)
                for beginning in start..<start + spread { table[beginning] = entry }
            }
        }
    }

    /// The symbol of the word with which the bits begin, from the highest down; nil where no word does.
    @inline(__always)
    func first(of bits: UInt64) -> (symbol: UInt16, length: Int)? {
        let entry = table[Int(bits &>> UInt64(64 - Self.tableBits))]
        if entry != 0 { return (UInt16(truncatingIfNeeded: entry &>> 8), Int(entry & 0xFF)) }
        for length in Self.tableBits + 1...CanonicalHuffman.maximumLength {
            let word = UInt32(truncatingIfNeeded: bits &>> UInt64(64 - length))
            if word >= first[length], word - first[length] < number[length] {
                return (UInt16(truncatingIfNeeded: order[place[length] + Int(word - first[length])]), length)
            }
        }
        return nil
    }
}
