import Basics
import Crypto
import Testing

@testable import StegoKit

@Suite("Header dictionaries")
struct HeaderDictionaryTests {
    private func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    /// Version 1 under another identifier: a second version as good as any.
    private var second: HeaderDictionary {
        let identifier = HeaderDictionary.version1.identifier + 1
        var content = HeaderDictionary.version1.content
        // RFC 8878 §6: magic number, then the identifier, little endian.
        for index in 0..<4 { content[4 + index] = UInt8(truncatingIfNeeded: identifier >> (8 * UInt32(index))) }
        return HeaderDictionary(identifier: identifier, content: content)
    }

    @Test("version 1 is these bytes for ever")
    func version1IsFixed() {
        let dictionary = HeaderDictionary.version1
        #expect(dictionary.identifier == 36_353)
        #expect(dictionary.content.count == 65_536)
        #expect(
            hexadecimal(SHA256.hash(data: dictionary.content)) == "100507cd6a155fdf0d5b110a6be10d01c78b6913e43be42712c3110a489c3436")
    }

    @Test("a record made with version 1 still opens")
    func committedSampleOpens() throws {
        let content = try HeaderCompressor().decompress(CommittedSample.compressed, maximumByteCount: 10_000)
        #expect(content.count == CommittedSample.contentByteCount)
        #expect(hexadecimal(SHA256.hash(data: content)) == CommittedSample.contentDigest)
        let frame = try CompressedFrame(withoutMagicNumber: CommittedSample.compressed)
        #expect(frame.dictionaryIdentifier == CommittedSample.dictionaryIdentifier)
    }

    @Test("version 1 is among the standard dictionaries, and no identifier names two")
    func identifiersAreUnique() {
        let all = HeaderDictionaries.standard.earlier + [HeaderDictionaries.standard.current]
        #expect(all.contains(.version1))
        #expect(Set(all.map(\.identifier)).count == all.count)
        // RFC 8878 §7: below 32 768 and from 2³¹ on identifiers are registered.
        #expect(all.allSatisfy { (32_768..<65_536).contains($0.identifier) })
    }

    @Test("with a second version old records open, and new ones name what an old program lacks")
    func secondVersion() throws {
        let newer = try HeaderCompressor(dictionaries: HeaderDictionaries(current: second, earlier: [.version1]))
        let older = try HeaderCompressor(dictionaries: HeaderDictionaries(current: .version1))

        let content = try older.decompress(CommittedSample.compressed, maximumByteCount: 10_000)
        #expect(try newer.decompress(CommittedSample.compressed, maximumByteCount: 10_000) == content)

        let compressed = try newer.compress(content)
        #expect(try newer.decompress(compressed, maximumByteCount: 10_000) == content)
        let error = #expect(throws: CompressionError.self) { try older.decompress(compressed, maximumByteCount: 10_000) }
        #expect(error?.code == .unknownDictionary(identifier: second.identifier))
    }

    @Test("bytes that are no such dictionary are refused")
    func unusableDictionary() {
        let unusable = [
            HeaderDictionary(identifier: 36_353, content: []),
            HeaderDictionary(identifier: 36_353, base64: "no base64!"),
            HeaderDictionary(identifier: 36_353, content: [UInt8](repeating: 1, count: 4_000)),
            HeaderDictionary(identifier: 36_354, content: HeaderDictionary.version1.content),
        ]
        for dictionary in unusable {
            let error = #expect(throws: CompressionError.self) {
                try HeaderCompressor(dictionaries: HeaderDictionaries(current: dictionary))
            }
            #expect(error?.code == .unusableDictionary(identifier: dictionary.identifier))
        }
    }
}
