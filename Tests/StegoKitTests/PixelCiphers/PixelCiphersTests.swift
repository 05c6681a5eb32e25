import Ciphers
import DICOM
import SeededRandomness
import Testing

@testable import StegoKit

/// Files whose samples are enciphered for an archive that nobody trusts.
@Suite struct PixelCiphersTests {
    private let key = StudyKey()

    private func sealer(_ names: [String] = PixelCiphers.standardNames) throws -> InstanceSealer {
        InstanceSealer(key: key, options: SealOptions(codec: .none, pixelCiphers: try PixelCiphers(names: names)))
    }

    private func planes(of bytes: [UInt8]) throws -> SamplePlanes {
        let (description, native) = try PixelCodec.decode(DICOMFile(bytes: bytes, name: "file"))
        return try #require(try SampleConversion(description)?.split(native).planes)
    }

    @Test(arguments: [
        ["permutation", "addition"], ["addition"], ["dna"], ["chaotic-stream", "chaotic-block-shuffle"], ["arnold-aes", "dna"],
    ])
    func samplesAreEncipheredAndComeBack(names: [String]) throws {
        let original = try SyntheticFile.make()
        let sealed = try sealer(names).seal(original, name: "image")
        #expect(sealed.report.exactness == .bytes && sealed.report.record == .element)
        let (before, after) = (try planes(of: original), try planes(of: sealed.bytes))
        #expect(after.rows == before.rows && after.columns == before.columns && after.bitsStored == before.bitsStored)
        // Of 4096 levels, random samples share one in as many places; the original's neighbours are alike, these are not.
        #expect(zip(before.planes[0], after.planes[0]).count { $0 == $1 } < 30)
        #expect(Set(after.planes[0]).count > 3000)
        #expect(try InstanceRevealer().reveal(sealed.bytes, name: "image") { _ in key }.bytes == original)
    }

    /// Grey and colour, many frames, 1 … 16 bits, signed or not, odd sizes.
    @Test(arguments: UInt64(1)...30)
    func everyShapeComesBack(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let bits = Int.random(in: 1...16, using: &random)
        let (rows, columns) = (Int.random(in: 1...40, using: &random), Int.random(in: 1...40, using: &random))
        let planes = try SamplePlanes(
            rows: rows, columns: columns, bitsStored: bits,
            planes: (0..<Int.random(in: 1...6, using: &random)).map { _ in
                (0..<rows * columns).map { _ in UInt16.random(in: 0...UInt16((1 << bits) - 1), using: &random) }
            })
        let instance = key.instanceKey(for: "2.25.7")
        let ciphers = try PixelCiphers(names: ["subkey-rounds", "permutation", "addition", "permutation"])
        let nonce = [UInt8](repeating: 3, count: PixelCipherKeys.nonceByteCount)
        let (ciphered, keys) = try ciphers.encipher(planes, key: instance, nonce: nonce)
        #expect(try PixelCiphers.decipher(ciphered, keys, key: instance) == planes)
        var reader = RecordReader(keys.encoded)
        #expect(try PixelCipherKeys(&reader) == keys && reader.isAtEnd)
        // Another nonce gives other samples wherever there are enough of them to tell.
        let other = try ciphers.encipher(planes, key: instance, nonce: nonce.map { $0 ^ 1 }).0
        #expect(planes.sampleCount * bits < 64 || other != ciphered)
    }

    @Test func aChangedSampleIsRefused() throws {
        let sealed = try sealer().seal(try SyntheticFile.make(), name: "image")
        let range = try #require(try DICOMFile(bytes: sealed.bytes, name: "").pixelDataRange)
        var changed = sealed.bytes
        changed[range.lowerBound + 1000] ^= 1
        #expect { try InstanceRevealer().reveal(changed, name: "image") { _ in key } } throws: { ($0 as? StegoError)?.code == .tampered }
    }

    @Test(arguments: [
        (["permutation"], "none of these protects"), (["quantum-des", "pixel-shuffle"], "none of these protects"),
        (["aes-gcm"], "no cipher that keeps"), (["rot13"], "no cipher that keeps"), ([], "1 to 8 ciphers"),
        ([String](repeating: "dna", count: 9), "1 to 8 ciphers"),
    ])
    func weakOrUnknownCiphersAreRefused(names: [String], reason: String) {
        #expect {
            try PixelCiphers(names: names)
        } throws: {
            ($0 as? SealingError)?.code == .unusableCiphers && ($0 as? SealingError)?.reason.contains(reason) == true
        }
    }

    @Test func losslessCodestreamsComeBack() throws {
        let original = try EncapsulatedFile(.jpeg2000Lossless, frames: 2, announcing: "2").bytes()
        let sealed = try sealer().seal(original, name: "image")
        #expect(try !DICOMFile(bytes: sealed.bytes, name: "sealed").isPixelDataEncapsulated)
        #expect(try InstanceRevealer().reveal(sealed.bytes, name: "image") { _ in key }.bytes == original)
    }
}
