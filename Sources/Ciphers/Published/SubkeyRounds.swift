/// `subkey-rounds`: twice, rows and columns change places by a sub-key, then each sample is summed with those before and behind it.
///
/// After Hua, Yi, Zhou: Medical image encryption using high-speed scrambling and pixel adaptive diffusion, Signal Processing 144 (2018). The
/// amount that is added depends on the neighbour before: o(i) = p(i) + k(i) + o(i − 1) forwards, the same backwards. Yu, Gong, Wang
/// (2020) broke the published scheme with chosen ciphertexts (``CodebookAttack``).
public struct SubkeyRounds: FrameCipher {
    public static let rounds = 2

    public let name = CipherName.subkeyRounds.rawValue
    public let strength = CipherStrength.legacy("chosen ciphertexts give a codebook: one sample of it changes a few of the image")

    /// Whether a ring of random pixels is laid around each frame first, as published: the ciphertext has two rows and columns more.
    public let hasBorder: Bool

    public init(hasBorder: Bool = false) { self.hasBorder = hasBorder }

    public func encrypt(_ plane: Plane, key: StageKey) throws(CipherError) -> Ciphertext {
        .plane(try encryptFrames(of: hasBorder ? try Border.added(to: plane, key) : plane, key: key))
    }

    public func decrypt(_ ciphertext: Ciphertext, key: StageKey) throws(CipherError) -> Plane {
        let plane = try decryptFrames(of: try ciphertext.plane(), key: key)
        return hasBorder ? try Border.removed(from: plane) : plane
    }

    func encrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        for round in 0..<Self.rounds {
            let subkey = try Subkey(frame, key, round: round)
            let old = frame.samples
            for y in 0..<frame.height {
                let source = subkey.rows[y] * frame.width
                for x in 0..<frame.width { frame.samples[y * frame.width + x] = old[source + subkey.columns[x]] }
            }
            ChainedAddition.forward(&frame.samples, mask: frame.mask) { subkey.forward[$0] }
            ChainedAddition.backward(&frame.samples, mask: frame.mask) { subkey.backward[$0] }
        }
    }

    func decrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError) {
        for round in (0..<Self.rounds).reversed() {
            let subkey = try Subkey(frame, key, round: round)
            ChainedAddition.undoBackward(&frame.samples, mask: frame.mask) { subkey.backward[$0] }
            ChainedAddition.undoForward(&frame.samples, mask: frame.mask) { subkey.forward[$0] }
            let old = frame.samples
            for y in 0..<frame.height {
                let target = subkey.rows[y] * frame.width
                for x in 0..<frame.width { frame.samples[target + subkey.columns[x]] = old[y * frame.width + x] }
            }
        }
    }

    /// The parts of a round's key: the order of rows, the order of columns, the masks forwards, the masks backwards.
    private struct Subkey {
        let rows, columns: [Int]
        let forward, backward: [UInt16]

        init(_ frame: FrameGrid, _ key: StageKey, round: Int) throws(CipherError) {
            let subkey = try StageKey(bytes: key.derivedBytes("round \(round)", byteCount: StageKey.byteCount))
            var order = try PseudorandomStream(subkey, "order")
            rows = try FisherYatesShuffle.permutation(frame.height) { () throws(CipherError) in try order.nextWord() }
            columns = try FisherYatesShuffle.permutation(frame.width) { () throws(CipherError) in try order.nextWord() }
            var masks = try PseudorandomStream(subkey, "mask")
            forward = try masks.masks(frame.samples.count, bits: frame.bits)
            backward = try masks.masks(frame.samples.count, bits: frame.bits)
        }
    }
}

/// A ring of random pixels, one wide, around each frame.
enum Border {
    /// The ring's samples, row by row, are masks from the stream "border" of the frame's key.
    static func added(to plane: Plane, _ key: StageKey) throws(CipherError) -> Plane {
        let (width, height, channels) = (plane.width + 2, plane.height + 2, plane.channels)
        let row = plane.width * channels
        let ringCount = (2 * width + 2 * plane.height) * channels
        var samples: [UInt16] = []
        for frame in 0..<plane.frames {
            var stream = try PseudorandomStream(key.frame(frame), "border")
            var ring = try stream.masks(ringCount, bits: plane.bits)[...]
            func take(_ count: Int) {
                samples += ring.prefix(count)
                ring = ring.dropFirst(count)
            }
            take(width * channels)
            for y in 0..<plane.height {
                take(channels)
                let start = frame * plane.frameSampleCount + y * row
                samples += plane.samples[start..<start + row]
                take(channels)
            }
            take(width * channels)
        }
        return try Plane(
            width: width, height: height, channels: channels, frames: plane.frames, bits: plane.bits, isSigned: plane.isSigned,
            samples: samples)
    }

    /// - Throws: ``CipherError`` `malformed` for a plane that is all ring.
    static func removed(from plane: Plane) throws(CipherError) -> Plane {
        guard plane.width > 2, plane.height > 2 else { throw CipherError(.malformed, "no image is inside the border") }
        let row = plane.width * plane.channels
        var samples: [UInt16] = []
        for frame in 0..<plane.frames {
            for y in 1..<plane.height - 1 {
                let start = frame * plane.frameSampleCount + y * row
                samples += plane.samples[start + plane.channels..<start + row - plane.channels]
            }
        }
        return try Plane(
            width: plane.width - 2, height: plane.height - 2, channels: plane.channels, frames: plane.frames, bits: plane.bits,
            isSigned: plane.isSigned, samples: samples)
    }
}
