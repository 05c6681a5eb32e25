/// Frames enciphered by Paillier's scheme, one number for each place: all frames' samples at a place are packed into it, so that one sum
/// over a region gives the sum of every frame.
///
/// Signed samples are stored with 2^(bits − 1) added, which opening takes off again.
public struct PaillierFrames: Sendable {
    public let frames, bits: Int
    public let isSigned: Bool
    /// The most samples that a sum may have: 1 … 2^24.
    public let summands: Int
    let numbers: [BigNumber]

    /// Bits for the sum of one frame.
    static func slotBits(bits: Int, summands: Int) -> Int { bits + Int.bitWidth - (summands - 1).leadingZeroBitCount }

    /// Enciphers a plane of one channel or more; a place is a sample of a frame.
    ///
    /// - Parameter randomness: gives r for each number, 8 bytes more than n, reduced modulo n.
    /// - Throws: ``CipherError`` `tooLong` where the frames do not fit into one number, `invalidParameter`, `library`.
    public init(_ plane: Plane, summands: Int, key: PaillierPublicKey, randomness: StageKey) throws(CipherError) {
        guard (1...1 << 24).contains(summands) else {
            throw CipherError(.invalidParameter, "sums of 1 to 2^24 samples, not of \(summands)")
        }
        let slot = Self.slotBits(bits: plane.bits, summands: summands)
        guard slot * plane.frames <= key.messageBits else {
            throw CipherError(.tooLong, "\(plane.frames) frames of \(slot) bits do not fit into \(key.messageBits) bits")
        }
        (frames, bits, isSigned, self.summands) = (plane.frames, plane.bits, plane.isSigned, summands)
        let arithmetic = try BigArithmetic()
        var stream = try PseudorandomStream(randomness, "random")
        let offset: UInt16 = plane.isSigned ? 1 << UInt16(plane.bits - 1) : 0
        var numbers: [BigNumber] = []
        for place in 0..<plane.frameSampleCount {
            let values = (0..<plane.frames).map { UInt32(plane.samples[$0 * plane.frameSampleCount + place] ^ offset) }
            let message = try BigNumber(Self.packed(values, slot: slot))
            let wide = try BigNumber(try stream.bytes(key.modulus.bitCount / 8 + 8))
            let random = try arithmetic.remainder(wide, key.modulus)
            numbers.append(try key.encrypt(message, random: random, arithmetic))
        }
        self.numbers = numbers
    }

    /// Big endian, the first frame lowest.
    private static func packed(_ values: [UInt32], slot: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (values.count * slot + 7) / 8)
        for (frame, value) in values.enumerated() {
            for bit in 0..<slot where bit < 32 && value >> UInt32(bit) & 1 == 1 {
                let place = frame * slot + bit
                bytes[bytes.count - 1 - place / 8] |= 1 << UInt8(place % 8)
            }
        }
        return bytes
    }

    /// The sum of the samples at some places, of every frame. Needs no private key.
    ///
    /// - Throws: ``CipherError`` `tooLong` above ``summands`` places, `invalidParameter` for none or one outside, `library`.
    public func sum(at places: [Int], key: PaillierPublicKey) throws(CipherError) -> PaillierSum {
        guard places.count <= summands else { throw CipherError(.tooLong, "\(places.count) samples, where a sum may have \(summands)") }
        guard let first = places.first, places.allSatisfy(numbers.indices.contains) else {
            throw CipherError(.invalidParameter, "no place, or one outside the frames")
        }
        let arithmetic = try BigArithmetic()
        var total = numbers[first]
        for place in places.dropFirst() { total = try key.sum(total, numbers[place], arithmetic) }
        return PaillierSum(
            count: places.count, frames: frames, bits: bits, isSigned: isSigned, summands: summands,
            bytes: try total.bytes(key.ciphertextByteCount))
    }
}

/// A region's sum in every frame, still enciphered.
public struct PaillierSum: Hashable, Sendable {
    /// Samples that were added in each frame.
    public let count: Int
    public let frames, bits: Int
    public let isSigned: Bool
    public let summands: Int
    /// Big endian.
    public let bytes: [UInt8]
}

extension PaillierPrivateKey {
    /// The region's sum in each frame, exactly.
    ///
    /// - Throws: ``CipherError`` `malformed`, `library`.
    public func open(_ sum: PaillierSum) throws(CipherError) -> [Int] {
        let arithmetic = try BigArithmetic()
        let slot = PaillierFrames.slotBits(bits: sum.bits, summands: sum.summands)
        let message = try decrypt(try BigNumber(sum.bytes), arithmetic)
        guard message.bitCount <= slot * sum.frames else { throw CipherError(.malformed, "a sum has more bits than its frames") }
        let bytes = Array(try message.bytes((slot * sum.frames + 7) / 8).reversed())
        let offset = sum.isSigned ? sum.count << (sum.bits - 1) : 0
        return (0..<sum.frames).map { frame in
            var value = 0
            for bit in 0..<slot where bytes[(frame * slot + bit) / 8] >> UInt8((frame * slot + bit) % 8) & 1 == 1 { value |= 1 << bit }
            return value - offset
        }
    }

    /// The samples themselves.
    ///
    /// - Throws: ``CipherError`` `malformed`, `library`.
    public func open(_ frames: PaillierFrames) throws(CipherError) -> [[Int]] {
        var result = [[Int]](repeating: [], count: frames.frames)
        for number in frames.numbers {
            let values = try open(
                PaillierSum(
                    count: 1, frames: frames.frames, bits: frames.bits, isSigned: frames.isSigned, summands: frames.summands,
                    bytes: try number.bytes(publicKey.ciphertextByteCount)))
            for (frame, value) in values.enumerated() { result[frame].append(value) }
        }
        return result
    }
}
