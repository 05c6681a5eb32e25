import CZstandard
import SeededRandomness
import Testing

@testable import StegoKit

@Suite("Hostile compressed bytes")
struct HostileFrameTests {
    private let compressor = HeaderCompressor()
    private let content: [UInt8]
    private let compressed: [UInt8]

    init() throws {
        var source = SplitMix64(seed: 5)
        content = source.headerLike(5_000, dictionary: HeaderDictionary.version1.content)
        compressed = try compressor.compress(content)
    }

    private func code(_ bytes: [UInt8], maximumByteCount: Int = 100_000) -> CompressionError.Code? {
        do {
            _ = try compressor.decompress(bytes, maximumByteCount: maximumByteCount)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("no bytes at all are corrupt")
    func empty() {
        #expect(code([]) == .corrupt)
    }

    @Test("every truncation is corrupt")
    func truncated() {
        for length in 0..<compressed.count {
            #expect(code(Array(compressed.prefix(length))) == .corrupt, "\(length) bytes")
        }
    }

    @Test("bytes after the frame are corrupt, also when they are a frame of their own")
    func trailing() {
        #expect(code(compressed + [0]) == .corrupt)
        #expect(code(compressed + CompressedFrame.magicNumber + compressed) == .corrupt)
        let skippableFrame: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]
        #expect(code(compressed + skippableFrame) == .corrupt)
    }

    @Test("a complete zstd frame, magic number and all, is not ours")
    func withMagicNumber() {
        #expect(code(CompressedFrame.magicNumber + compressed) != nil)
    }

    @Test("another dictionary's identifier is named")
    func unknownDictionary() {
        var changed = compressed
        changed[1] = 0x34
        changed[2] = 0x92
        #expect(code(changed) == .unknownDictionary(identifier: 0x9234))
    }

    @Test("a frame without a dictionary is refused")
    func withoutDictionary() {
        var frame = [UInt8](repeating: 0, count: ZSTD_compressBound(content.count))
        let byteCount = ZSTD_compress(&frame, frame.count, content, content.count, 3)
        #expect(code(Array(frame[4..<byteCount])) == .unknownDictionary(identifier: 0))
    }

    @Test("content beyond the caller's bound is refused, content at the bound is not")
    func tooLarge() {
        #expect(code(compressed, maximumByteCount: 4_999) == .tooLarge(byteCount: 5_000, maximumByteCount: 4_999))
        #expect(code(compressed, maximumByteCount: 0) == .tooLarge(byteCount: 5_000, maximumByteCount: 0))
        #expect(code(compressed, maximumByteCount: -1) == .tooLarge(byteCount: 5_000, maximumByteCount: -1))
        #expect(code(compressed, maximumByteCount: 5_000) == nil)
    }

    /// The two bytes after the identifier hold the content size less 256 (RFC 8878 §3.1.1.1.4).
    @Test("a length that is not the content's is corrupt", arguments: [4_999, 5_001, 256, 65_000])
    func lyingLength(claimed: Int) {
        var changed = compressed
        changed[3] = UInt8((claimed - 256) & 0xFF)
        changed[4] = UInt8((claimed - 256) >> 8)
        #expect(code(changed) == .corrupt)
    }

    @Test("a claim of exabytes is refused before anything is allocated")
    func enormousClaim() {
        // Descriptor: content size in 8 bytes, single segment, dictionary identifier in 2 bytes; then one empty last block.
        let identifier: [UInt8] = [0x01, 0x8E]
        for size in [[UInt8](repeating: 0x7F, count: 8), [UInt8](repeating: 0xFF, count: 8), [0, 0, 0, 0x40, 0, 0, 0, 0]] {
            #expect(code([0b1110_0010] + identifier + size + [1, 0, 0], maximumByteCount: .max) == .corrupt)
        }
    }

    @Test("a frame that hides its length is corrupt")
    func withoutLength() throws {
        // Descriptor: no content size, dictionary identifier in 2 bytes; window of 1 KB; one empty last block.
        #expect(code([0b0000_0010, 0, 0x01, 0x8E, 1, 0, 0]) == .corrupt)
    }

    @Test("noise never crashes and never passes the bound", arguments: [UInt64](1...20))
    func noise(seed: UInt64) {
        var source = SplitMix64(seed: seed)
        for _ in 0..<500 {
            var bytes = source.noise(.random(in: 0...300, using: &source))
            if Bool.random(using: &source) { bytes.replaceSubrange(0..<min(5, bytes.count), with: compressed.prefix(5)) }
            if let restored = try? compressor.decompress(bytes, maximumByteCount: 8_000) {
                #expect(restored.count <= 8_000)
            }
        }
    }

    @Test("changed bytes never crash and never pass the bound", arguments: [UInt64](1...20))
    func changedBytes(seed: UInt64) {
        var source = SplitMix64(seed: seed)
        for _ in 0..<500 {
            var bytes = compressed
            for _ in 0..<Int.random(in: 1...4, using: &source) {
                bytes[Int.random(in: 0..<bytes.count, using: &source)] ^= UInt8.random(in: 1...255, using: &source)
            }
            if let restored = try? compressor.decompress(bytes, maximumByteCount: 8_000) {
                #expect(restored.count <= 8_000)
            }
        }
    }

    @Test("no error tells anything of the content")
    func errorsAreDiscreet() {
        var changed = compressed
        changed[3] ^= 1
        #expect(throws: CompressionError.self) { try compressor.decompress(changed, maximumByteCount: 100_000) }
        do {
            _ = try compressor.decompress(changed, maximumByteCount: 100_000)
        } catch {
            #expect(error.description.hasPrefix("the compressed bytes are damaged: "))
            #expect(error.description.count < 160)
        }
    }
}
