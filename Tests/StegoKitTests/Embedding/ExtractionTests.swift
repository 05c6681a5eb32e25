import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

@Suite("Extraction from what was not meant for it")
struct ExtractionTests {
    private static let methods = EmbeddingMethod.all

    private func code(_ body: () throws -> Any) -> EmbeddingError.Code? {
        do {
            _ = try body()
            return nil
        } catch { return (error as? EmbeddingError)?.code }
    }

    private func smooth(_ generator: inout SplitMix64) throws -> SamplePlanes {
        try TestImage.smooth.planes(rows: 70, columns: 65, bitsStored: 10, count: 2, &generator)
    }

    @Test("each method is recognised by itself")
    func recognised() throws {
        var generator = SplitMix64(seed: 31)
        for method in Self.methods {
            var planes = try smooth(&generator)
            let payload = generator.bytes(40)
            _ = try method.embed(payload, into: &planes, key: TestKeys.instance())
            #expect(try EmbeddingMethod.detect(in: planes, key: TestKeys.instance()) == method)
            #expect(try EmbeddingMethod.extract(from: &planes, key: TestKeys.instance()).payload == payload)
        }
    }

    @Test("another key, another study or an untouched image: nothing found, nothing changed")
    func nothing() throws {
        var generator = SplitMix64(seed: 32)
        for method in Self.methods {
            var planes = try smooth(&generator)
            let untouched = planes
            #expect(code { try EmbeddingMethod.extract(from: &planes, key: TestKeys.instance()) } == .nothingFound)
            #expect(planes == untouched)
            _ = try method.embed([1, 2, 3], into: &planes, key: TestKeys.instance())
            let stego = planes
            for key in [try TestKeys.instance(1), try TestKeys.study().instanceKey(for: "1.2.3")] {
                #expect(code { try EmbeddingMethod.extract(from: &planes, key: key) } == .nothingFound)
                #expect(code { try method.restore(&planes, restoration: [], key: key) } == (method.isReversible ? nil : .nothingFound))
            }
            #expect(planes == stego)
        }
    }

    @Test("the same samples in another shape are another image")
    func otherShape() throws {
        var generator = SplitMix64(seed: 33)
        var planes = try TestImage.smooth.planes(rows: 60, columns: 80, bitsStored: 10, &generator)
        _ = try EmbeddingMethod.reversible.embed([1, 2, 3], into: &planes, key: TestKeys.instance())
        var turned = try SamplePlanes(rows: 80, columns: 60, bitsStored: 10, planes: planes.planes)
        #expect(code { try EmbeddingMethod.extract(from: &turned, key: TestKeys.instance()) } == .nothingFound)
    }

    @Test("a method does not undo what another did")
    func otherMethod() throws {
        var generator = SplitMix64(seed: 34)
        for writer in Self.methods {
            var stego = try smooth(&generator)
            _ = try writer.embed([1, 2, 3], into: &stego, key: TestKeys.instance())
            for reader in Self.methods where reader != writer && !reader.isReversible {
                var planes = stego
                #expect(code { try reader.restore(&planes, restoration: [], key: TestKeys.instance()) } == .nothingFound)
                #expect(planes == stego)
            }
        }
    }

