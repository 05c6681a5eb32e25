import Foundation
import Testing

@testable import Protocol

@Suite struct IdentityTests {
    @Test func isTheSameAfterSavingAndLoading() throws {
        let home = try TemporaryHome()
        try People.clinic.save(to: home.home)
        let loaded = try Identity.load(from: home.home)
        #expect(loaded.name == People.clinic.name)
        #expect(loaded.fingerprint == People.clinic.fingerprint)
        #expect(loaded.certificateDER == People.clinic.certificateDER)
        #expect(loaded.tlsPrivateKeyPEM == People.clinic.tlsPrivateKeyPEM)
        // The sealing key works, too.
        let capsule = try Capsule.seal(Fixtures.studyKey(), to: People.clinic.card(), studyUID: Fixtures.studyUID())
        #expect(try capsule.open(with: loaded, studyUID: Fixtures.studyUID()) == Fixtures.studyKey())
    }

    @Test func filesBelongToTheirOwnerAlone() throws {
        let home = try TemporaryHome()
        try People.clinic.save(to: home.home)
        #expect(try TemporaryHome.permissions(home.home.identity) == 0o700)
        for file in ["signing.key", "sealing.key", "certificate.pem"] {
            #expect(try TemporaryHome.permissions(home.home.identity.appending(path: file)) == 0o600)
        }
    }

    @Test func isNeverOverwritten() throws {
        let home = try TemporaryHome()
        try People.clinic.save(to: home.home)
        expect(.identityExists) { try People.stranger.save(to: home.home) }
        #expect(try Identity.load(from: home.home).fingerprint == People.clinic.fingerprint)
        let left = try FileManager.default.contentsOfDirectory(atPath: home.home.configuration.path)
        #expect(left == ["identity"], "nothing half-made stays behind")
    }

    @Test func missingIdentitySaysHowToMakeOne() throws {
        let home = try TemporaryHome()
        let error = expect(.identityMissing) { try Identity.load(from: home.home) }
        #expect(error?.reason.contains("init") == true)
    }

    @Test(arguments: ["signing.key", "sealing.key"], [0o640, 0o604, 0o660])
    func keyThatOthersCanReadIsRefused(file: String, mode: Int) throws {
        let home = try TemporaryHome()
        try People.clinic.save(to: home.home)
        let url = home.home.identity.appending(path: file)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
        let error = expect(.keyFilePermissions) { try Identity.load(from: home.home) }
        #expect(error?.reason.contains("chmod 600") == true)
        #expect(error?.subject == url.path)
    }

    @Test(arguments: ["signing.key", "sealing.key", "certificate.pem"])
    func damagedFileIsNamed(file: String) throws {
        let home = try TemporaryHome()
        try People.clinic.save(to: home.home)
        let url = home.home.identity.appending(path: file)
        var bytes = Array(try Data(contentsOf: url))
        bytes[bytes.count / 2] ^= 0x15
        try Data(bytes).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
        if file == "signing.key" {
            // A flipped bit in the seed is another key: then it is the certificate that does not belong to it.
            expect(.keyFileDamaged) { try Identity.load(from: home.home) }
        } else {
            #expect(expect(.keyFileDamaged) { try Identity.load(from: home.home) }?.subject == url.path)
        }
    }

    @Test func certificateOfAnotherIdentityIsRefused() throws {
        let home = try TemporaryHome()
        try People.clinic.save(to: home.home)
        let url = home.home.identity.appending(path: "certificate.pem")
        try Data(People.stranger.tlsCertificatePEM.utf8).write(to: url)
        expect(.keyFileDamaged) { try Identity.load(from: home.home) }
    }

    @Test func neverPrintsItsKeys() {
        var dumped = ""
        dump(People.clinic, to: &dumped)
        for text in ["\(People.clinic)", String(reflecting: People.clinic), dumped] {
            #expect(text.contains("Rural Clinic"))
            #expect(!text.localizedCaseInsensitiveContains("key"), "\(text)")
        }
    }
}

@Suite struct HomeTests {
}
