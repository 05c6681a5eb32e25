import Testing

@testable import Ciphers

@Suite("Published vectors")
struct StandardVectorTests {
    /// NIST SP 500-20 and the worked example of FIPS 46-3's literature; key, plaintext, ciphertext.
    private static let desVectors = [
        ("0101010101010101", "8000000000000000", "95F8A5E5DD31D900"),
        ("0101010101010101", "0000000000000001", "166B40B44ABA4BD6"),
        ("8001010101010101", "0000000000000000", "95A8D72813DAA94D"),
        ("133457799BBCDFF1", "0123456789ABCDEF", "85E813540F0AB405"),
    ]

    /// Eric Young's vectors, which Bruce Schneier publishes; the last three have keys of other lengths.
    private static let blowfishVectors = [
        ("0000000000000000", "0000000000000000", "4EF997456198DD78"),
        ("FFFFFFFFFFFFFFFF", "FFFFFFFFFFFFFFFF", "51866FD5B85ECB8A"),
        ("3000000000000000", "1000000000000001", "7D856F9A613063F2"),
        ("0123456789ABCDEF", "1111111111111111", "61F9C3802281B096"),
        ("7CA110454A1A6E57", "01A1D6D039776742", "59C68245EB05282B"),
        ("F0E1D2C3B4A59687", "FEDCBA9876543210", "E87A244E2CC85E82"),
        ("F0E1D2C3B4A5968778695A4B3C2D1E0F", "FEDCBA9876543210", "93142887EE3BE15C"),
        ("F0E1D2C3B4A5968778695A4B3C2D1E0F0011223344556677", "FEDCBA9876543210", "05044B62FA52D080"),
    ]

    @Test("DES", arguments: desVectors)
    func des(key: String, plaintext: String, ciphertext: String) throws {
        try check(.des, key, plaintext, ciphertext)
    }

    @Test("Blowfish", arguments: blowfishVectors)
    func blowfish(key: String, plaintext: String, ciphertext: String) throws {
        try check(.blowfish, key, plaintext, ciphertext)
    }

    private func check(_ algorithm: LegacyAlgorithm, _ key: String, _ plaintext: String, _ ciphertext: String) throws {
        var block = try bytes(plaintext)
        try LegacyBlockCipher(algorithm, key: try bytes(key)).encrypt(&block)
        #expect(block == (try bytes(ciphertext)))
    }

    @Test("AES-256: the first block of a stream without label is the zero block under the key (NIST's GCM test case 13 has it as H)")
    func aes() throws {
        var stream = try PseudorandomStream(try StageKey(bytes: [UInt8](repeating: 0, count: 32)), "")
        #expect(try stream.bytes(16) == (try bytes("dc95c078a2408989ad48a21492842087")))
    }

    @Test("keys of wrong lengths are refused")
    func wrongKeys() {
        for count in [0, 7, 9] {
            #expect(throws: CipherError.self) { try LegacyBlockCipher(.des, key: [UInt8](repeating: 0, count: count)) }
        }
        for count in [3, 57] {
            #expect(throws: CipherError.self) { try LegacyBlockCipher(.blowfish, key: [UInt8](repeating: 0, count: count)) }
        }
    }

    @Test("words and bytes of a stream are the same bytes")
    func words() throws {
        let key = try CipherInputs.key(3)
        var first = try PseudorandomStream(key, "x")
        var second = try PseudorandomStream(key, "x")
        let words = try first.words(20_000)
        let bytes = try second.bytes(80_000)
        for index in words.indices { #expect(words[index] == LittleEndian.word(bytes, at: 4 * index)) }
    }

    @Test("a stream goes on at any block")
    func seeking() throws {
        let key = try CipherInputs.key(3)
        var whole = try PseudorandomStream(key, "x")
        let bytes = try whole.bytes(100_000)
        var stream = try PseudorandomStream(key, "x")
        for block in [UInt32(4096), 0, 1, 6000] {
            try stream.seek(toBlock: block)
            #expect(try stream.nextWord() == LittleEndian.word(bytes, at: 16 * Int(block)))
            #expect(try stream.nextWord() == LittleEndian.word(bytes, at: 16 * Int(block) + 4))
        }
    }

    @Test("numbers below a limit are uniform")
    func uniform() throws {
        var stream = try PseudorandomStream(try CipherInputs.key(4), "x")
        for limit: UInt32 in [1, 2, 3, 7, 100] {
            var counts = [Int](repeating: 0, count: Int(limit))
            for _ in 0..<20_000 { counts[Int(try stream.next(below: limit))] += 1 }
            let expected = 20_000 / Double(limit)
            let chiSquare = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
            #expect(chiSquare < Double(limit) + 6 * (2 * Double(limit)).squareRoot())
        }
    }
}
