import SeededRandomness
import Testing
import TextDetection

@testable import StegoKit

@Suite struct RedactionCodingTests {
    private func mask(rows: Int, columns: Int, _ generator: inout SplitMix64) -> CellMask {
        var mask = CellMask(imageRows: rows, imageColumns: columns)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: mask.fillAll()
        case 1: mask.fill(x: 0, y: 0, width: 1, height: 1)
        default:
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                let (row, column) = (Int.random(in: 0..<mask.rows, using: &generator), Int.random(in: 0..<mask.columns, using: &generator))
                let size = Int.random(in: 1...4, using: &generator)
                mask.fill(rows: row..<row + size, columns: column..<column + 2 * size)
            }
        }
        return mask
    }

    /// Every prediction gives back every kind of image, whatever stands under the mask.
    @Test func everyPredictionIsReversible() throws {
        try forEachSeed(0..<60) { generator, seed in
            let (rows, columns) = (Int.random(in: 1...70, using: &generator), Int.random(in: 1...70, using: &generator))
            let (frames, colours) = (Int.random(in: 1...3, using: &generator), Bool.random(using: &generator) ? 3 : 1)
            let bits = Int.random(in: 1...16, using: &generator)
            let kind = TestImage.allCases[Int.random(in: 0..<TestImage.allCases.count, using: &generator)]
            let planes = try kind.planes(rows: rows, columns: columns, bitsStored: bits, count: frames * colours, &generator).planes
            let mask = mask(rows: rows, columns: columns, &generator)
            for raw in 0...7 {
                let samples = HiddenSamples(under: mask, colours: colours, bits: bits, HiddenPrediction(rawValue: raw))
                let residuals = samples.residuals(of: planes[...])
                #expect(residuals.allSatisfy { Int($0) < 1 << bits }, seed)
                var filled = planes
                for run in SampleRuns(of: mask).ranges {
                    for plane in filled.indices { for index in run { filled[plane][index] = 0 } }
                }
                #expect(samples.restore(residuals, to: &filled), seed)
                #expect(filled == planes, seed)
                #expect(!samples.restore(residuals + [0], to: &filled), seed)
            }
        }
    }

    @Test func codedRedactionsComeBack() throws {
        try forEachSeed(100..<140) { generator, seed in
            let (rows, columns) = (Int.random(in: 8...90, using: &generator), Int.random(in: 8...90, using: &generator))
            let bits = [8, 12, 16][Int.random(in: 0..<3, using: &generator)]
            let colours = Bool.random(using: &generator) ? 3 : 1
            let kind = TestImage.allCases[Int.random(in: 0..<TestImage.allCases.count, using: &generator)]
            let planes = try kind.planes(rows: rows, columns: columns, bitsStored: bits, count: 2 * colours, &generator)
            let redaction = Redaction(mask: mask(rows: rows, columns: columns, &generator), fill: [UInt16](repeating: 0, count: colours))
            let coded = try RedactionCoding.encode(redaction, of: planes, colours: colours)
            #expect(try RedactionCoding.restored(coded, in: redaction.filled(planes), colours: colours) == planes, seed)
        }
    }

    /// Damaged forms are refused or give some image of the same size; nothing else happens.
    @Test func damagedFormsAreRefused() throws {
        var generator = SplitMix64(seed: 9)
        let planes = try TestImage.steps.planes(rows: 40, columns: 50, bitsStored: 12, count: 2, &generator)
        var mask = CellMask(imageRows: 40, imageColumns: 50)
        mask.fill(x: 3, y: 3, width: 30, height: 20)
        let coded = try RedactionCoding.encode(Redaction(mask: mask, fill: [7]), of: planes, colours: 1)
        for count in 0..<coded.count {
            #expect(throws: StegoError.self) { try RedactionCoding.restored(Array(coded.prefix(count)), in: planes, colours: 1) }
        }
        for _ in 0..<400 {
            var damaged = coded
            damaged[Int.random(in: damaged.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            do {
                let restored = try RedactionCoding.restored(damaged, in: planes, colours: 1)
                #expect(restored.planes.count == 2)
            } catch {
                #expect((error as? StegoError)?.code == .malformedRecord)
            }
        }
        // Of an image of another size.
        let smaller = try TestImage.steps.planes(rows: 30, columns: 50, bitsStored: 12, count: 2, &generator)
        #expect(throws: StegoError.self) { try RedactionCoding.restored(coded, in: smaller, colours: 1) }
    }

    @Test func theFillIsWhatIsMostFrequentAtTheBorder() throws {
        var planes = [UInt16](repeating: 5, count: 32 * 32)
        for index in planes.indices where index % 32 >= 8 && index % 32 < 16 { planes[index] = UInt16(index) }
        let image = try SamplePlanes(rows: 32, columns: 32, bitsStored: 12, planes: [planes])
        var mask = CellMask(imageRows: 32, imageColumns: 32)
        mask.fill(rows: 0..<4, columns: 1..<2)
        let description = try WrittenFile(rows: 32, columns: 32).description()
        #expect(Redaction(mask, of: image, description).fill == [5])
        mask.fillAll()
        #expect(Redaction(mask, of: image, description).fill == [0])
        var inverted = WrittenFile(rows: 32, columns: 32)
        inverted.photometricInterpretation = "MONOCHROME1"
        #expect(Redaction(mask, of: image, try inverted.description()).fill == [4095])
    }
}
