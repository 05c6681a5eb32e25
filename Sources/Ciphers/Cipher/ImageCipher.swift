/// A cipher for images: every stored bit of every sample comes back.
///
/// One key enciphers one image (``StageKey``). Where a cipher breaks if a key is used twice, its ``strength`` says so or an attack in this
/// module shows it.
public protocol ImageCipher: Sendable {
    /// As on command lines, or in tables.
    var name: String { get }
    var strength: CipherStrength { get }

    /// - Throws: ``CipherError``: `library`, `tooLong`, and `invalidParameter` for images outside a cipher's limits.
    func encrypt(_ plane: Plane, key: StageKey) throws(CipherError) -> Ciphertext

    /// The inverse of ``encrypt(_:key:)`` under the same key. Under another key an authenticated cipher throws `notAuthentic`, any other
    /// gives some other plane or throws `malformed`.
    ///
    /// - Throws: ``CipherError``: also `malformed`, `notAuthentic`, `invalidShape`.
    func decrypt(_ ciphertext: Ciphertext, key: StageKey) throws(CipherError) -> Plane
}

/// The ground of a cipher's protection.
public enum CipherStrength: Hashable, Sendable {
    /// On AES-256 alone, as far as a key enciphers one image.
    case sound
    /// On AES-256, but it keeps something of the image; sound beside another sound cipher, not alone.
    case component(String)
    /// On nothing that is trusted; the text names the weakness.
    case legacy(String)

    /// Whether the cipher may be the only protection of an image.
    public var isSufficientAlone: Bool { self == .sound }
}

/// The output of a cipher.
public enum Ciphertext: Hashable, Sendable {
    /// Samples of as many bits as the plain ones.
    case plane(Plane)
    /// Bytes, where the ciphertext is longer or shorter than the image.
    case container([UInt8])

    /// The plane.
    ///
    /// - Throws: ``CipherError`` `malformed` for a container.
    func plane() throws(CipherError) -> Plane {
        guard case .plane(let plane) = self else { throw CipherError(.malformed, "this cipher makes planes, not containers") }
        return plane
    }

    /// The container.
    ///
    /// - Throws: ``CipherError`` `malformed` for a plane.
    func container() throws(CipherError) -> [UInt8] {
        guard case .container(let bytes) = self else { throw CipherError(.malformed, "this cipher makes containers, not planes") }
        return bytes
    }

    /// Bits of the ciphertext, without the shape of a plane.
    public var bitCount: Int {
        switch self {
        case .plane(let plane): plane.samples.count * plane.bits
        case .container(let bytes): bytes.count * 8
        }
    }
}

/// The samples of one frame as a grid; the channels of a pixel are neighbours in its row.
struct FrameGrid {
    /// Columns of samples: pixels times channels.
    let width: Int
    let height: Int
    let bits: Int
    var samples: [UInt16]

    var mask: UInt16 { UInt16(truncatingIfNeeded: (1 << bits) - 1) }
}

/// A cipher that works on each frame by itself, in place, under a key of the frame's own.
protocol FrameCipher: ImageCipher {
    func encrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError)
    func decrypt(_ frame: inout FrameGrid, key: StageKey) throws(CipherError)
}

extension FrameCipher {
    public func encrypt(_ plane: Plane, key: StageKey) throws(CipherError) -> Ciphertext {
        .plane(try encryptFrames(of: plane, key: key))
    }

    public func decrypt(_ ciphertext: Ciphertext, key: StageKey) throws(CipherError) -> Plane {
        try decryptFrames(of: try ciphertext.plane(), key: key)
    }

    func encryptFrames(of plane: Plane, key: StageKey) throws(CipherError) -> Plane {
        try eachFrame(of: plane, key: key) { (frame, key) throws(CipherError) in try encrypt(&frame, key: key) }
    }

    func decryptFrames(of plane: Plane, key: StageKey) throws(CipherError) -> Plane {
        try eachFrame(of: plane, key: key) { (frame, key) throws(CipherError) in try decrypt(&frame, key: key) }
    }

    private func eachFrame(
        of plane: Plane, key: StageKey, _ body: (inout FrameGrid, StageKey) throws(CipherError) -> Void
    ) throws(CipherError) -> Plane {
        var result = plane
        let count = plane.frameSampleCount
        for number in 0..<plane.frames {
            var frame = FrameGrid(width: plane.width * plane.channels, height: plane.height, bits: plane.bits, samples: [])
            if plane.frames == 1 {
                swap(&frame.samples, &result.samples)
                try body(&frame, key.frame(number))
                swap(&frame.samples, &result.samples)
            } else {
                let range = number * count..<(number + 1) * count
                frame.samples = Array(plane.samples[range])
                try body(&frame, key.frame(number))
                result.samples.replaceSubrange(range, with: frame.samples)
            }
        }
        return result
    }
}
