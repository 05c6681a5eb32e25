import Imaging
import SeededRandomness
import Testing
import TextDetection

@Suite struct TextDetectorTests {
    private static let name = "MUSTERMANN, Erika 1964-08-12"

    private func mask(_ text: DrawnText, _ profile: DetectionProfile = .unsuspected, bitsStored: Int = 8) -> CellMask {
        TextDetector(profile: profile).mask(
            of: [text.plane], rows: text.rows, columns: text.columns, colours: 1, bitsStored: bitsStored)
    }

    @Test(arguments: 0..<4, [1, 2, 3, 5]) func textIsFoundInEverySizeAndTurn(_ turns: Int, _ scale: Int) {
        var generator = SplitMix64(seed: UInt64(turns * 10 + scale))
        for background in [0, 1] {
            let anatomy = DrawnText.anatomy(&generator, noise: 5, brightest: 180)
            var text = DrawnText(rows: 512, columns: 512) { x, y in background == 0 ? 0 : anatomy(x, y) }
            let shown = scale > 2 ? "Erika 1964" : Self.name
            for line in 0..<3 {
                let offset = 20 + line * 140
                text.draw(shown, x: turns % 2 == 0 ? 24 : offset, y: turns % 2 == 0 ? offset : 24, scale: scale, turns: turns, level: 250)
            }
            let found = mask(text, .suspected)
            #expect(text.recall(found) >= 0.99, "background \(background)")
        }
    }

    @Test func darkTextOnLightIsFound() {
        var generator = SplitMix64(seed: 5)
        let anatomy = DrawnText.anatomy(&generator, noise: 4, brightest: 60)
        var text = DrawnText(rows: 200, columns: 300) { 250 - anatomy($0, $1) }
        text.draw(Self.name, x: 20, y: 30, scale: 1, level: 20)
        text.draw(Self.name, x: 20, y: 80, scale: 2, level: 20)
        #expect(text.recall(mask(text)) == 1)
    }

    @Test func textOfSixteenBitsIsFound() {
        var generator = SplitMix64(seed: 6)
        let anatomy = DrawnText.anatomy(&generator, noise: 12, brightest: 1800)
        var text = DrawnText(rows: 256, columns: 256) { 31_000 + anatomy($0, $1) }
        text.draw(Self.name, x: 12, y: 16, scale: 1, level: 34_000)
        text.draw("Erika 1964", x: 12, y: 100, scale: 2, level: 33_000)
        #expect(text.recall(mask(text, bitsStored: 16)) == 1)
    }

    @Test func textAtTheEdgeAndInFlatImagesIsFound() {
        for (rows, y) in [(256, 1), (256, 246), (12, 2)] {
            var text = DrawnText(rows: rows, columns: 256) { _, _ in 10 }
            text.draw(Self.name, x: 2, y: y, level: 200)
            #expect(text.recall(mask(text)) == 1, "\(rows) rows, at \(y)")
        }
    }

    /// Strips of 512 rows that begin every 256 rows: a line of text lies in the first, on every seam, and in the last.
    @Test func textInHugeFramesIsFoundStripByStrip() {
        var generator = SplitMix64(seed: 9)
        let anatomy = DrawnText.anatomy(&generator, noise: 5, brightest: 150)
        var text = DrawnText(rows: 2_050, columns: 256) { anatomy($0, $1 % 512) }
        for y in [20, 500, 1_012, 1_530, 2_030] { text.draw(Self.name, x: 12, y: y, scale: 1, level: 250) }
        let detector = TextDetector(profile: .unsuspected, samplesAtOnce: 200_000)
        let found = detector.mask(ofFrame: [text.plane], rows: text.rows, columns: text.columns, bitsStored: 8)
        #expect(text.recall(found) == 1)
        #expect(found.coverage < 0.2)
    }

    @Test func videoOfFiveBitsIsSearched() {
        var generator = SplitMix64(seed: 7)
        let anatomy = DrawnText.anatomy(&generator, noise: 12, brightest: 200)
        var text = DrawnText(rows: 240, columns: 320) { anatomy($0, $1) & 0xF8 }
        text.draw(Self.name, x: 16, y: 16, scale: 1, level: 248)
        let found = mask(text, .suspected)
        #expect(text.recall(found) == 1)
        #expect(found.coverage < 0.6)
    }

