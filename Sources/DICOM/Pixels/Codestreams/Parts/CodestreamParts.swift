/// A frame's codestream divided into what decoding needs and everything else.
///
/// A walker names every byte that it needs; whatever it does not name is not part of ``needed``. So nothing passes by being overlooked.
struct CodestreamParts {
    /// A whole codestream of what decoding needs.
    private(set) var needed: [UInt8] = []
    /// Which stretches of ``needed`` (base) stand in the original codestream (target), counted from its first byte.
    private(set) var copies: [ByteCopy] = []
    /// Where ``needed`` holds tables of numbers that a decoder computes with and that are known to be complete, used and in order.
    private(set) var tables: [Range<Int>] = []

    private let source: ArraySlice<UInt8>
    private let offset: Int

    /// - Parameters:
    ///   - source: the codestream.
    ///   - offset: where it begins in what the copies count in, for a codestream inside of a file of boxes.
    init(_ source: ArraySlice<UInt8>, offset: Int = 0) {
        self.source = source
        self.offset = offset
        needed.reserveCapacity(source.count)
    }

    /// Takes bytes over from the codestream; they are counted from its first byte.
    mutating func keep(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let copy = ByteCopy(base: needed.count, target: offset + range.lowerBound, count: range.count)
        if let last = copies.last, last.base + last.count == copy.base, last.target + last.count == copy.target {
            copies[copies.count - 1].count += copy.count
        } else {
            copies.append(copy)
        }
        needed += source[source.startIndex + range.lowerBound..<source.startIndex + range.upperBound]
    }

    /// Puts bytes of our own in place of some of the codestream.
    mutating func put(_ bytes: [UInt8]) {
        needed += bytes
    }

    /// Marks the last bytes as a table.
    mutating func markTable(_ count: Int) {
        tables.append(needed.count - count..<needed.count)
    }
}
