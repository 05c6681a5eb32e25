import SeededRandomness
import Testing

@testable import StegoKit

@Suite("Header compressor")
struct HeaderCompressorTests {
    private let compressor = HeaderCompressor()
    private let dictionary = HeaderDictionaries.standard.current

    /// Both sides of every change of effort and of zstd's own limits (window, block of 128 KB).
    @Test(
        "restores content of every length exactly",
        arguments: [
            0, 1, 2, 3, 127, 255, 256, 4_095, 5_000, 16_384, 16_385, 65_535, 65_536, 65_792, 131_072, 131_073, 262_144, 262_145, 1_500_000,
        ])
    func restoresEveryLength(byteCount: Int) throws {
        var source = SplitMix64(seed: UInt64(byteCount) &+ 7)
        for content in [source.headerLike(byteCount, dictionary: dictionary.content), source.noise(byteCount)] {
            let compressed = try compressor.compress(content)
            #expect(try compressor.decompress(compressed, maximumByteCount: byteCount) == content)
        }
    }

    @Test("restores header-like content", arguments: [UInt64](1...60))
    func restoresHeaders(seed: UInt64) throws {
        var source = SplitMix64(seed: seed)
        let content = source.headerLike(.random(in: 0...20_000, using: &source), dictionary: dictionary.content)
        let compressed = try compressor.compress(content)
        #expect(try compressor.decompress(compressed, maximumByteCount: 20_000) == content)
    }

    @Test("content that does not compress grows by the documented few bytes", arguments: [0, 1, 200, 6_000, 100_000, 1_000_000])
    func growthIsBounded(byteCount: Int) throws {
        var source = SplitMix64(seed: 11)
        let compressed = try compressor.compress(source.noise(byteCount))
        #expect(compressed.count <= byteCount + 11 + 3 * (byteCount / 131_072))
    }

    @Test("a CT header of 5 KB takes about a quarter")
    func typicalHeaderIsSmall() throws {
        let content = try compressor.decompress(CommittedSample.compressed, maximumByteCount: 10_000)
        #expect(content.count > 5_000)
        #expect(try compressor.compress(content).count <= content.count / 4 + 50)
    }

    @Test("a frame is the shortest form: no magic number, no checksum, the dictionary's identifier in two bytes")
    func frameHeaderIsShort() throws {
        let compressed = try compressor.compress([UInt8](repeating: 7, count: 5_000))
        let descriptor = try #require(compressed.first)
        // RFC 8878 §3.1.1.1.1: content size in 2 bytes, single segment, no checksum, dictionary identifier in 2 bytes.
        #expect(descriptor == 0b0110_0010)
        #expect(UInt32(compressed[1]) | UInt32(compressed[2]) << 8 == dictionary.identifier)
    }

    @Test("the same content compresses to the same bytes")
    func isDeterministic() throws {
        var source = SplitMix64(seed: 3)
        let content = source.headerLike(9_000, dictionary: dictionary.content)
        #expect(try compressor.compress(content) == HeaderCompressor().compress(content))
    }

    @Test("many threads share one compressor")
    func isSharedByThreads() async throws {
        let compressor = compressor
        let dictionary = dictionary.content
        let failures = try await withThrowingTaskGroup(of: Bool.self) { group in
            for seed in UInt64(0)..<64 {
                group.addTask {
                    var source = SplitMix64(seed: seed)
                    let content = source.headerLike(Int(seed) * 700, dictionary: dictionary)
                    let compressed = try compressor.compress(content)
                    return try compressor.decompress(compressed, maximumByteCount: content.count) != content
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failures == 0)
    }
}
