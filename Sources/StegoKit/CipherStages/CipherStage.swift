import Ciphers
import Crypto

/// An image cipher as an inner stage: it takes the record for an image of 8 bits.
///
/// Output: the number of bytes n (4 bytes, little endian), then the cipher's container, or the samples of its plane, one byte each. The
/// image has max(1, ⌊√n⌋) columns and as many rows as n bytes fill; bytes behind the last one are 0. An empty record stays empty.
protocol CipherStage: InnerStage {
    static var cipher: CipherName { get }
}

extension CipherStage {
    static var name: String { cipher.rawValue }

    static func apply(to bytes: [UInt8], keys: InnerStageKeys) throws(SealingError) -> [UInt8] {
        let length = withUnsafeBytes(of: UInt32(truncatingIfNeeded: bytes.count).littleEndian) { Array($0) }
        guard !bytes.isEmpty else { return length }
        do throws(CipherError) {
            switch try CipherRegistry.cipher(cipher).encrypt(try RecordImage.plane(bytes), key: try key(keys)) {
            case .plane(let plane): return length + plane.samples.map { UInt8(truncatingIfNeeded: $0) }
            case .container(let container): return length + container
            }
        } catch {
            throw .unavailable("\(name): \(error.reason)")
        }
    }

    static func undo(_ bytes: [UInt8], keys: InnerStageKeys) throws(SealingError) -> [UInt8] {
        guard bytes.count >= 4 else { throw .malformed("what \(name) made is cut off") }
        let count = (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        let body = Array(bytes[4...])
        guard count > 0 else {
            guard body.isEmpty else { throw .malformed("bytes behind an empty record") }
            return []
        }
        do throws(CipherError) {
            let image = RecordImage(byteCount: count)
            let plane = try CipherRegistry.cipher(cipher).decrypt(try ciphertext(body, image), key: try key(keys))
            guard let record = image.record(plane) else { throw CipherError(.malformed, "another image than a record makes") }
            return record
        } catch {
            guard error.code != .library else { throw .unavailable("\(name): \(error.reason)") }
            throw .malformed("\(name): \(error.reason)")
        }
    }

    private static func ciphertext(_ body: [UInt8], _ image: RecordImage) throws(CipherError) -> Ciphertext {
        CipherRegistry.makesPlanes(cipher) ? .plane(try image.plane(body.map(UInt16.init))) : .container(body)
    }

    private static func key(_ keys: InnerStageKeys) throws(CipherError) -> StageKey {
        try StageKey(contentKey: keys.key(for: "cipher"), stage: cipher, index: 0, header: keys.nonce)
    }
}

/// The image that a record of some length is taken for.
private struct RecordImage {
    let byteCount, width, height: Int

    /// - Parameter byteCount: at least 1.
    init(byteCount: Int) {
        self.byteCount = byteCount
        var width = Int(Double(byteCount).squareRoot())
        while width * width > byteCount { width -= 1 }
        self.width = max(1, width)
        height = (byteCount + self.width - 1) / self.width
    }

    func plane(_ samples: [UInt16]) throws(CipherError) -> Plane {
        try Plane(width: width, height: height, bits: 8, samples: samples)
    }

    static func plane(_ bytes: [UInt8]) throws(CipherError) -> Plane {
        let image = RecordImage(byteCount: bytes.count)
        return try image.plane(bytes.map(UInt16.init) + [UInt16](repeating: 0, count: image.width * image.height - bytes.count))
    }

    /// The record, unless the plane is none that a record of this length makes.
    func record(_ plane: Plane) -> [UInt8]? {
        guard (plane.width, plane.height, plane.channels, plane.frames, plane.bits) == (width, height, 1, 1, 8),
            plane.samples[byteCount...].allSatisfy({ $0 == 0 })
        else { return nil }
        return plane.samples[..<byteCount].map { UInt8(truncatingIfNeeded: $0) }
    }
}
