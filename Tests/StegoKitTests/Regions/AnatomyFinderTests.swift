import DICOM
import SeededRandomness
import TestSupport
import Testing

@testable import StegoKit

/// Drawn patients: nothing of them may be outside the region, and clear air not inside.
@Suite struct AnatomyFinderTests {
    private static let size = 256
    /// Farther from the anatomy than the margin and the closing reach.
    private static let distance = 12

    private func air() -> DrawnImage { DrawnImage(rows: Self.size, columns: Self.size, background: 0) }

    /// Expects the mask inside and all that is farther away outside.
    private func expectAround(_ anatomy: BitMask, _ found: FoundRegion, _ seed: Comment) {
        #expect(found.source == .anatomy, seed)
        let isWhole = found.contains(anatomy)
        #expect(isWhole, seed)
        let isClear = found.avoids(anatomy.dilated(radius: Self.distance).inverted)
        #expect(isClear, seed)
    }

    /// Hounsfield units: a trunk with lungs and a spine upon a table, in a round field of view beyond which is −2000.
    private func trunk(_ generator: inout SplitMix64) -> (image: DrawnImage, body: BitMask, table: BitMask) {
        var image = DrawnImage(rows: Self.size, columns: Self.size, background: -1000)
        image.rectangle(x: 40, y: 226, width: 176, height: 2, 100)
        let table = image
        image.ellipse(x: 128, y: 128, width: 100, height: 70, 40)
        image.ellipse(x: 85, y: 120, width: 35, height: 45, -850)
        image.ellipse(x: 171, y: 120, width: 35, height: 45, -850)
        image.ellipse(x: 128, y: 175, width: 14, height: 12, 700)
        image.addNoise(25, &generator)
        let field = image.mask(x: 128, y: 128, width: 127, height: 127)
        let isMeasured = field.flags
        for place in image.values.indices where !isMeasured[place] { image.values[place] = -2000 }
        let tableMask = BitMask(rows: Self.size, columns: Self.size) { table.values[$0] == 100 }.intersection(field)
        return (image, image.mask(x: 128, y: 128, width: 100, height: 70), tableMask)
    }

    @Test func trunkInAirUponATable() throws {
        try forEachSeed(0..<20) { generator, seed in
            let (image, body, table) = trunk(&generator)
            // Lungs, as dark as air almost, are in the body and filled.
            let signed = try DrawnImage.region(of: [image], modality: "CT", bitsStored: 16, isSigned: true, intercept: "0")
            expectAround(body, signed, seed)
            #expect(signed.avoids(table), seed)
            let declared = try DrawnImage.region(
                of: [image], modality: "CT", bitsStored: 16, isSigned: true, intercept: "0", padding: -2000...(-2000))
            expectAround(body, declared, seed)
            // Without a modality there are no Hounsfield units to go by: what is measured at all is kept, and the body for certain.
            let unknown = try DrawnImage.region(of: [image], bitsStored: 16, isSigned: true)
            let isWhole = unknown.contains(body)
            #expect(isWhole, seed)
        }
    }

    @Test func lungsThatTheEdgeCutsAreAnatomy() throws {
        var generator = SplitMix64(seed: 1)
        var image = DrawnImage(rows: 200, columns: 200, background: -1000)
        image.ellipse(x: 100, y: -40, width: 160, height: 190, 40)
        image.ellipse(x: 50, y: 0, width: 40, height: 90, -850)
        image.ellipse(x: 150, y: 0, width: 40, height: 90, -850)
        image.addNoise(25, &generator)
        let found = try DrawnImage.region(of: [image], modality: "CT", bitsStored: 16, isSigned: true, intercept: "0")
        let isWhole = found.contains(image.mask(x: 100, y: -40, width: 160, height: 190))
        #expect(isWhole)
        let isClear = found.avoids(image.mask(x: 100, y: -40, width: 176, height: 206).inverted)
        #expect(isClear)
    }

    @Test func headInNoise() throws {
        try forEachSeed(0..<20) { generator, seed in
            var image = air()
            let head = image.mask(x: 120, y: 130, width: 70, height: 90)
            image.ellipse(x: 120, y: 130, width: 70, height: 90, 220)
            image.ellipse(x: 120, y: 130, width: 60, height: 80, 500)
            image.ellipse(x: 110, y: 120, width: 15, height: 30, 1200)
            // Magnitudes: noise is never below 0.
            for place in image.values.indices { image.values[place] = abs(image.values[place] + generator.below(41) - 20) }
            expectAround(head, try DrawnImage.region(of: [image], modality: "MR"), seed)
        }
    }

