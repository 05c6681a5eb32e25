import Basics
import Crypto
import FoundationEssentials

/// AES-256-GCM (NIST SP 800-38D) with a key check value, under one of the two kinds of sealed bytes.
///
/// GCM alone cannot tell a wrong key from changed bytes. The key check value can: four bytes derived from the same secret by HKDF
/// under a label of their own. Who sees them learns whether two sealed byte strings have the same instance key, which the stego UID
/// tells anyway, and nothing of any key.
struct AuthenticatedSeal {
    /// The kind of sealed bytes; the raw value is the high half of the first byte.
    enum Kind: UInt8 {
        case record = 0xD
        case element = 0xE

        var keyLabel: KeyLabel { self == .record ? .aes : .element }
        var checkLabel: KeyLabel { self == .record ? .recordCheck : .elementCheck }
    }

    static let version: UInt8 = 1

    let kind: Kind
    let key: InstanceKey

    private var lead: UInt8 { kind.rawValue << 4 | Self.version }

    private var checkValue: [UInt8] {
        key.key(for: kind.checkLabel).withUnsafeBytes { Array($0.prefix(SealedRecord.checkByteCount)) }
    }

    static func freshNonce() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<SealedRecord.nonceByteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    /// - Parameter stages: applied before AES-256-GCM, and listed inside it.
    /// - Throws: ``SealingError`` `unavailable`.
    func seal(
        _ plaintext: [UInt8], _ stages: InnerStages, nonce: [UInt8], associatedData: [UInt8]
    ) throws(SealingError) -> SealedRecord {
        let bytes = try stages.apply(to: plaintext, key: key, nonce: nonce)
        let check = checkValue
        do {
            let box = try AES.GCM.seal(
                bytes, using: key.key(for: kind.keyLabel), nonce: AES.GCM.Nonce(data: nonce),
                authenticating: [lead] + check + associatedData)
            return SealedRecord(lead: lead, check: check, nonce: nonce, ciphertext: Array(box.ciphertext), tag: Array(box.tag))
        } catch {
            // swift-crypto throws here for nothing but a wrong nonce or key length, and both are constants of this module.
            throw .unavailable("AES-256-GCM refused a 12-byte nonce or a 32-byte key")
        }
    }

    func open(_ sealed: SealedRecord, associatedData: [UInt8]) throws(SealingError) -> [UInt8] {
        if let first = sealed.bytes.first { try judge(lead: first) }
        let parts = try sealed.parts()
        guard equalInConstantTime(parts.check, checkValue[...]) else { throw .wrongKey }
        let opened: [UInt8]
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: parts.nonce), ciphertext: parts.ciphertext, tag: parts.tag)
            opened = Array(
                try AES.GCM.open(
                    box, using: key.key(for: kind.keyLabel), authenticating: [lead] + Array(parts.check) + associatedData))
        } catch {
            throw .tampered
        }
        return try InnerStages.undo(opened, key: key, nonce: Array(parts.nonce))
    }

    private func judge(lead: UInt8) throws(SealingError) {
        guard lead >> 4 == kind.rawValue else { throw .notOurs(firstByte: lead) }
        guard lead & 0x0F == Self.version else { throw .unsupportedVersion(Int(lead & 0x0F)) }
    }
}