    @Test func textOfOneColourIsFound() {
        var generator = SplitMix64(seed: 8)
        let anatomy = DrawnText.anatomy(&generator, noise: 4, brightest: 180)
        let red = DrawnText(rows: 200, columns: 300, background: anatomy)
        let green = red
        var blue = DrawnText(rows: 200, columns: 300, background: anatomy)
        blue.draw(Self.name, x: 20, y: 30, scale: 2, level: 255)
        let found = TextDetector(profile: .suspected).mask(
            of: [red.plane, green.plane, blue.plane], rows: 200, columns: 300, colours: 3, bitsStored: 8)
        #expect(blue.recall(found) == 1)
    }

    @Test func textOfOneFrameIsFound() {
        var frames = (0..<10).map { frame in
            var generator = SplitMix64(seed: UInt64(100 + frame))
            return DrawnText(rows: 128, columns: 256, background: DrawnText.anatomy(&generator, noise: 4, brightest: 150))
        }
        frames[6].draw("HUSTERMANN 1964", x: 30, y: 50, scale: 1, level: 240)
        let found = TextDetector(profile: .unsuspected).mask(
            of: frames.map(\.plane), rows: 128, columns: 256, colours: 1, bitsStored: 8)
        #expect(frames[6].recall(found) == 1)
    }

    /// Text below the noise of each frame stands out of what all frames have in common.
    @Test func constantTextIsFoundUnderMovingNoise() {
        let frames = (0..<24).map { frame in
            var generator = SplitMix64(seed: UInt64(200 + frame))
            var text = DrawnText(rows: 128, columns: 256) { _, _ in UInt16.random(in: 0...160, using: &generator) }
            text.draw("HUSTERMANN 1964", x: 30, y: 50, scale: 1, level: 140)
            return text
        }
        let detector = TextDetector(profile: .unsuspected)
        let alone = detector.mask(of: [frames[0].plane], rows: 128, columns: 256, colours: 1, bitsStored: 8)
        let together = detector.mask(of: frames.map(\.plane), rows: 128, columns: 256, colours: 1, bitsStored: 8)
        #expect(frames[0].recall(alone) < 0.5)
        #expect(frames[0].recall(together) == 1)
    }

    @Test func littleIsTakenOfImagesWithoutText() {
        for seed in 0..<4 {
            var generator = SplitMix64(seed: UInt64(300 + seed))
            let text = DrawnText(rows: 512, columns: 512, background: DrawnText.anatomy(&generator, noise: 20, brightest: 2000))
            // The discs' edges are steeper than anatomy.
            #expect(mask(text, bitsStored: 12).coverage < 0.2)
        }
        let flat = DrawnText(rows: 100, columns: 100) { _, _ in 7 }
        #expect(mask(flat).isEmpty)
    }

    /// Lines that are longer than any character are the table that a patient lies upon; text beside them stays text.
    @Test(arguments: [2, 4]) func longLinesAreNoText(_ thickness: Int) {
        var generator = SplitMix64(seed: 310)
        let noise = (0..<4096).map { _ in UInt16.random(in: 0...6, using: &generator) }
        var text = DrawnText(rows: 400, columns: 512) { x, y in
            let bend = 330 + (x - 256) * (x - 256) / 1500
            let isLine = (bend..<bend + thickness).contains(y) || (60..<60 + thickness).contains(x) && (120..<300).contains(y)
            return (isLine ? 200 : 20) + noise[(x &* 2_654_435_761 &+ y &* 40_503 &+ x &* y &* 97) & 4095]
        }
        #expect(mask(text).coverage < 0.02)
        text.draw(Self.name, x: 90, y: 300, scale: 1, level: 200)
        text.draw("Erika 1964", x: 90, y: 352, scale: 2, level: 200)
        #expect(text.recall(mask(text)) == 1)
    }

    /// Lines that text stands between, or that run under it, are no reason to leave it.
    @Test(arguments: 0..<2) func underlinedAndTabulatedTextIsFound(_ scale: Int) {
        let height = BitmapFont.height << scale
        var text = DrawnText(rows: 320, columns: 480) { x, y in y % (height + 10) == 0 || x % 235 == 0 ? 200 : 20 }
        for row in 1..<320 / (height + 10) - 1 {
            text.draw(scale == 0 ? Self.name : "Erika 1964", x: 12, y: row * (height + 10) + 6, scale: 1 << scale, level: 200)
        }
        #expect(text.recall(mask(text)) == 1)
    }