    @Test func twoLegs() throws {
        var image = air()
        let legs = image.mask(x: 70, y: 128, width: 40, height: 50).union(image.mask(x: 190, y: 128, width: 25, height: 30))
        image.ellipse(x: 70, y: 128, width: 40, height: 50, 800)
        image.ellipse(x: 190, y: 128, width: 25, height: 30, 700)
        expectAround(legs, try DrawnImage.region(of: [image]), "two legs")
    }

    @Test func sectorWithWriting() throws {
        var image = air()
        var sector = BitMask(rows: Self.size, columns: Self.size)
        sector.fill(polygon: [.init(x: 128, y: 30), .init(x: 220, y: 220), .init(x: 36, y: 220)])
        var generator = SplitMix64(seed: 2)
        let isInSector = sector.flags
        for place in image.values.indices where isInSector[place] { image.values[place] = 20 + generator.below(120) }
        // A shadow that is open to the far edge, and letters.
        image.rectangle(x: 150, y: 120, width: 14, height: 100, 0)
        for letter in 0..<12 {
            image.rectangle(x: 4 + letter * 8, y: 6, width: 2, height: 9, 255)
            image.rectangle(x: 4 + letter * 8, y: 6, width: 5, height: 2, 255)
        }
        let found = try DrawnImage.region(of: [image], modality: "US", bitsStored: 8)
        expectAround(sector, found, "sector")
    }

    @Test func regionsOfUltrasound() throws {
        var image = air()
        image.ellipse(x: 128, y: 128, width: 60, height: 60, 200)
        func item(_ format: Int, _ numbers: [Int]) -> DataSet {
            var item = DataSet()
            item.set(.regionSpatialFormat, .US, integers: [format])
            for (tag, number) in zip([Tag.regionLocationMinX0, .regionLocationMinY0, .regionLocationMaxX1, .regionLocationMaxY1], numbers) {
                item.set(tag, .UL, integers: [number])
            }
            return item
        }
        func found(_ items: [DataSet]) throws -> FoundRegion {
            try DrawnImage.region(
                of: [image], modality: "US", bitsStored: 8, elements: [DataElement(.sequenceOfUltrasoundRegions, sequence: items)])
        }
        let two = try found([item(1, [10, 20, 19, 29]), item(3, [100, 200, 199, 255]), item(5, [0, 0, 255, 9])])
        #expect(two.source == .annotations([.ultrasoundRegion]))
        #expect(two.region.sampleCount == 10 * 10 + 100 * 56)
        // Regions that lie outside the image were kept from another one; so much for all of them.
        #expect(try found([item(1, [10, 20, 19, 29]), item(1, [0, 0, 595, 414])]).source == .anatomy)
    }

