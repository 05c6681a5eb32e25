import Crypto

/// The key of one cipher for one image: 32 bytes, derived anew for every message, so that no key ever enciphers two images.
public struct StageKey: Sendable, Equatable {
    static let byteCount = 32

    let secret: SymmetricKey

    /// HKDF-Expand(content key, "veilray/1 px" ‖ 00 ‖ stage ‖ 00 ‖ index ‖ SHA-256(header), 32) (RFC 5869 section 2.3).
    ///
    /// - Parameters:
    ///   - contentKey: a uniform secret of at least 32 bytes.
    ///   - stage: the cipher's name.
    ///   - index: of the stage in its chain.
    ///   - header: the bytes that travel with the image, so that its key belongs to no other image.
    /// - Throws: ``CipherError`` `invalidKey` for a shorter content key.
    public init(contentKey: SymmetricKey, stage: CipherName, index: UInt8, header: [UInt8]) throws(CipherError) {
        guard contentKey.bitCount >= 256 else { throw CipherError(.invalidKey, "a content key has at least 32 bytes") }
        let info = Array("veilray/1 px".utf8) + [0] + Array(stage.rawValue.utf8) + [0, index] + Array(SHA256.hash(data: header))
        secret = Self.expand(contentKey, info, byteCount: Self.byteCount)
    }

    /// - Parameter bytes: 32 uniform bytes.
    /// - Throws: ``CipherError`` `invalidKey` for another number.
    public init(bytes: [UInt8]) throws(CipherError) {
        guard bytes.count == Self.byteCount else { throw CipherError(.invalidKey, "\(bytes.count) bytes where a stage key has 32") }
        secret = SymmetricKey(data: bytes)
    }

    private init(secret: SymmetricKey) { self.secret = secret }

    /// HKDF-Expand(key, "veilray/1 use" ‖ 00 ‖ label, byteCount).
    func derive(_ label: String, byteCount: Int) -> SymmetricKey {
        Self.expand(secret, Array("veilray/1 use".utf8) + [0] + Array(label.utf8), byteCount: byteCount)
    }

    /// The bytes of ``derive(_:byteCount:)``.
    func derivedBytes(_ label: String, byteCount: Int) -> [UInt8] {
        derive(label, byteCount: byteCount).withUnsafeBytes { Array($0) }
    }

    /// HKDF-Expand(key, "veilray/1 frame" ‖ 00 ‖ frame as 32 bits, big endian, 32).
    func frame(_ frame: Int) -> StageKey {
        let number = withUnsafeBytes(of: UInt32(truncatingIfNeeded: frame).bigEndian) { Array($0) }
        return StageKey(secret: Self.expand(secret, Array("veilray/1 frame".utf8) + [0] + number, byteCount: Self.byteCount))
    }

    private static func expand(_ key: SymmetricKey, _ info: [UInt8], byteCount: Int) -> SymmetricKey {
        HKDF<SHA256>.expand(pseudoRandomKey: key, info: info, outputByteCount: byteCount)
    }
}

extension StageKey: CustomStringConvertible, CustomReflectable {
    public var description: String { "StageKey(secret)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
