import Basics
import Crypto
import Foundation

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

/// A receiver's study keys, for stored stego files whose capsule an archive has stripped.
///
/// One file a study, named by the stego StudyInstanceUID, readable by the owner only.
public struct Keyring: Sendable {
    private static let label = "VEILRAY STUDY KEY"

    private let directory: URL

    /// Makes nothing until the first ``store(_:for:)``. What a crash in the middle of one has left is removed.
    public init(home: Home) {
        directory = home.keyring
        ProtectedFile.removeLeftovers(in: directory)
    }

    /// Remembers a key, also across a power cut.
    ///
    /// - Throws: ``ProtocolError/Code/studyKeyConflict`` when there is another key for this study, which is kept.
    public func store(_ studyKey: SymmetricKey, for studyUID: StudyUID) throws(ProtocolError) {
        guard studyKey.bitCount == HybridEncryption.studyKeyByteCount * 8 else { throw .misuse("a study key has 256 bits") }
        try ProtectedFile.makeDirectory(directory)
        let text = Armour(
            label: Self.label, fields: [.init(name: "Study", value: studyUID.text)], payload: studyKey.withUnsafeBytes { Array($0) }
        ).text
        if try ProtectedFile.addUnlessPresent(file(of: studyUID), Array(text.utf8)) { return }
        guard let known = try read(studyUID), known == studyKey else {
            throw ProtocolError(.studyKeyConflict, "the keyring holds another key for this study; it is kept", subject: studyUID.text)
        }
    }

    /// - Throws: ``ProtocolError/Code/studyKeyUnknown``, ``ProtocolError/Code/keyFileDamaged``,
    ///   ``ProtocolError/Code/keyFilePermissions``, ``ProtocolError/Code/fileAccess``
    public func key(for studyUID: StudyUID) throws(ProtocolError) -> SymmetricKey {
        guard let key = try read(studyUID) else {
            throw ProtocolError(.studyKeyUnknown, "the keyring holds no key for this study", subject: studyUID.text)
        }
        return key
    }

    private func read(_ studyUID: StudyUID) throws(ProtocolError) -> SymmetricKey? {
        let file = file(of: studyUID)
        guard let bytes = try ProtectedFile.readSecret(file) else { return nil }
        guard let armour = try? Armour(reading: String(decoding: bytes, as: UTF8.self), label: Self.label),
            armour.payload.count == HybridEncryption.studyKeyByteCount,
            armour.fields == [.init(name: "Study", value: studyUID.text)]
        else { throw ProtocolError(.keyFileDamaged, "this study key's file is damaged; restore it from a backup", subject: file.path) }
        return SymmetricKey(data: armour.payload)
    }

    private func file(of studyUID: StudyUID) -> URL {
        directory.appending(path: "\(studyUID.text).key")
    }
}

/// StudyInstanceUID of stego files (PS3.5 §9.1): components of digits, joined by dots, 64 characters at most.
public struct StudyUID: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    /// Trailing padding (NUL or space) is dropped.
    ///
    /// - Throws: ``ProtocolError/Code/manifestInvalid``
    public init(_ text: String) throws(ProtocolError) {
        let unpadded = Array(text.utf8).reversed().drop { $0 == 0 || $0 == 0x20 }.reversed()
        let components = Array(unpadded).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard unpadded.count <= 64, components.allSatisfy({ !$0.isEmpty && $0.allSatisfy(digits.contains) }) else {
            throw ProtocolError(.manifestInvalid, "this is no StudyInstanceUID: '\(PlainText.harmless(text))'")
        }
        self.text = String(decoding: unpadded, as: UTF8.self)
    }

    public var description: String { text }
}
