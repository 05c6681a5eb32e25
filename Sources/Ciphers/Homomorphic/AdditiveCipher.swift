/// Frames whose sums and differences a server computes without a key: c = (p + k) mod M, with M = 2^(bits + ⌈log2 summands⌉).
///
/// Castelluccia, Mykletun, Tsudik: Efficient Aggregation of Encrypted Data in Wireless Sensor Networks, 2005. The key stream is
/// AES-256-CTR, another for each frame; so a frame's ciphertext tells nothing of it, and a sum opens with the sum of the key streams.
/// Nothing authenticates: a server that lies is not noticed.
public struct AdditiveFrame: Hashable, Sendable {
    /// How often a frame is in a sum; below 0 where it was subtracted.
    public struct Term: Hashable, Sendable {
        public let frame: Int
        public let coefficient: Int
    }

    public let width, height, channels, bits: Int
    public let isSigned: Bool
    /// The most frames, or samples of a region, that a sum may have: 1 … 65 536.
    public let summands: Int
    /// In the order of their frames' numbers, none of them 0.
    public let terms: [Term]
    /// Each below 2^``valueBits``.
    let values: [UInt32]

    /// Bits of a ciphertext's value, at most 32.
    public var valueBits: Int { Self.valueBits(bits: bits, summands: summands) }

    static func valueBits(bits: Int, summands: Int) -> Int { bits + Int.bitWidth - (summands - 1).leadingZeroBitCount }

    var mask: UInt32 { UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(valueBits)) - 1) }

    /// The frame plus another one, sample by sample. Needs no key.
    ///
    /// - Throws: ``CipherError`` `invalidShape` for another shape, `tooLong` above ``summands`` frames.
    public func adding(_ other: AdditiveFrame) throws(CipherError) -> AdditiveFrame { try combined(other, sign: 1) }

    /// The frame minus another one, sample by sample. Needs no key.
    ///
    /// - Throws: as ``adding(_:)``.
    public func subtracting(_ other: AdditiveFrame) throws(CipherError) -> AdditiveFrame { try combined(other, sign: -1) }

    private func combined(_ other: AdditiveFrame, sign: Int) throws(CipherError) -> AdditiveFrame {
        guard
            (width, height, channels) == (other.width, other.height, other.channels),
            (bits, isSigned, summands) == (other.bits, other.isSigned, other.summands)
        else { throw CipherError(.invalidShape, "frames of different shapes have no sum") }
        var coefficients: [Int: Int] = [:]
        for term in terms { coefficients[term.frame, default: 0] += term.coefficient }
        for term in other.terms { coefficients[term.frame, default: 0] += sign * term.coefficient }
        let mask = mask
        return try AdditiveFrame(
            like: self,
            terms: coefficients.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { Term(frame: $0.key, coefficient: $0.value) },
            values: zip(values, other.values).map { (sign > 0 ? $0 &+ $1 : $0 &- $1) & mask })
    }

    /// The sum of the samples at some places. Needs no key.
    ///
    /// - Throws: ``CipherError`` `tooLong` for more than ``summands`` samples in all terms together, `invalidParameter` for a place outside.
    public func sum(at places: [Int]) throws(CipherError) -> AdditiveRegionSum {
        guard places.allSatisfy(values.indices.contains) else { throw CipherError(.invalidParameter, "a place outside the frame") }
        guard weight * places.count <= summands else {
            throw CipherError(.tooLong, "\(places.count) samples, where a sum may have \(summands) summands")
        }
        return AdditiveRegionSum(frame: self, places: places, value: places.reduce(0) { ($0 &+ values[$1]) & mask })
    }

    /// How many frames are in the sum, each as often as it is.
    var weight: Int { terms.reduce(0) { $0 + abs($1.coefficient) } }

    init(like other: AdditiveFrame, terms: [Term], values: [UInt32]) throws(CipherError) {
        self.init(
            width: other.width, height: other.height, channels: other.channels, bits: other.bits, isSigned: other.isSigned,
            summands: other.summands, terms: terms, values: values)
        guard weight <= summands else { throw CipherError(.tooLong, "\(weight) frames, where a sum may have \(summands)") }
    }

    init(
        width: Int, height: Int, channels: Int, bits: Int, isSigned: Bool, summands: Int, terms: [Term], values: [UInt32]
    ) {
        (self.width, self.height, self.channels, self.bits) = (width, height, channels, bits)
        (self.isSigned, self.summands, self.terms, self.values) = (isSigned, summands, terms, values)
    }

    /// The sum that a value below 2^``valueBits`` stands for, among the sums that `times` samples of each term can have.
    func decoded(_ value: UInt32, times: Int = 1) -> Int {
        let largest = isSigned ? (1 << (bits - 1)) - 1 : (1 << bits) - 1
        let smallest = isSigned ? -(1 << (bits - 1)) : 0
        let least = times * terms.reduce(0) { $0 + $1.coefficient * ($1.coefficient > 0 ? smallest : largest) }
        return least + Int((value &- UInt32(truncatingIfNeeded: least)) & mask)
    }
}

