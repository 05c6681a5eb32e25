/// Samples of 1 … 16 bits as a string of bits: bit j of sample i is bit i · bits + j of the string, and bit n of the string is bit n mod 8
/// of byte n div 8. Bits behind the last sample are 0.
enum PackedSamples {
    static func byteCount(samples: Int, bits: Int) -> Int { (samples * bits + 7) / 8 }

    static func pack(_ samples: [UInt16], bits: Int) -> [UInt8] { pack(samples[...], bits: bits) }

    static func pack(_ samples: ArraySlice<UInt16>, bits: Int) -> [UInt8] {
        let count = byteCount(samples: samples.count, bits: bits)
        return [UInt8](unsafeUninitializedCapacity: count) { bytes, initialised in
            let raw = UnsafeMutableRawBufferPointer(bytes)
            samples.withUnsafeBufferPointer { samples in
                switch bits {
                case 8: for index in samples.indices { raw[index] = UInt8(truncatingIfNeeded: samples[index]) }
                case 16:
                    for index in samples.indices {
                        raw.storeBytes(of: samples[index].littleEndian, toByteOffset: 2 &* index, as: UInt16.self)
                    }
                // The usual numbers of bits are constants in loops of their own: shifts by constants are faster.
                case 10: pack(samples, 10, into: raw)
                case 12: pack(samples, 12, into: raw)
                case 14: pack(samples, 14, into: raw)
                default: pack(samples, UInt64(bits), into: raw)
                }
            }
            initialised = count
        }
    }

    /// Eight samples fill as many bytes as a sample has bits: whole groups of them do not depend on each other.
    @inline(__always)
    private static func pack(_ samples: UnsafeBufferPointer<UInt16>, _ bits: UInt64, into bytes: UnsafeMutableRawBufferPointer) {
        let four = FourSamples(bits: bits)
        let source = UnsafeRawBufferPointer(samples)
        var (index, position) = (0, 0)
        // Each group writes 16 bytes; what is too much is written over by the next, or by the rest below.
        while index &+ 8 <= samples.count, position &+ 16 <= bytes.count {
            let low = four.packed(source.loadUnaligned(fromByteOffset: 2 &* index, as: UInt64.self))
            let high = four.packed(source.loadUnaligned(fromByteOffset: 2 &* index &+ 8, as: UInt64.self))
            let upper = 4 &* bits
            bytes.storeBytes(of: (low | high &<< upper).littleEndian, toByteOffset: position, as: UInt64.self)
            bytes.storeBytes(of: (high &>> (64 &- upper)).littleEndian, toByteOffset: position &+ 8, as: UInt64.self)
            index &+= 8
            position &+= Int(bits)
        }
        var (held, available): (UInt64, UInt64) = (0, 0)
        while position < bytes.count {
            while available < 8, index < samples.count {
                held |= UInt64(samples[index]) &<< available
                available &+= bits
                index &+= 1
            }
            bytes[position] = UInt8(truncatingIfNeeded: held)
            held &>>= 8
            available = available < 8 ? 0 : available &- 8
            position &+= 1
        }
    }

    /// - Throws: ``CipherError`` `malformed` for another number of bytes, or a bit behind the last sample that is not 0.
    static func unpack(_ bytes: ArraySlice<UInt8>, count: Int, bits: Int) throws(CipherError) -> [UInt16] {
        // Before there is room for them: a few bytes may announce gigabytes.
        try checkByteCount(bytes, samples: count, bits: bits)
        var samples = [UInt16](repeating: 0, count: count)
        try samples.withUnsafeMutableBufferPointer { (samples: inout UnsafeMutableBufferPointer<UInt16>) throws(CipherError) in
            try unpack(bytes, bits: bits, into: samples)
        }
        return samples
    }

