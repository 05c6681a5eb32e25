/// `homomorphic`: ciphertexts that a server can add. The additive stream cipher is the one to use; the modular scheme is as published and
/// broken; Paillier's is for sums over regions of small images.
public struct Homomorphic: ImageCipher {
    public enum Variant: Hashable, Sendable {
        /// ``AdditiveCipher`` for sums of so many frames, 1 … 65 536.
        case additive(summands: Int)
        /// ``ModularCipher``.
        case modular
        /// ``PaillierFrames``, one frame at a time, with a modulus of so many bits.
        case paillier(modulusBits: Int)
    }

    public static let standardSummands = 16

    public let name = CipherName.homomorphic.rawValue
    public let variant: Variant
    public var strength: CipherStrength {
        switch variant {
        case .additive: .sound
        case .modular: .legacy("a few samples of the same value give the key")
        case .paillier(let bits) where bits < 2048: .legacy("a modulus of \(bits) bits can be factored")
        case .paillier: .component("sums are blind and exact, but nothing authenticates, and its security is not that of AES-256")
        }
    }

    public init(_ variant: Variant = .additive(summands: Self.standardSummands)) { self.variant = variant }

    public func encrypt(_ plane: Plane, key: StageKey) throws(CipherError) -> Ciphertext {
        switch variant {
        case .additive(let summands):
            let frames = try AdditiveCipher(key: key).encrypt(plane, summands: summands)
            var bytes = PlaneCoding.header(of: plane) + LittleEndian.bytes(UInt32(summands))
            for frame in frames { bytes += WideValues.pack(frame.values, bits: frame.valueBits) }
            return .container(bytes)
        case .modular:
            let cipher = try ModularCipher(key)
            return .container(
                PlaneCoding.header(of: plane) + (try cipher.modulus.bytes(ModularCipher.modulusBits / 8))
                    + (try cipher.encrypt(plane.samples, key: key)))
        case .paillier(let modulusBits):
            let secret = try PaillierPrivateKey(key, modulusBits: modulusBits)
            var bytes = PlaneCoding.header(of: plane)
            for (index, frame) in try singleFrames(plane).enumerated() {
                let frames = try PaillierFrames(frame, summands: 1, key: secret.publicKey, randomness: key.frame(index))
                for number in frames.numbers { bytes += try number.bytes(secret.publicKey.ciphertextByteCount) }
            }
            return .container(bytes)
        }
    }

    public func decrypt(_ ciphertext: Ciphertext, key: StageKey) throws(CipherError) -> Plane {
        let bytes = try ciphertext.container()
        let shape = try PlaneCoding.Shape(bytes[...])
        let body = bytes[PlaneCoding.headerByteCount...]
        switch variant {
        case .additive: return try openAdditive(shape, bytes, key)
        case .modular:
            let numberByteCount = ModularCipher.modulusBits / 8
            guard body.count == (shape.sampleCount + 1) * numberByteCount else {
                throw CipherError(.malformed, "\(body.count) bytes are not the numbers of \(shape.sampleCount) samples")
            }
            return try shape.plane(try ModularCipher(key).decrypt(body.dropFirst(numberByteCount)))
        case .paillier(let modulusBits): return try openPaillier(shape, body, try PaillierPrivateKey(key, modulusBits: modulusBits))
        }
    }

    private func openAdditive(_ shape: PlaneCoding.Shape, _ bytes: [UInt8], _ key: StageKey) throws(CipherError) -> Plane {
        let start = PlaneCoding.headerByteCount + 4
        guard bytes.count >= start else { throw CipherError(.malformed, "an enciphered plane is cut off") }
        let summands = Int(LittleEndian.word(bytes, at: PlaneCoding.headerByteCount))
        guard (1...1 << 16).contains(summands) else { throw CipherError(.malformed, "sums of \(summands) frames") }
        let count = shape.sampleCount / shape.frames
        let bits = AdditiveFrame.valueBits(bits: shape.bits, summands: summands)
        let byteCount = WideValues.byteCount(count, bits: bits)
        guard bytes.count == start + shape.frames * byteCount else {
            throw CipherError(.malformed, "\(bytes.count) bytes are not the values of \(shape.sampleCount) samples")
        }
        let mask = UInt32(truncatingIfNeeded: (1 << shape.bits) - 1)
        let wide = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(bits)) - 1)
        var samples: [UInt16] = []
        for frame in 0..<shape.frames {
            let values = try WideValues.unpack(
                bytes[start + frame * byteCount..<start + (frame + 1) * byteCount], count: count, bits: bits)
            var stream = try PseudorandomStream(key.frame(frame), "mask")
            for value in values {
                let plain = (value &- (try stream.nextWord())) & wide
                let sample = plain & mask
                let isNegative = shape.isSigned && sample >> UInt32(shape.bits - 1) & 1 == 1
                guard plain & ~mask == (isNegative ? wide & ~mask : 0) else {
                    throw CipherError(.malformed, "a deciphered value is larger than a sample")
                }
                samples.append(UInt16(truncatingIfNeeded: sample))
            }
        }
        return try shape.plane(samples)
    }

    private func openPaillier(
        _ shape: PlaneCoding.Shape, _ body: ArraySlice<UInt8>, _ secret: PaillierPrivateKey
    ) throws(CipherError) -> Plane {
        let byteCount = secret.publicKey.ciphertextByteCount
        guard body.count == shape.sampleCount * byteCount else {
            throw CipherError(.malformed, "\(body.count) bytes are not the numbers of \(shape.sampleCount) samples")
        }
        let arithmetic = try BigArithmetic()
        let offset = shape.isSigned ? 1 << (shape.bits - 1) : 0
        var samples: [UInt16] = []
        for start in stride(from: body.startIndex, to: body.endIndex, by: byteCount) {
            let message = try secret.decrypt(try BigNumber(Array(body[start..<start + byteCount])), arithmetic)
            guard message.bitCount <= shape.bits else { throw CipherError(.malformed, "a deciphered number is larger than a sample") }
            samples.append(UInt16(truncatingIfNeeded: try message.integer() ^ offset))
        }
        return try shape.plane(samples)
    }

    private func singleFrames(_ plane: Plane) throws(CipherError) -> [Plane] {
        var frames: [Plane] = []
        for frame in 0..<plane.frames {
            frames.append(
                try Plane(
                    width: plane.width, height: plane.height, channels: plane.channels, bits: plane.bits, isSigned: plane.isSigned,
                    samples: Array(plane.samples[frame * plane.frameSampleCount..<(frame + 1) * plane.frameSampleCount])))
        }
        return frames
    }
}
