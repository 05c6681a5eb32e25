import Crypto

/// A study key, sealed to a receiver's long-term key: rides in stored stego files, so that they can be opened years later.
///
/// | bytes | what |
/// | --- | --- |
/// | 4 | `VRC` and the version, 1 |
/// | 8 | the first bytes of the receiver's fingerprint |
/// | 1120 | HPKE encapsulated key |
/// | 48 | HPKE ciphertext of the study key |
///
/// Info is `veilray/1 capsule`; the associated data is the first 12 bytes and the stego study's UID, so a capsule opens only
/// together with the study that it was made for.
public struct Capsule: Sendable, Hashable {
    private static let magic = Array("VRC".utf8)
    private static let version: UInt8 = 1
    private static let info = Array("veilray/1 capsule".utf8)
    private static let headerByteCount = 12
    /// 1180.
    public static let byteCount = headerByteCount + HybridEncryption.encapsulatedKeyByteCount + HybridEncryption.sealedStudyKeyByteCount

    private let header: [UInt8]
    private let sealed: HybridEncryption.Sealed

    /// Seals a study key of 256 bits.
    ///
    /// - Parameter studyUID: StudyInstanceUID of the stego files.
    public static func seal(_ studyKey: SymmetricKey, to card: Card, studyUID: StudyUID) throws(ProtocolError) -> Capsule {
        let header = magic + [version] + card.fingerprint.shortIdentifier
        let sealed = try HybridEncryption.seal(
            studyKey, to: card.sealingKey(), info: info, authenticating: header + studyUID.text.utf8)
        return Capsule(header: header, sealed: sealed)
    }

    private init(header: [UInt8], sealed: HybridEncryption.Sealed) {
        self.header = header
        self.sealed = sealed
    }

    /// Takes a capsule out of a file. A single padding byte at the end (DICOM pads to even lengths) does not matter.
    ///
    /// - Throws: ``ProtocolError/Code/capsuleDamaged``, ``ProtocolError/Code/unsupportedCapsuleVersion``
    public init(bytes: [UInt8]) throws(ProtocolError) {
        guard bytes.count >= Self.headerByteCount, bytes.starts(with: Self.magic) else { throw Self.damaged() }
        guard bytes[3] == Self.version else {
            throw ProtocolError(.unsupportedCapsuleVersion, "the capsule is of version \(bytes[3]), this release reads 1; upgrade Veilray")
        }
        guard bytes.count == Self.byteCount || (bytes.count == Self.byteCount + 1 && bytes.last == 0) else { throw Self.damaged() }
        let body = bytes[Self.headerByteCount..<Self.byteCount]
        header = Array(bytes[..<Self.headerByteCount])
        sealed = HybridEncryption.Sealed(
            encapsulatedKey: Array(body.prefix(HybridEncryption.encapsulatedKeyByteCount)),
            ciphertext: Array(body.suffix(HybridEncryption.sealedStudyKeyByteCount)))
    }

    public var bytes: [UInt8] { header + sealed.encapsulatedKey + sealed.ciphertext }

    /// Whether the capsule says that it is for this fingerprint. Only opening proves it.
    public func isAddressed(to fingerprint: Fingerprint) -> Bool {
        header.suffix(8).elementsEqual(fingerprint.shortIdentifier)
    }

    /// - Throws: ``ProtocolError/Code/capsuleNotForUs`` when it is addressed to another identity,
    ///   ``ProtocolError/Code/capsuleDamaged`` when it was tampered with or belongs to another study.
    public func open(with identity: Identity, studyUID: StudyUID) throws(ProtocolError) -> SymmetricKey {
        guard isAddressed(to: identity.fingerprint) else {
            throw ProtocolError(.capsuleNotForUs, "the study key is sealed to another identity; open the file there")
        }
        let authenticated = header + studyUID.text.utf8
        guard let key = HybridEncryption.open(sealed, with: identity.sealingKey, info: Self.info, authenticating: authenticated) else {
            throw Self.damaged()
        }
        return key
    }

    private static func damaged() -> ProtocolError {
        ProtocolError(.capsuleDamaged, "the capsule with the study key is damaged or from another study; get the file again")
    }
}