    /// - Throws: as ``unpack(_:count:bits:)``.
    static func unpack(_ bytes: ArraySlice<UInt8>, bits: Int, into samples: UnsafeMutableBufferPointer<UInt16>) throws(CipherError) {
        try checkByteCount(bytes, samples: samples.count, bits: bits)
        let used = samples.count * bits % 8
        guard used == 0 || (bytes.last ?? 0) >> UInt8(used) == 0 else { throw CipherError(.malformed, "bits behind the last sample") }
        bytes.withUnsafeBytes { raw in
            var index = 0
            switch bits {
            case 8: while index < samples.count { (samples[index], index) = (UInt16(raw[index]), index &+ 1) }
            case 16:
                while index < samples.count {
                    samples[index] = UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))
                    index &+= 1
                }
            case 10: index = unpackGroups(raw, 10, into: samples)
            case 12: index = unpackGroups(raw, 12, into: samples)
            case 14: index = unpackGroups(raw, 14, into: samples)
            default: index = unpackGroups(raw, UInt64(bits), into: samples)
            }
            let string = BitString(raw, bits: bits)
            while index < samples.count { (samples[index], index) = (string[index], index &+ 1) }
        }
    }

    private static func checkByteCount(_ bytes: ArraySlice<UInt8>, samples: Int, bits: Int) throws(CipherError) {
        guard bytes.count == byteCount(samples: samples, bits: bits) else {
            throw CipherError(.malformed, "\(bytes.count) bytes for \(samples) samples of \(bits) bits")
        }
    }

    /// Whole groups of eight samples, as ``pack(_:_:into:)`` makes them.
    ///
    /// - Returns: the first sample that is left, since a group is read as 16 bytes.
    @inline(__always)
    private static func unpackGroups(
        _ bytes: UnsafeRawBufferPointer, _ bits: UInt64, into samples: UnsafeMutableBufferPointer<UInt16>
    ) -> Int {
        let four = FourSamples(bits: bits)
        let target = UnsafeMutableRawBufferPointer(samples)
        var (index, position) = (0, 0)
        while index &+ 8 <= samples.count, position &+ 16 <= bytes.count {
            let low = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            // Four samples are at most 60 bits and begin at bit 0 or 4 of a byte.
            let high =
                UInt64(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: position &+ Int(bits &>> 1), as: UInt64.self)) &>> (4 &* (bits & 1))
            target.storeBytes(of: four.unpacked(low), toByteOffset: 2 &* index, as: UInt64.self)
            target.storeBytes(of: four.unpacked(high), toByteOffset: 2 &* index &+ 8, as: UInt64.self)
            index &+= 8
            position &+= Int(bits)
        }
        return index
    }

    /// Four samples in a word, the first one lowest: of 16 bits each, or packed.
    private struct FourSamples {
        private let gap, pairBits: UInt64
        /// The stored bits: of the first sample of each pair; of the second one behind them; of a pair.
        private let first, second, pair: UInt64

        /// - Parameter bits: 1 … 15.
        @inline(__always)
        init(bits: UInt64) {
            let sample = UInt64(1) &<< bits &- 1
            (gap, pairBits) = (16 &- bits, 2 &* bits)
            first = sample | sample &<< 32
            second = first &<< bits
            pair = UInt64(1) &<< pairBits &- 1
        }

        @inline(__always)
        func packed(_ samples: UInt64) -> UInt64 {
            let pairs = samples & first | (samples &>> gap) & second
            return pairs & pair | (pairs &>> 32) &<< pairBits
        }

        @inline(__always)
        func unpacked(_ packed: UInt64) -> UInt64 {
            let pairs = packed & pair | (packed &>> pairBits & pair) &<< 32
            return pairs & first | (pairs & second) &<< gap
        }
    }

    /// A string of bits, read by sample.
    private struct BitString {
        private let bytes: UnsafeRawBufferPointer
        private let bits: Int
        private let mask: UInt32

        init(_ bytes: UnsafeRawBufferPointer, bits: Int) {
            (self.bytes, self.bits) = (bytes, bits)
            mask = UInt32(truncatingIfNeeded: (1 << bits) - 1)
        }

        /// A sample of at most 16 bits touches at most three bytes.
        @inline(__always)
        subscript(index: Int) -> UInt16 {
            let bit = index &* bits
            let (byte, shift) = (bit &>> 3, UInt32(bit & 7))
            if byte &+ 4 <= bytes.count {
                let word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: byte, as: UInt32.self))
                return UInt16(truncatingIfNeeded: word &>> shift & mask)
            }
            var word: UInt32 = 0
            for offset in byte..<bytes.count { word |= UInt32(bytes[offset]) &<< UInt32(8 &* (offset &- byte)) }
            return UInt16(truncatingIfNeeded: word &>> shift & mask)
        }
    }

    /// The samples XOR the string of bits that the key stream is.
    ///
    /// - Parameter stream: at least as many bytes as the packed samples.
    static func combine(_ samples: inout [UInt16], bits: Int, with stream: [UInt8]) {
        precondition(stream.count >= byteCount(samples: samples.count, bits: bits), "the key stream is made for the samples")
        stream.withUnsafeBytes { stream in
            samples.withUnsafeMutableBufferPointer { samples in
                let string = BitString(stream, bits: bits)
                for index in samples.indices { samples[index] ^= string[index] }
            }
        }
    }
}
