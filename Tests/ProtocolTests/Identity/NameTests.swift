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

    @Test func newNamesAreInFormC() throws {
        let decomposed = "Klinik U\u{308}bersee"
        #expect(try Array(PeerName(decomposed).text.unicodeScalars).contains("\u{DC}"))
        #expect(try PeerName(decomposed) == PeerName("Klinik \u{DC}bersee"))
        let found = try PeerName(found: decomposed)
        #expect(try found != PeerName(decomposed), "two forms are two files")
        #expect(found.fault?.contains("form C") == true)
        #expect(PeerName(fileName: found.fileName) == found)
    }

    @Test(arguments: [
        "Praxis Dr. Müller & Söhne", "Клиника №1", "Κλινική Αθηνών", "北京医院", "東京クリニックABC", "ひらがな", "서울病院 Seoul", "ㄅㄆ醫院", "عيادة ١",
        "ক্লিনিক", "ไทยคลินิก", "מרפאה", "Nº 5", "Ⅳ", "کلینیک", "คลินิก 2", "𐐀𐐁", "Crème Brûlée", "Chẩn đoán", "1", "(…)", "☤ Clinic",
    ])
    func namesOfOneScript(text: String) throws {
        let name = try PeerName(text)
        #expect(name.fault == nil)
    }

    /// U+3164, U+115F, U+1160, U+FFA0, U+2800, U+034F, variation selectors, all spaces but U+0020, marks without a letter, other scripts.
    @Test(arguments: [
        "a\u{3164}b", "\u{115F}ab", "a\u{1160}", "a\u{FFA0}b", "a\u{2800}b", "a\u{34F}b", "a\u{FE0F}b", "a\u{E0100}b", "a\u{180B}b",
        "a\u{A0}b", "a\u{2003}b",
        "a\u{202F}b", "a\u{3000}b", "a\u{1680}b", "\u{301}a", "a \u{301}b", "a\u{304}\u{305}\u{306}\u{307}\u{308}\u{30A}", "a\u{13441}b",
        "a\u{1D159}b",
        "p\u{430}ypal", "Klinik\u{3BF}", "\u{410}BC", "\u{43A}\u{3BB}", "\u{430}\u{4E00}", "\u{561}bc", "a\u{2066}b", "a\u{200D}b",
        "a\u{E000}b", "\u{5D0}\u{627}",
        "\u{3042}\u{AC00}", "\u{3105}\u{3042}", "a\u{378}",
    ])
    func namesThatPassForOthersAreRefused(text: String) {
        expect(.invalidName) { try PeerName(text) }
    }

    @Test(arguments: [
        ("Rural Clinic", "rural clinic"), ("Straße", "STRASSE"), ("Clinic 1", "Clinic I"), ("Clinic l", "Clinic I"), ("Zoo", "Z00"),
        ("scope", "\u{455}\u{441}\u{43E}\u{440}\u{435}"), ("AB", "\u{391}\u{392}"),
        ("\u{41C}\u{43E}\u{440}\u{435}", "\u{43C}\u{43E}\u{440}\u{435}"),
        ("Clinic", "\u{FF23}linic"), ("Clinic", "\u{1D402}linic"), ("U\u{308}", "\u{FC}"),
    ])
    func namesThatLookAlike(left: String, right: String) throws {
        let (one, other) = (try PeerName(found: left), try PeerName(found: right))
        #expect(one.looksLike(other) && other.looksLike(one))
    }

    @Test(arguments: [("clinic-1", "clinic-2"), ("lee", "kee"), ("lin", "iin"), ("müller", "muller"), ("Nord", "Nort")])
    func namesThatDoNot(left: String, right: String) throws {
        #expect(try !PeerName(left).looksLike(PeerName(right)))
    }

    @Test(arguments: [
        ("lee", "lee"), ("Rural Clinic", "'Rural Clinic'"), ("Dr. Lee's", "'Dr. Lee'\\''s'"), ("$(id)", "'$(id)'"), ("診療所", "'診療所'"),
    ])
    func namesOnACommandLine(text: String, word: String) throws {
        #expect(try PeerName(text).word == word)
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
