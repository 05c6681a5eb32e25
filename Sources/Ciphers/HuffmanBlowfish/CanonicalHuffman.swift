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
        let order = order
        // For each length, the first word of it, the number of words, and the place of the first word's symbol.
        var first = [UInt32](repeating: 0, count: Self.maximumLength + 1)
        var number = first
        for symbol in order { number[Int(lengths[symbol])] += 1 }
        var place = [Int](repeating: 0, count: Self.maximumLength + 1)
        for length in 1...Self.maximumLength {
            first[length] = (first[length - 1] + number[length - 1]) << 1
            place[length] = place[length - 1] + Int(number[length - 1])
        }
        var symbols: [UInt16] = []
        symbols.reserveCapacity(count)
        var (word, length, used): (UInt32, Int, Int) = (0, 0, 0)
        for byte in bytes {
            used += 1
            for bit in (0..<8).reversed() {
                guard symbols.count < count else { break }
                word = word << 1 | UInt32(byte >> UInt8(bit) & 1)
                length += 1
                guard length <= Self.maximumLength else { throw CipherError(.malformed, "bits that are no word of the code") }
                if word >= first[length], word - first[length] < number[length] {
                    symbols.append(UInt16(truncatingIfNeeded: order[place[length] + Int(word - first[length])]))
                    (word, length) = (0, 0)
                }
            }
            if symbols.count == count { break }
        }
        guard symbols.count == count, used == bytes.count else { throw CipherError(.malformed, "words are cut off, or bytes follow them") }
        return symbols
    }
}