    @Test("unknown versions and methods are named as such")
    func unsupported() throws {
        var generator = SplitMix64(seed: 35)
        let key = try TestKeys.instance()
        let planes = try smooth(&generator)
        let sealed = ParameterBlock(method: EmbeddingMethod.reversible.number, payloadByteCount: 3).sealed(key: key, geometry: planes)
        #expect(try ParameterBlock(sealed: sealed, key: key, geometry: planes).payloadByteCount == 3)
        // Passes: none; the check is right, the content is no embedding.
        var stego = planes
        let carrier = CarrierPlanes(of: stego)
        let reserved = try ReservedSamples(of: stego, carrier: carrier, path: KeyedPermutation(count: carrier.sampleCount, key: key))
        reserved.write(sealed, to: &stego, carrier: carrier)
        #expect(code { try EmbeddingMethod.extract(from: &stego, key: key) } == .unsupported)
        let unknown = ParameterBlock(method: 15, payloadByteCount: 3).sealed(key: key, geometry: planes)
        reserved.write(unknown, to: &stego, carrier: carrier)
        #expect {
            try EmbeddingMethod.extract(from: &stego, key: key)
        } throws: {
            ($0 as? EmbeddingError)?.reason.contains("embedding method number 15") == true
        }
    }

    /// Authentic parameters over pixels that were changed since: an error or a wrong payload, never a trap, and never an illegal level.
    @Test("damaged and random pixels never trap", arguments: TestImage.allCases)
    func fuzz(image: TestImage) throws {
        let key = try TestKeys.instance()
        try forEachSeed(0..<80) { generator, seed in
            let bitsStored = 1 + generator.below(16)
            let maximum = (1 << bitsStored) - 1
            let forbidden: ClosedRange<UInt16>? = generator.below(2) == 0 ? nil : UInt16(maximum / 2)...UInt16(maximum)
            var planes = try image.planes(
                rows: 20 + generator.below(40), columns: 20 + generator.below(40), bitsStored: bitsStored, forbidden: forbidden, &generator)
            let carrier = CarrierPlanes(of: planes)
            let path = KeyedPermutation(count: carrier.sampleCount, key: key)
            guard let reserved = try? ReservedSamples(of: planes, carrier: carrier, path: path) else { return }
            var block = ParameterBlock(
                method: (generator.below(4) == 0 ? EmbeddingMethod.leastSignificantBit : .reversible).number,
                payloadByteCount: generator.below(1 << 28))
            block.passCount = generator.below(16)
            block.coarseShift = generator.below(16)
            block.detail = generator.bytes(ParameterBlock.detailByteCount)
            // A believable length, or nothing behind the first check is ever reached.
            let length = generator.below(carrier.sampleCount / 16)
            block.detail.replaceSubrange(19..<22, with: [UInt8(length & 0xFF), UInt8(length >> 8), 0])
            if generator.below(2) == 0 {
                block.detail =
                    PassParameters(
                        segments: [.init(endBucket: 104, lowerBin: -1, upperBin: 0)], embeddedByteCount: length
                    ).bytes
            }
            reserved.write(block.sealed(key: key, geometry: planes), to: &planes, carrier: carrier)
            let before = planes
            do throws(EmbeddingError) {
                _ = try EmbeddingMethod.extract(from: &planes, key: key)
                #expect(planes.planes.allSatisfy { $0.allSatisfy { $0 <= planes.maximumLevel } }, seed)
            } catch {
                #expect(error.code != .nothingFound, seed)
                #expect(planes == before, seed)
            }
            try? EmbeddingMethod.leastSignificantBit.restore(&planes, restoration: generator.bytes(generator.below(60)), key: key)
        }
    }

    /// The same on wet paper, where the mask and the codes' own parameters are read besides.
    @Test("damaged parameters on wet paper never trap", arguments: EmbeddingMethod.all)
    func fuzzWetPaper(_ method: EmbeddingMethod) throws {
        let key = try TestKeys.instance()
        var (reached, attempts) = (0, 0)
        try forEachSeed(0..<400) { generator, seed in
            let bitsStored = 1 + generator.below(16)
            var planes = try TestImage.noise.planes(
                rows: 40 + generator.below(40), columns: 40 + generator.below(40), bitsStored: bitsStored, &generator)
            let carrier = CarrierPlanes(of: planes)
            let path = KeyedPermutation(count: carrier.sampleCount, key: key)
            var walk = CarrierWalk(planes: planes, carrier: carrier, path: path, start: 0)
            let paper = WetPaperSamples(samples: walk.next(WetPreamble.blockSampleCount(carrier), in: planes))
            var block = ParameterBlock(
                method: method.number, payloadByteCount: generator.below(2) == 0 ? generator.below(1 << 28) : generator.below(300))
            block.version = .wetPaper
            block.detail = generator.bytes(ParameterBlock.detailByteCount)
            if generator.below(2) == 0 {
                block.detail.replaceSubrange(..<5, with: MaskPlacement(byteCount: generator.below(3), sampleCount: 200).encoded)
                block.detail[5] = UInt8(1 + generator.below(12))
                block.detail.replaceSubrange(6..<14, with: [UInt8(generator.below(256)), 0, 0, 0, 1, 0, 0, 0])
                if method == .hamming {
                    block.detail[8] = UInt8(1 + generator.below(3))
                } else {
                    block.detail[7] = UInt8(generator.below(16))
                }
            }
            let sealed = block.sealed(key: key, geometry: planes)
            let costs = [Float](repeating: 1, count: paper.samples.count)
            for flip in try #require(paper.flips(toHold: sealed, in: planes, costs: costs), seed) {
                planes.planes[0][paper.samples[flip].index] ^= 1
            }
            let before = planes
            attempts += 1
            do throws(EmbeddingError) {
                _ = try EmbeddingMethod.extract(from: &planes, key: key)
                reached += 1
            } catch {
                // Behind a mask that masks everything, the reversible method's own parameters are not to be found.
                #expect(error.code != .nothingFound || method == .reversible, seed)
                #expect(planes == before, seed)
            }
            try? method.restore(&planes, restoration: generator.bytes(generator.below(60)), key: key)
        }
        #expect(attempts > 0 && (method == .reversible || reached > 0))
    }

    @Test("a flipped last bit of any sample is found out or changes the payload")
    func flippedSamples() throws {
        var generator = SplitMix64(seed: 36)
        let cover = try smooth(&generator)
        let payload = generator.bytes(100)
        let key = try TestKeys.instance()
        var stego = cover
        _ = try EmbeddingMethod.reversible.embed(payload, into: &stego, key: TestKeys.instance())
        for index in stride(from: 0, to: stego.samplesPerPlane, by: 61) {
            var changed = stego
            changed.planes[0][index] ^= 1
            do throws(EmbeddingError) {
                let extracted = try EmbeddingMethod.extract(from: &changed, key: key)
                #expect(extracted.payload != payload || changed != cover, "index \(index)")
            } catch {
                #expect([EmbeddingError.Code.nothingFound, .damaged, .unsupported].contains(error.code), "index \(index)")
            }
        }
    }
}
