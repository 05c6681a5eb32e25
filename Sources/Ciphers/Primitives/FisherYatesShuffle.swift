/// Uniform permutations by Fisher and Yates (Durstenfeld, Algorithm 235, 1964): for i = n − 1 … 1, the elements i and j ≤ i are exchanged.
enum FisherYatesShuffle {
    /// Exchanges the elements in place.
    static func shuffle(_ elements: inout [UInt16], with stream: inout PseudorandomStream) throws(CipherError) {
        let partners = try stream.exchangePartners(elements.count)
        elements.withUnsafeMutableBufferPointer { elements in
            partners.withUnsafeBufferPointer { partners in
                for index in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(index, Int(partners[index])) }
            }
        }
    }

    /// Undoes ``shuffle(_:with:)``, given the stream from the same place.
    static func unshuffle(_ elements: inout [UInt16], with stream: inout PseudorandomStream) throws(CipherError) {
        let partners = try stream.exchangePartners(elements.count)
        elements.withUnsafeMutableBufferPointer { elements in
            partners.withUnsafeBufferPointer { partners in
                for index in stride(from: 1, to: elements.count, by: 1) { elements.swapAt(index, Int(partners[index])) }
            }
        }
    }

    /// The permutation that takes element `result[i]` to place i.
    ///
    /// - Parameters:
    ///   - count: below 2^32.
    ///   - word: uniform numbers of 32 bits.
    static func permutation(_ count: Int, _ word: () throws(CipherError) -> UInt32) throws(CipherError) -> [Int] {
        let partners = try partners(count, word)
        var result = Array(0..<count)
        for index in stride(from: count - 1, to: 0, by: -1) { result.swapAt(index, Int(partners[index])) }
        return result
    }

    /// The partner with which each element, from the last to the second, is exchanged.
    @inline(__always)
    private static func partners(_ count: Int, _ word: () throws(CipherError) -> UInt32) throws(CipherError) -> [UInt32] {
        var partners = [UInt32](repeating: 0, count: count)
        var index = count - 1
        while index > 0 {
            let limit = UInt32(truncatingIfNeeded: index + 1)
            var product = UInt64(try word()) &* UInt64(limit)
            if UInt32(truncatingIfNeeded: product) < limit {
                let rejected = (0 &- limit) % limit
                while UInt32(truncatingIfNeeded: product) < rejected { product = UInt64(try word()) &* UInt64(limit) }
            }
            partners[index] = UInt32(truncatingIfNeeded: product &>> 32)
            index -= 1
        }
        return partners
    }

    static func inverse(_ permutation: [Int]) -> [Int] {
        var result = permutation
        for (place, element) in permutation.enumerated() { result[element] = place }
        return result
    }
}