    /// The stems of large letters and the bars of a bar code are lines as well.
    @Test func stemsAndBarsAreNoLongLines() {
        for turns in 0..<2 {
            var text = DrawnText(rows: 256, columns: 512) { _, _ in 20 }
            text.draw("HIMLTE", x: turns == 0 ? 20 : 60, y: 40, scale: 8, turns: turns, level: 220)
            #expect(text.recall(mask(text)) == 1, "\(turns) turns")
        }
        let bars = DrawnText(rows: 256, columns: 512) { x, y in
            (40..<200).contains(y) && (60..<300).contains(x) && (x / 3) * 7 % 5 < 2 ? 220 : 20
        }
        let found = mask(bars)
        for (row, column) in [(8, 10), (12, 20), (20, 30)] { #expect(found[row, column], "\(row), \(column)") }
    }

    @Test func anySizeIsTaken() {
        for (rows, columns) in [(1, 1), (2, 300), (3, 3), (17, 5), (24, 24), (25, 1000)] {
            let found = TextDetector(profile: .blurred).mask(
                of: [[UInt16](repeating: 9, count: rows * columns)], rows: rows, columns: columns, colours: 1, bitsStored: 16)
            #expect(found.isEmpty && found.imageRows == rows && found.imageColumns == columns)
        }
        #expect(TextDetector(profile: .blurred).mask(of: [], rows: 8, columns: 8, colours: 1, bitsStored: 8).isEmpty)
        #expect(TextDetector(profile: .blurred).mask(of: [[1]], rows: 8, columns: 8, colours: 1, bitsStored: 8).isEmpty)
    }

    @Test(arguments: PassTests.kernels) func kernelsAgree(_ kernel: DetectionKernel) {
        var generator = SplitMix64(seed: 400)
        var text = DrawnText(rows: 203, columns: 309, background: DrawnText.anatomy(&generator, noise: 6, brightest: 200))
        text.draw(Self.name, x: 20, y: 30, scale: 2, level: 255)
        let masks = [kernel, .portable].map {
            TextDetector(profile: .blurred, kernel: $0).mask(of: [text.plane], rows: 203, columns: 309, colours: 1, bitsStored: 8)
        }
        #expect(masks[0] == masks[1] && !masks[0].isEmpty)
    }
}

@Suite struct CellMaskTests {
    @Test func rectanglesTakeEveryCellThatTheyTouch() {
        var mask = CellMask(imageRows: 20, imageColumns: 30)
        mask.fill(x: 7, y: 8, width: 2, height: 1)
        #expect(mask.cells.indices.filter { mask.cells[$0] } == [4, 5])
        #expect(mask.sampleCount == 128)
        mask.fill(x: -5, y: 17, width: 1000, height: .max)
        #expect(mask.runs(ofRow: 2) == [0..<30])
        #expect(mask.sampleCount == 128 + 4 * 30)
        mask.fill(x: 40, y: 0, width: 5, height: 5)
        mask.fill(x: 0, y: 0, width: 0, height: 5)
        #expect(mask.sampleCount == 128 + 4 * 30)
        mask.fillAll()
        #expect(mask.coverage == 1)
    }

    @Test func regionsAreConnectedCells() {
        var mask = CellMask(imageRows: 80, imageColumns: 80)
        mask.fill(rows: 1..<3, columns: 1..<4)
        mask.fill(rows: 3..<4, columns: 4..<5)
        mask.fill(rows: 7..<8, columns: 0..<1)
        let regions = mask.regions
        #expect(regions.map(\.cells.count) == [7, 1])
        #expect(regions.first?.rows == 1..<4 && regions.first?.columns == 1..<5)
    }

    /// Names of different length leave the same box.
    @Test func boxesAreRoundedUp() {
        let boxes = (9...16).map { width in
            var mask = CellMask(imageRows: 160, imageColumns: 512)
            mask.fill(rows: 4..<7, columns: 20..<20 + width)
            return mask.roundedUp(toStepsOf: 8) { _ in true }
        }
        #expect(boxes.allSatisfy { $0.regions.count == 1 && $0.regions[0].columns.count == 16 && $0.regions[0].rows.count == 3 })
        var mask = CellMask(imageRows: 160, imageColumns: 40)
        mask.fill(rows: 4..<7, columns: 0..<3)
        #expect(mask.roundedUp(toStepsOf: 8) { _ in true }.regions[0].columns == 0..<5)
        #expect(mask.roundedUp(toStepsOf: 8) { _ in false } == mask)
    }
}
