import Basics
import Ciphers
import Crypto
import Foundation

/// The ciphers of an image's samples in a file that rests with somebody who is not to see any of it: the *in-pixel mode*.
///
/// The stego file then shows ciphered samples in the image's own shape, and its sealed element holds the record. Each plane (a colour of a
/// frame) is enciphered as a frame of its own.
public struct PixelCiphers: Hashable, Sendable {
    private let chain: CipherChain

    /// A keyed permutation, then a keyed addition.
    public static let standardNames = [CipherName.permutation, .addition].map(\.rawValue)

    /// Names of the ciphers that keep an image's shape.
    public static let knownNames = CipherName.allCases.filter(CipherRegistry.makesPlanes).map(\.rawValue)

    /// - Parameter names: 1 to 8 ciphers, in the order of their application.
    /// - Throws: ``SealingError`` `unusableCiphers` for an unknown name, for a cipher that does not keep an image's shape, and for ciphers of
    ///   which none protects an image by itself.
    public init(names: [String]) throws(SealingError) {
        var ciphers: [CipherName] = []
        for name in names {
            guard let cipher = CipherName(rawValue: name), CipherRegistry.makesPlanes(cipher) else {
                throw .unusableCiphers(
                    "'\(name)' is no cipher that keeps an image's shape; there are: \(Self.knownNames.joined(separator: ", "))")
            }
            ciphers.append(cipher)
        }
        do throws(CipherError) {
            chain = try CipherChain(ciphers)
            try chain.requireProtection()
        } catch {
            throw .unusableCiphers(error.reason)
        }
    }

    public static func == (left: PixelCiphers, right: PixelCiphers) -> Bool { left.chain.names == right.chain.names }

    public func hash(into hasher: inout Hasher) { hasher.combine(chain.names) }

    public var names: [String] { chain.names.map(\.rawValue) }

    // MARK: Samples

    /// The planes enciphered, and what opens them again.
    ///
    /// - Parameter nonce: fresh random bytes, ``PixelCipherKeys/nonceByteCount`` of them.
    /// - Throws: ``StegoError`` `.notReversible` for an image that a cipher does not take.
    func encipher(_ planes: SamplePlanes, key: InstanceKey, nonce: [UInt8]) throws(StegoError) -> (SamplePlanes, PixelCipherKeys) {
        do throws(CipherError) {
            let ciphertext = try chain.encrypt(try planes.frame()) { (name, index) throws(CipherError) in
                try Self.stageKey(key, name, index, nonce)
            }
            let ciphered = try planes.with(frame: ciphertext)
            return (ciphered, PixelCipherKeys(names: chain.names, nonce: nonce, digest: ciphered.digest))
        } catch {
            throw StegoError(.notReversible, "Its samples cannot be enciphered: \(error.reason).")
        }
    }

    /// The inverse of ``encipher(_:key:nonce:)``.
    ///
    /// - Throws: ``StegoError``: `.tampered` when the enciphered samples are others than the sealed digest says, `.malformedRecord`.
    static func decipher(_ planes: SamplePlanes, _ keys: PixelCipherKeys, key: InstanceKey) throws(StegoError) -> SamplePlanes {
        guard planes.digest == keys.digest else {
            throw StegoError(.tampered, "The enciphered samples were changed after sealing; ask for the file again.")
        }
        do throws(CipherError) {
            let plain = try CipherChain(keys.names).decrypt(.plane(try planes.frame())) { (name, index) throws(CipherError) in
                try stageKey(key, name, index, keys.nonce)
            }
            return try planes.with(frame: .plane(plain))
        } catch {
            throw StegoError(.malformedRecord, "Its samples cannot be deciphered: \(error.reason).")
        }
    }

    private static func stageKey(
        _ key: InstanceKey, _ name: CipherName, _ index: UInt8, _ nonce: [UInt8]
    ) throws(CipherError) -> StageKey {
        try StageKey(contentKey: key.key(for: .pixelCipher), stage: name, index: index, header: nonce)
    }
}

extension SamplePlanes {
    /// All planes as the frames of one image.
    fileprivate func frame() throws(CipherError) -> Plane {
        try Plane(width: columns, height: rows, frames: planes.count, bits: bitsStored, samples: Array(planes.joined()))
    }

    /// These planes with the samples of a ciphertext of the same shape.
    fileprivate func with(frame: Ciphertext) throws(CipherError) -> SamplePlanes {
        guard case .plane(let plane) = frame, plane.samples.count == sampleCount else {
            throw CipherError(.invalidShape, "a cipher made something of another shape")
        }
        var result = self
        for index in planes.indices {
            result.planes[index] = Array(plane.samples[index * samplesPerPlane..<(index + 1) * samplesPerPlane])
        }
        return result
    }

    /// SHA-256 of all levels, two bytes each, little endian, plane by plane.
    fileprivate var digest: ContentDigest {
        var hash = SHA256()
        for plane in planes {
            plane.map(\.littleEndian).withUnsafeBytes { hash.update(bufferPointer: $0) }
        }
        return ContentDigest(hash.finalize())
    }
}

/// The keys that open the enciphered samples of a file, besides its own key; part of the record.
///
/// Bytes: nonce (12), SHA-256 of the enciphered samples (32), number of ciphers (1), then the number of each as an inner stage
/// (docs/formats/cipher-containers.md).
struct PixelCipherKeys: Equatable, Sendable {
    static let nonceByteCount = 12

    /// In the order of their application.
    let names: [CipherName]
    let nonce: [UInt8]
    /// Of the enciphered samples.
    let digest: ContentDigest

    var encoded: [UInt8] {
        nonce + digest.bytes + [UInt8(truncatingIfNeeded: names.count)] + names.compactMap { InnerStages.stage(named: $0.rawValue)?.number }
    }

    init(names: [CipherName], nonce: [UInt8], digest: ContentDigest) {
        self.names = names
        self.nonce = nonce
        self.digest = digest
    }

    /// - Throws: `RecordReader.Malformed`, also for a cipher that this version does not know.
    init(_ reader: inout RecordReader) throws(RecordReader.Malformed) {
        nonce = try reader.fixed(Self.nonceByteCount)
        guard let digest = ContentDigest(bytes: try reader.fixed(ContentDigest.byteCount)) else { throw RecordReader.Malformed() }
        self.digest = digest
        let count = Int(try reader.byte())
        guard (1...CipherChain.maximumCount).contains(count) else { throw RecordReader.Malformed() }
        var names: [CipherName] = []
        for number in try reader.fixed(count) {
            guard let name = InnerStages.stage(numbered: number).flatMap({ CipherName(rawValue: $0.name) }) else {
                throw RecordReader.Malformed()
            }
            names.append(name)
        }
        self.names = names
    }
}
