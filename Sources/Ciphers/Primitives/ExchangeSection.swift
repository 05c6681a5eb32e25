/// The partners for 4096 exchanges of a shuffle: section k has those of the elements n − 1 − 4096k and below, the highest first. Its numbers
/// begin at byte 65,536k of the stream.
struct ExchangeSection {
    private static let exchangeCount = 4096
    /// Exchanges whose partners are drawn together.
    private static let batchCount = Draws.count
    private static let streamBlocks = 4096

    private var partners = [UInt32](repeating: 0, count: exchangeCount)
    /// Of each batch, whether it is whole and no element has its partner in its own group of four.
    private var areApart = [Bool](repeating: false, count: exchangeCount / batchCount)
    /// One more than the highest element.
    private var limit = 0
    private var count = 0

    /// The number of sections for so many elements.
    static func count(of elementCount: Int) -> Int { (max(1, elementCount) - 1 + exchangeCount - 1) / exchangeCount }

    /// - Parameters:
    ///   - section: below ``count(of:)``.
    ///   - elementCount: at most 2^31.
    mutating func draw(_ section: Int, of elementCount: Int, from stream: inout PseudorandomStream) throws(CipherError) {
        limit = elementCount - section * Self.exchangeCount
        count = min(Self.exchangeCount, limit - 1)
        try stream.seek(toBlock: UInt32(section * Self.streamBlocks))
        for batch in 0..<batches {
            let places = places(of: batch)
            let draws = try places.count == Self.batchCount ? drawTogether(places.lowerBound, from: &stream) : nil
            areApart[batch] = draws?.areApart ?? false
            guard draws == nil else { continue }
            for place in places { partners[place] = try stream.next(below: UInt32(limit - place)) }
        }
    }

    /// - Returns: nil where a number might be rejected, or words run out; no word is used up then.
    private mutating func drawTogether(_ start: Int, from stream: inout PseudorandomStream) throws(CipherError) -> Draws? {
        var draws = Draws(mayReject: true, areApart: false)
        let limit = UInt32(truncatingIfNeeded: limit &- start)
        let isDrawn = try stream.withNextWords(Self.batchCount) { words in
            partners.withUnsafeMutableBufferPointer { partners in
                let partners = UnsafeMutableBufferPointer(rebasing: partners[start..<start &+ Self.batchCount])
                draws = Draws.draw(words, below: limit, into: partners)
                return !draws.mayReject
            }
        }
        return isDrawn ? draws : nil
    }

    /// Exchanges the elements, the highest first.
    ///
    /// - Parameter elements: as many as the section was drawn for, so that no place below is outside them.
    func exchange(_ elements: UnsafeMutableBufferPointer<UInt16>) {
        guard let start = elements.baseAddress else { return }
        partners.withUnsafeBufferPointer { partners in
            for batch in 0..<batches {
                let places = places(of: batch)
                if areApart[batch] {
                    for place in stride(from: places.lowerBound, to: places.upperBound, by: 4) {
                        var group = ElementGroup(start, limit &- 4 &- place)
                        for step in 0..<4 { group.exchange(3 &- step, with: partners[place &+ step]) }
                        group.store()
                    }
                } else {
                    for place in places { elements.swapAt(limit - 1 - place, Int(partners[place])) }
                }
            }
        }
    }

    /// Undoes ``exchange(_:)``.
    func undo(_ elements: UnsafeMutableBufferPointer<UInt16>) {
        guard let start = elements.baseAddress else { return }
        partners.withUnsafeBufferPointer { partners in
            for batch in (0..<batches).reversed() {
                let places = places(of: batch)
                if areApart[batch] {
                    var place = places.upperBound
                    while place > places.lowerBound {
                        place &-= 4
                        var group = ElementGroup(start, limit &- 4 &- place)
                        for step in 0..<4 { group.exchange(step, with: partners[place &+ 3 &- step]) }
                        group.store()
                    }
                } else {
                    for place in places.reversed() { elements.swapAt(limit - 1 - place, Int(partners[place])) }
                }
            }
        }
    }

    private var batches: Int { (count + Self.batchCount - 1) / Self.batchCount }

    private func places(of batch: Int) -> Range<Int> {
        batch * Self.batchCount..<min(count, (batch + 1) * Self.batchCount)
    }
}

/// Four neighbours, read and written at once: a processor stores two bytes no faster than eight.
private struct ElementGroup {
    private let elements: UnsafeMutablePointer<UInt16>
    private let start: UnsafeMutableRawPointer
    private let old: UInt64
    private var new: UInt64 = 0

    @inline(__always)
    init(_ elements: UnsafeMutablePointer<UInt16>, _ first: Int) {
        self.elements = elements
        start = UnsafeMutableRawPointer(elements + first)
        old = UInt64(littleEndian: start.loadUnaligned(as: UInt64.self))
    }

    /// Exchanges one of the four with an element outside.
    @inline(__always)
    mutating func exchange(_ position: Int, with partner: UInt32) {
        let shift = UInt64(truncatingIfNeeded: 16 &* position)
        new |= UInt64(elements[Int(partner)]) &<< shift
        elements[Int(partner)] = UInt16(truncatingIfNeeded: old &>> shift)
    }

    @inline(__always)
    func store() { start.storeBytes(of: new.littleEndian, as: UInt64.self) }
}
