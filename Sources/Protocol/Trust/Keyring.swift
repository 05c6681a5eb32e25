import Crypto
import Foundation

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
