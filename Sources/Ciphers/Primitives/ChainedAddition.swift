/// Sums along the samples modulo 2^bits: each result is added to the next sample.
///
/// Sums look random and protect nothing: differences of neighbours undo them without a key.
enum ChainedAddition {
    /// o(i) = p(i) + k(i) + o(i − 1), o(−1) = 0.
    static func forward(_ samples: inout [UInt16], mask: UInt16, key: (Int) -> UInt16) {
        var previous: UInt16 = 0
        for index in samples.indices {
            previous = (samples[index] &+ key(index) &+ previous) & mask
            samples[index] = previous
        }
    }

    /// Undoes ``forward(_:mask:key:)``.
    static func undoForward(_ samples: inout [UInt16], mask: UInt16, key: (Int) -> UInt16) {
        var previous: UInt16 = 0
        for index in samples.indices {
            let sum = samples[index]
            samples[index] = (sum &- key(index) &- previous) & mask
            previous = sum
        }
    }

    /// o(i) = p(i) + k(i) + o(i + 1), o(n) = 0.
    static func backward(_ samples: inout [UInt16], mask: UInt16, key: (Int) -> UInt16) {
        var next: UInt16 = 0
        for index in samples.indices.reversed() {
            next = (samples[index] &+ key(index) &+ next) & mask
            samples[index] = next
        }
    }

    /// Undoes ``backward(_:mask:key:)``.
    static func undoBackward(_ samples: inout [UInt16], mask: UInt16, key: (Int) -> UInt16) {
        var next: UInt16 = 0
        for index in samples.indices.reversed() {
            let sum = samples[index]
            samples[index] = (sum &- key(index) &- next) & mask
            next = sum
        }
    }
}

extension PseudorandomStream {
    /// A number of `bits` bits for each sample: of a byte for samples of at most 8 bits, else of two bytes, little endian; their low bits.
    mutating func masks(_ count: Int, bits: Int) throws(CipherError) -> [UInt16] {
        let mask = UInt16(truncatingIfNeeded: (1 << bits) - 1)
        if bits <= 8 { return try bytes(count).map { UInt16($0) & mask } }
        let bytes = try bytes(2 * count)
        return bytes.withUnsafeBytes { bytes in
            [UInt16](unsafeUninitializedCapacity: count) { result, initialised in
                for index in 0..<count {
                    let word = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))
                    result.initializeElement(at: index, to: word & mask)
                }
                initialised = count
            }
        }
    }
}
