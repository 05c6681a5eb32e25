import Crypto
import Foundation
import SeededRandomness
import Testing

@testable import Protocol

@Suite struct CapsuleTests {
    private func capsule() throws -> Capsule {
        try Capsule.seal(Fixtures.studyKey(), to: People.radiologist.card(), studyUID: Fixtures.studyUID())
    }

    @Test func opensForItsReceiver() throws {
        let capsule = try Capsule(bytes: capsule().bytes)
        #expect(capsule.bytes.count == Capsule.byteCount)
        #expect(Capsule.byteCount == 1180)
        #expect(try capsule.open(with: People.radiologist, studyUID: Fixtures.studyUID()) == Fixtures.studyKey())
    }

    @Test func paddingByteDoesNotMatter() throws {
        let padded = try Capsule(bytes: capsule().bytes + [0])
        #expect(try padded.open(with: People.radiologist, studyUID: Fixtures.studyUID()) == Fixtures.studyKey())
    }

    @Test func neverTwiceTheSame() throws {
        #expect(try capsule().bytes != capsule().bytes)
    }

    @Test func wrongRecipient() throws {
        expect(.capsuleNotForUs) { try capsule().open(with: People.stranger, studyUID: Fixtures.studyUID()) }
        #expect(try capsule().isAddressed(to: People.radiologist.fingerprint))
        #expect(try !capsule().isAddressed(to: People.stranger.fingerprint))
    }

    @Test func readdressedCapsuleDoesNotOpen() throws {
        var bytes = try capsule().bytes
        bytes.replaceSubrange(4..<12, with: People.stranger.fingerprint.shortIdentifier)
        expect(.capsuleDamaged) { try Capsule(bytes: bytes).open(with: People.stranger, studyUID: Fixtures.studyUID()) }
    }

    @Test func everyFlippedBitIsNoticed() throws {
        let bytes = try capsule().bytes
        var generator = SplitMix64(seed: 17)
        for _ in 0..<100 {
            var changed = bytes
            let place = Int.random(in: 12..<bytes.count, using: &generator)
            changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            expect(.capsuleDamaged) { try Capsule(bytes: changed).open(with: People.radiologist, studyUID: Fixtures.studyUID()) }
        }
    }

    @Test func anotherStudysCapsule() throws {
        expect(.capsuleDamaged) { try capsule().open(with: People.radiologist, studyUID: StudyUID("2.25.1")) }
    }

    @Test func truncatedExtendedAndForeignBytes() throws {
        let bytes = try capsule().bytes
        for count in [0, 3, 11, 12, 500, 1179] { expect(.capsuleDamaged) { try Capsule(bytes: Array(bytes.prefix(count))) } }
        expect(.capsuleDamaged) { try Capsule(bytes: bytes + [1]) }
        expect(.capsuleDamaged) { try Capsule(bytes: bytes + [0, 0]) }
        expect(.capsuleDamaged) { try Capsule(bytes: Array("DICM".utf8) + bytes.dropFirst(4)) }
    }

    @Test func laterVersion() throws {
        var bytes = try capsule().bytes
        bytes[3] = 2
        expect(.unsupportedCapsuleVersion) { try Capsule(bytes: bytes) }
    }

    @Test func studyKeyHas256Bits() throws {
        expect(.misuse) {
            try Capsule.seal(SymmetricKey(size: .bits128), to: People.radiologist.card(), studyUID: Fixtures.studyUID())
        }
    }
}

@Suite struct KeyringTests {
    @Test func remembersAcrossRestarts() throws {
        let home = try TemporaryHome()
        let uid = try Fixtures.studyUID()
        try Keyring(home: home.home).store(Fixtures.studyKey(), for: uid)
        #expect(try Keyring(home: home.home).key(for: uid) == Fixtures.studyKey())
        let file = home.home.keyring.appending(path: "2.25.123456789.key")
        #expect(try TemporaryHome.permissions(file) == 0o600)
        #expect(try TemporaryHome.permissions(home.home.keyring) == 0o700)
    }

    @Test func unknownStudy() throws {
        let keyring = Keyring(home: try TemporaryHome().home)
        expect(.studyKeyUnknown) { try keyring.key(for: Fixtures.studyUID()) }
    }

    @Test func sameKeyAgainIsFineAnotherIsNot() throws {
        let keyring = Keyring(home: try TemporaryHome().home)
        let uid = try Fixtures.studyUID()
        try keyring.store(Fixtures.studyKey(1), for: uid)
        try keyring.store(Fixtures.studyKey(1), for: uid)
        expect(.studyKeyConflict) { try keyring.store(Fixtures.studyKey(2), for: uid) }
        #expect(try keyring.key(for: uid) == Fixtures.studyKey(1))
    }

    @Test func whatACrashLeftIsRemoved() throws {
        let home = try TemporaryHome()
        let uid = try Fixtures.studyUID()
        try Keyring(home: home.home).store(Fixtures.studyKey(), for: uid)
        let folder = home.home.keyring
        let (old, new) = (
            folder.appending(path: ".veilray-\(UUID().uuidString).part"), folder.appending(path: ".veilray-\(UUID().uuidString).part")
        )
        let other = folder.appending(path: ".notes.part")
        for file in [old, new, other] { try Data("half a key".utf8).write(to: file) }
        for file in [old, other] {
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -7_200)], ofItemAtPath: file.path)
        }
        #expect(try Keyring(home: home.home).key(for: uid) == Fixtures.studyKey())
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        // The young one may be another process's work.
        #expect(Set(left) == ["\(uid.text).key", new.lastPathComponent, other.lastPathComponent])
    }

    @Test func storedKeysAreOwnersOnly() throws {
        let home = try TemporaryHome()
        let (keyring, uid) = (Keyring(home: home.home), try Fixtures.studyUID())
        try keyring.store(Fixtures.studyKey(), for: uid)
        expect(.studyKeyConflict) { try keyring.store(Fixtures.studyKey(1), for: uid) }
        #expect(try TemporaryHome.permissions(home.home.keyring.appending(path: "\(uid.text).key")) == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.home.keyring.path).count == 1)
    }

    @Test func damagedAndReadableFiles() throws {
        let home = try TemporaryHome()
        let keyring = Keyring(home: home.home)
        let uid = try Fixtures.studyUID()
        try keyring.store(Fixtures.studyKey(), for: uid)
        let file = home.home.keyring.appending(path: "2.25.123456789.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        expect(.keyFilePermissions) { try keyring.key(for: uid) }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data(text.replacing("Study: 2.25.123456789", with: "Study: 2.25.1").utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        expect(.keyFileDamaged) { try keyring.key(for: uid) }
    }

    @Test(arguments: ["", "..", "1..2", "1.2.", "a", "../1", "1/2", String(repeating: "1", count: 65)])
    func noStudyUID(text: String) {
        expect(.manifestInvalid) { try StudyUID(text) }
    }

    @Test func paddedStudyUID() throws {
        #expect(try StudyUID("1.2.3\0").text == "1.2.3")
        #expect(try StudyUID("1.2.3 ") == StudyUID("1.2.3"))
    }
}
