import SeededRandomness
import Testing

@testable import Protocol

@Suite struct PeerNameTests {
    @Test(arguments: ["Rural Clinic", "dr-lee.example.org", "Klinik Ærøskøbing", "診療所", "a", "O'Brien & Sons (North)", "..", "a/b"])
    func reasonableNamesAndTheirFileNames(text: String) throws {
        let name = try PeerName(text)
        #expect(name.text == text)
        #expect(PeerName(fileName: name.fileName) == name)
        #expect(!name.fileName.contains("/") && !name.fileName.contains("."))
    }

    @Test(arguments: [
        "", " ", " a", "a ", "a\nb", "a\u{1B}[31m", "a\u{202E}b", "a\u{200B}b", "a\0", String(repeating: "x", count: 65), "\u{FEFF}a",
    ])
    func invisibleOrEndlessNamesAreRefused(text: String) {
        expect(.invalidName) { try PeerName(text) }
    }

    @Test(arguments: ["a%2", "%zz", "%41", "a.b", "", "%ff", "+1"])
    func fileNamesThatNoNameHas(fileName: String) {
        #expect(PeerName(fileName: fileName) == nil)
    }
}

@Suite struct PeerAddressTests {
    @Test(arguments: [
        ("clinic.example.org:7717", "clinic.example.org", UInt16(7717)), ("192.0.2.1:1", "192.0.2.1", 1),
        ("[2001:db8::1]:65535", "2001:db8::1", 65535),
        ("localhost:0", "localhost", 0),
    ])
    func readsAndWrites(text: String, host: String, port: UInt16) throws {
        let address = try PeerAddress(text)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.description == text)
    }

    @Test(arguments: ["", ":1", "host", "host:", "host:65536", "host:-1", "2001:db8::1:80", "a b:1", "[]:1", "http://x:1", "h\n:1"])
    func refusesTheRest(text: String) {
        expect(.invalidAddress) { try PeerAddress(text) }
    }
}

@Suite struct FingerprintTests {
    @Test func isEightGroupsOfFive() {
        let fingerprint = People.clinic.fingerprint
        #expect(fingerprint.groups.count == 8)
        #expect(fingerprint.groups.allSatisfy { $0.count == 5 })
        #expect(fingerprint.description == fingerprint.groups.joined(separator: "-"))
        #expect(fingerprint.bytes.count * 8 == 200)
    }

    @Test func knownAnswer() throws {
        // SHA-256 of "veilray/1 fingerprint", NUL, 32 bytes 0x01, 1216 bytes 0x02; Crockford's alphabet. Computed with Python's hashlib.
        let fingerprint = Fingerprint(signingKey: Array(repeating: 1, count: 32), sealingKey: Array(repeating: 2, count: 1216))
        #expect(fingerprint.description == "SF595-W6STX-GAWMK-Y3963-5Q049-8R2SP-RF5HF-BJCHV")
    }

    @Test func toleratesHowPeopleWrite() throws {
        let fingerprint = People.clinic.fingerprint
        #expect(try Fingerprint(fingerprint.description) == fingerprint)
        #expect(try Fingerprint(fingerprint.description.lowercased()) == fingerprint)
        #expect(try Fingerprint(" " + fingerprint.groups.joined(separator: "\n  ")) == fingerprint)
        let spoken = fingerprint.description.replacing("0", with: "o").replacing("1", with: "l")
        #expect(try Fingerprint(spoken) == fingerprint)
    }

    @Test(arguments: ["", "ABCDE", String(repeating: "A", count: 39), String(repeating: "A", count: 41), String(repeating: "U", count: 40)])
    func refusesTheRest(text: String) {
        expect(.invalidFingerprint) { try Fingerprint(text) }
    }

    @Test func base32RoundTrip() {
        var generator = SplitMix64(seed: 5)
        for count in stride(from: 0, through: 100, by: 5) {
            let bytes = generator.bytes(count)
            #expect(Base32.decode(Base32.encode(bytes)) == bytes)
        }
        #expect(Base32.decode("!") == nil)
        #expect(Base32.decode("ZZ") == nil, "bits left over must be zero")
    }

    @Test func identitiesDiffer() {
        #expect(People.clinic.fingerprint != People.stranger.fingerprint)
        #expect(Fingerprint(bytes: [1, 2, 3]) == nil)
    }
}