    /// A radiograph within the white frame of its collimator, with black air beside the hand.
    @Test func whiteCollimator() throws {
        try forEachSeed(0..<10) { generator, seed in
            var image = DrawnImage(rows: Self.size, columns: Self.size, background: 4000)
            image.rectangle(x: 30, y: 40, width: 190, height: 180, 200)
            image.ellipse(x: 125, y: 130, width: 50, height: 60, 1500)
            image.ellipse(x: 125, y: 130, width: 8, height: 50, 2500)
            image.addNoise(12, &generator)
            let hand = image.mask(x: 125, y: 130, width: 50, height: 60)
            let found = try DrawnImage.region(of: [image], modality: "DX")
            let isWhole = found.contains(hand)
            #expect(isWhole, seed)
            let isClear = found.avoids(hand.dilated(radius: Self.distance).inverted)
            #expect(isClear, seed)
            // The same, white and black exchanged.
            var negative = image
            for place in negative.values.indices { negative.values[place] = 4095 - negative.values[place] }
            #expect(
                try DrawnImage.region(of: [negative], modality: "DX", photometricInterpretation: "MONOCHROME1").mask == found.mask, seed)
        }
    }

    @Test func largeRadiograph() throws {
        var image = DrawnImage(rows: 2400, columns: 1800, background: 100)
        image.ellipse(x: 0, y: 1200, width: 900, height: 1000, 2000)
        let breast = image.mask(x: 0, y: 1200, width: 900, height: 1000)
        image.rectangle(x: 1500, y: 100, width: 120, height: 12, 4000)
        let found = try DrawnImage.region(of: [image], modality: "MG")
        let isWhole = found.contains(breast)
        #expect(isWhole)
        let isClear = found.avoids(breast.dilated(radius: 80).inverted)
        #expect(isClear)
    }

    @Test func regionOfAllFrames() throws {
        var (first, second) = (air(), air())
        first.ellipse(x: 80, y: 100, width: 40, height: 40, 900)
        second.ellipse(x: 170, y: 150, width: 30, height: 40, 900)
        let anatomy = first.mask(x: 80, y: 100, width: 40, height: 40).union(second.mask(x: 170, y: 150, width: 30, height: 40))
        expectAround(anatomy, try DrawnImage.region(of: [first, air(), second]), "frames")
    }

    @Test(arguments: ["RGB", "YBR_FULL"])
    func colour(_ model: String) throws {
        var (first, second, third) = (air(), air(), air())
        first.ellipse(x: 100, y: 100, width: 50, height: 50, 200)
        // The colour differences of grey are 128 everywhere.
        if model == "YBR_FULL" {
            second = DrawnImage(rows: Self.size, columns: Self.size, background: 128)
            third = second
        }
        let anatomy = first.mask(x: 100, y: 100, width: 50, height: 50)
        let found = try DrawnImage.region(
            of: [first, second, third], photometricInterpretation: model, bitsStored: 8, samplesPerPixel: 3)
        expectAround(anatomy, found, "\(model)")
    }

    // MARK: No region

    @Test func noContrast() throws {
        #expect(try DrawnImage.region(of: [air()]).source == .none(.uniform))
        #expect(try DrawnImage.region(of: [DrawnImage(rows: 1, columns: 1, background: 7)]).source == .none(.uniform))
        #expect(try DrawnImage.region(of: [air()]).region.isEmpty)
    }

    @Test func anatomyEverywhere() throws {
        var generator = SplitMix64(seed: 3)
        var image = DrawnImage(rows: Self.size, columns: Self.size, background: 1000)
        for row in 0..<Self.size {
            for column in 0..<Self.size { image.values[row * Self.size + column] = 600 + 2 * row + column + generator.below(50) }
        }
        #expect(try DrawnImage.region(of: [image], modality: "MR").source == .none(.fillsFrame))
        var filled = DrawnImage(rows: Self.size, columns: Self.size, background: 40)
        filled.addNoise(60, &generator)
        #expect(
            try DrawnImage.region(of: [filled], modality: "CT", bitsStored: 16, isSigned: true, intercept: "0").source == .none(.fillsFrame)
        )
    }

    @Test func specksAreNoAnatomy() throws {
        var image = DrawnImage(rows: 512, columns: 512, background: 0)
        for place in stride(from: 3, to: image.values.count, by: 41) { image.values[place] = 4000 }
        #expect(try DrawnImage.region(of: [image]).source == .none(.nothingFound))
    }

    @Test func palette() throws {
        var image = air()
        image.ellipse(x: 100, y: 100, width: 50, height: 50, 200)
        #expect(try DrawnImage.region(of: [image], photometricInterpretation: "PALETTE COLOR", bitsStored: 8).source == .none(.palette))
    }

    @Test func policies() throws {
        var image = air()
        image.ellipse(x: 100, y: 100, width: 50, height: 50, 200)
        func found(_ policy: RegionPolicy) throws -> FoundRegion { try DrawnImage.region(of: [image], policy: policy) }
        #expect(try found(.everywhere).source == .everywhere)
        #expect(try found(.everywhere).region.isEmpty)
        #expect(try found(RegionPolicy(source: .annotations)).source == .none(.noAnnotation))
        let shapes = RegionShapes(everyImage: [.rectangle(x: 1, y: 2, width: 3, height: 4)])
        let given = try found(RegionPolicy(source: .annotations, shapes: shapes))
        #expect(given.source == .shapes)
        #expect(given.region.sampleCount == 12)
        #expect {
            try found(RegionPolicy(shapes: RegionShapes(everyImage: [.rectangle(x: 999, y: 2, width: 3, height: 4)])))
        } throws: {
            ($0 as? RegionError)?.code == .outsideImage
        }
    }
}
