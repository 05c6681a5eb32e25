import Crypto

/// `aes-gcm`: AES-256-GCM (NIST SP 800-38D) over the samples, a byte each for at most 8 bits, else two bytes, little endian.
///
/// The nonce is twelve zero bytes: a stage key enciphers one image. The associated data is the plane's shape (``PlaneCoding``), which the
/// container begins with; then come ciphertext and tag (16 bytes).
public struct AESGCMCipher: ImageCipher {
    public let name = CipherName.aesGCM.rawValue
    public let strength = CipherStrength.sound

    private static let tagByteCount = 16

    public init() {}

    public func encrypt(_ plane: Plane, key: StageKey) throws(CipherError) -> Ciphertext {
        let header = PlaneCoding.header(of: plane)
        do {
            let box = try AES.GCM.seal(
                Self.bytes(plane), using: key.derive("gcm", byteCount: 32), nonce: Self.nonce(), authenticating: header)
            return .container(header + box.ciphertext + box.tag)
        } catch {
            throw CipherError(.library, "AES-256-GCM refused to seal")
        }
    }

    public func decrypt(_ ciphertext: Ciphertext, key: StageKey) throws(CipherError) -> Plane {
        let bytes = try ciphertext.container()
        let shape = try PlaneCoding.Shape(bytes[...])
        let byteCount = shape.sampleCount * (shape.bits > 8 ? 2 : 1)
        guard bytes.count == PlaneCoding.headerByteCount + byteCount + Self.tagByteCount else {
            throw CipherError(.malformed, "\(bytes.count) bytes are not a sealed plane of this shape")
        }
        let header = bytes[..<PlaneCoding.headerByteCount]
        let end = PlaneCoding.headerByteCount + byteCount
        let opened: [UInt8]
        do {
            let box = try AES.GCM.SealedBox(
                nonce: Self.nonce(), ciphertext: bytes[PlaneCoding.headerByteCount..<end], tag: bytes[end...])
            opened = Array(try AES.GCM.open(box, using: key.derive("gcm", byteCount: 32), authenticating: header))
        } catch {
            throw CipherError(.notAuthentic, "another key, or changed bytes")
        }
        return try shape.plane(Self.samples(opened, isWide: shape.bits > 8))
    }

    private static func nonce() throws -> AES.GCM.Nonce { try AES.GCM.Nonce(data: [UInt8](repeating: 0, count: 12)) }

    private static func bytes(_ plane: Plane) -> [UInt8] {
        if plane.bits <= 8 { return plane.samples.map { UInt8(truncatingIfNeeded: $0) } }
        return [UInt8](unsafeUninitializedCapacity: 2 * plane.samples.count) { bytes, initialised in
            let raw = UnsafeMutableRawBufferPointer(bytes)
            plane.samples.withUnsafeBufferPointer { samples in
                for index in samples.indices {
                    raw.storeBytes(of: samples[index].littleEndian, toByteOffset: 2 &* index, as: UInt16.self)
                }
            }
            initialised = 2 * plane.samples.count
        }
    }

    private static func samples(_ bytes: [UInt8], isWide: Bool) -> [UInt16] {
        bytes.withUnsafeBytes { raw in
            let count = isWide ? raw.count / 2 : raw.count
            return [UInt16](unsafeUninitializedCapacity: count) { samples, initialised in
                if isWide {
                    for index in 0..<count {
                        samples.initializeElement(
                            at: index, to: UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self)))
                    }
                } else {
                    for index in 0..<count { samples.initializeElement(at: index, to: UInt16(raw[index])) }
                }
                initialised = count
            }
        }
    }
}
