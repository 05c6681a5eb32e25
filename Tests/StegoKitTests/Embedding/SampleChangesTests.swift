import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

@Suite("Restoration data")
struct SampleChangesTests {
    @Test("survives its coding and undoes the changes")
    func roundTrip() throws {
        try forEachSeed(0..<200) { generator, seed in
            let bitsStored = 1 + generator.below(16)
            let cover = try TestImage.noise.planes(
                rows: 1 + generator.below(60), columns: 1 + generator.below(60), bitsStored: bitsStored, count: 1 + generator.below(3),
                &generator)
            let density = 1 + generator.below(400)
            let size = 1 + generator.below(7)
            var stego = cover
            for plane in stego.planes.indices {
                for index in stego.planes[plane].indices where generator.below(density) == 0 {
                    let level = Int(stego.planes[plane][index]) + generator.below(2 * size + 1) - size
                    stego.planes[plane][index] = UInt16(min(max(level, 0), Int(cover.maximumLevel)))
                }
            }
            let carrier = CarrierPlanes(of: cover)
            let changes = SampleChanges(cover: cover, stego: stego, carrier: carrier)
            let decoded = try #require(SampleChanges(encoded: changes.encoded, sampleCount: carrier.sampleCount), seed)
            #expect(decoded == changes, seed)
            #expect(decoded.undo(in: &stego, carrier: carrier), seed)
            #expect(stego == cover, seed)
        }
    }

    @Test("random bytes are refused or undo what they say, never trap")
    func random() throws {
        try forEachSeed(0..<2000) { generator, seed in
            var planes = try TestImage.noise.planes(rows: 8, columns: 8, bitsStored: 4, &generator)
            let before = planes
            do throws(EmbeddingError) {
                try SampleChanges.restore(&planes, generator.bytes(generator.below(12)), carrier: CarrierPlanes(of: planes))
                #expect(planes.planes[0].allSatisfy { $0 <= 15 }, seed)
            } catch {
                #expect(error.code == .invalidRestoration && planes == before, seed)
            }
        }
    }

    @Test("numbers of every size survive adaptive Rice coding")
    func adaptiveRice() {
        forEachSeed(0..<100) { generator, seed in
            let numbers = (0..<300).map { _ in UInt64(generator.below(1 << generator.below(25))) }
            var writer = BitWriter()
            var coder = AdaptiveRice()
            for number in numbers { coder.append(number, to: &writer) }
            var reader = BitReader(writer.bytes)
            var decoder = AdaptiveRice()
            #expect(numbers.allSatisfy { decoder.read(from: &reader) == $0 }, seed)
        }
    }

    @Test("changes cost less than their positions and directions coded one by one")
    func compact() throws {
        var generator = SplitMix64(seed: 81)
        let cover = try TestImage.smooth.planes(rows: 512, columns: 512, bitsStored: 12, &generator)
        var stego = cover
        for index in cover.planes[0].indices where generator.below(100) == 0 { stego.planes[0][index] += 1 }
        let changes = SampleChanges(cover: cover, stego: stego, carrier: CarrierPlanes(of: cover))
        // Entropy: log₂ 100 + 1.44 bits for a position, and one for the direction.
        #expect(changes.encoded.count * 8 < changes.changes.count * 10)
    }
}