/// The sum of the samples of a region, still enciphered.
public struct AdditiveRegionSum: Hashable, Sendable {
    let frame: AdditiveFrame
    public let places: [Int]
    let value: UInt32
}

/// The client's half: enciphers frames and opens sums.
public struct AdditiveCipher: Sendable {
    private let key: StageKey

    public init(key: StageKey) { self.key = key }

    /// One ciphertext for each frame of the plane.
    ///
    /// - Parameter summands: the most frames, or samples of a region, that a sum may have.
    /// - Throws: ``CipherError`` `invalidParameter` outside 1 … 65 536, `library`.
    public func encrypt(_ plane: Plane, summands: Int) throws(CipherError) -> [AdditiveFrame] {
        guard (1...1 << 16).contains(summands) else {
            throw CipherError(.invalidParameter, "sums of 1 to 65 536 frames, not of \(summands)")
        }
        var frames: [AdditiveFrame] = []
        let mask = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(AdditiveFrame.valueBits(bits: plane.bits, summands: summands))) - 1)
        for number in 0..<plane.frames {
            var stream = try PseudorandomStream(key.frame(number), "mask")
            var values: [UInt32] = []
            values.reserveCapacity(plane.frameSampleCount)
            for place in number * plane.frameSampleCount..<(number + 1) * plane.frameSampleCount {
                let value = UInt32(truncatingIfNeeded: plane.value(of: plane.samples[place]))
                values.append((value &+ (try stream.nextWord())) & mask)
            }
            frames.append(
                AdditiveFrame(
                    width: plane.width, height: plane.height, channels: plane.channels, bits: plane.bits, isSigned: plane.isSigned,
                    summands: summands, terms: [AdditiveFrame.Term(frame: number, coefficient: 1)], values: values))
        }
        return frames
    }

    /// The sums, sample by sample, exactly.
    ///
    /// - Throws: ``CipherError`` `library`.
    public func open(_ frame: AdditiveFrame) throws(CipherError) -> [Int] {
        let keys = try keys(frame)
        return zip(frame.values, keys).map { frame.decoded($0 &- $1) }
    }

    /// The sum of a region, exactly.
    ///
    /// - Throws: ``CipherError`` `library`.
    public func open(_ sum: AdditiveRegionSum) throws(CipherError) -> Int {
        let keys = try keys(sum.frame)
        return sum.frame.decoded(sum.places.reduce(sum.value) { $0 &- keys[$1] }, times: sum.places.count)
    }

    /// Sums of key streams, not reduced.
    private func keys(_ frame: AdditiveFrame) throws(CipherError) -> [UInt32] {
        var keys = [UInt32](repeating: 0, count: frame.values.count)
        for term in frame.terms {
            var stream = try PseudorandomStream(key.frame(term.frame), "mask")
            let factor = UInt32(truncatingIfNeeded: term.coefficient)
            for index in keys.indices { keys[index] &+= try stream.nextWord() &* factor }
        }
        return keys
    }
}
