import Basics
import Crypto
import Files
import Foundation
import Glibc

extension Identity {
    private enum FileName {
        static let signingKey = "signing.key"
        static let sealingKey = "sealing.key"
        static let certificate = "certificate.pem"
    }

    /// Writes the identity, all of it or nothing. Private keys are never readable by others, not even for a moment.
    ///
    /// - Throws: ``ProtocolError/Code/identityExists`` when there is one already, which is left alone;
    ///   ``ProtocolError/Code/fileAccess``
    public func save(to home: Home) throws(ProtocolError) {
        try ProtectedFile.makeDirectory(home.configuration)
        let fresh = home.configuration.appending(path: ".identity-\(UUID().uuidString)", directoryHint: .isDirectory)
        try ProtectedFile.makeDirectory(fresh)
        do throws(ProtocolError) {
            try write(into: fresh)
            // rename(2) refuses to replace a directory that is not empty: two simultaneous calls cannot overwrite each other.
            guard rename(fresh.path, home.identity.path) == 0 else {
                if errno == ENOTEMPTY || errno == EEXIST { throw Self.exists(home) }
                throw ProtocolError(.fileAccess, "cannot be put in place: \(systemMessage(errno))", subject: home.identity.path)
            }
        } catch {
            try? FileManager.default.removeItem(at: fresh)
            throw error
        }
        try ProtectedFile.syncDirectory(home.configuration)
    }

    private func write(into directory: URL) throws(ProtocolError) {
        let signing = Array(tlsPrivateKeyPEM.utf8)
        try ProtectedFile.create(directory.appending(path: FileName.signingKey), signing)
        try ProtectedFile.create(directory.appending(path: FileName.sealingKey), Array(KeyEncoding.sealingText(sealingKey).utf8))
        try ProtectedFile.create(directory.appending(path: FileName.certificate), Array(tlsCertificatePEM.utf8))
        try ProtectedFile.syncDirectory(directory)
    }

    private static func exists(_ home: Home) -> ProtocolError {
        ProtocolError(
            .identityExists, "there is an identity here already; it is kept. Choose another home or move that directory away",
            subject: home.identity.path)
    }

    /// - Throws: ``ProtocolError/Code/identityMissing``, ``ProtocolError/Code/keyFilePermissions``,
    ///   ``ProtocolError/Code/keyFileDamaged``, ``ProtocolError/Code/fileAccess``
    public static func load(from home: Home) throws(ProtocolError) -> Identity {
        let signingKey = try secret(FileName.signingKey, home, KeyEncoding.signingKey)
        let sealingKey = try secret(FileName.sealingKey, home, KeyEncoding.sealingKey)
        let file = home.identity.appending(path: FileName.certificate)
        guard let bytes = try ProtectedFile.read(file) else { throw missing(home) }
        guard let armour = try? Armour(reading: String(decoding: bytes, as: UTF8.self), label: "CERTIFICATE"),
            let certificate = CertificateFacts(der: armour.payload), let name = try? PeerName(found: certificate.commonName),
            certificate.publicKey == Array(signingKey.publicKey.rawRepresentation), certificate.isSelfSigned
        else { throw damaged(file) }
        return Identity(name: name, certificateDER: armour.payload, signingKey: signingKey, sealingKey: sealingKey)
    }

    private static func secret<Key>(
        _ fileName: String, _ home: Home, _ decode: (String) -> Key?
    ) throws(ProtocolError) -> Key {
        let file = home.identity.appending(path: fileName)
        guard let bytes = try ProtectedFile.readSecret(file) else { throw missing(home) }
        guard let key = decode(String(decoding: bytes, as: UTF8.self)) else { throw damaged(file) }
        return key
    }

    private static func missing(_ home: Home) -> ProtocolError {
        ProtocolError(.identityMissing, "there is no identity here; make one with the command 'init'", subject: home.identity.path)
    }

    private static func damaged(_ file: URL) -> ProtocolError {
        ProtocolError(.keyFileDamaged, "this file of the identity is damaged; restore the directory from its backup", subject: file.path)
    }
}
