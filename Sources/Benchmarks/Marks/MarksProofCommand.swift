import ArgumentParser
import Foundation
import Marks
import SeededRandomness

/// What the strict mark finds, counted on images that are made up.
struct MarksProofCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Count what the strict mark finds: exact returns, false alarms, edits of eight kinds.",
        discussion: "Images and edits are random, and the same for the same seed. The element's copy of the body is not used.")

    @Option(help: "Images that are marked, verified and unmarked.")
    var images = 1000

    @Option(help: "Edits.")
    var edits = 1000

    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    private enum Edit: String, CaseIterable {
        case oneSample = "one sample ±1"
        case oneSampleAnywhere = "one sample +1, anywhere"
        case bump = "a bump of 30, σ 3"
        case square = "a square of up to 64², brighter"
        case copyMove = "copy-move 16²"
        case collage = "collage 100² of another marked image"
        case blocks = "whole blocks of another marked image"
        case noise = "noise of ±2 in 24²"
    }

    private struct Tally {
        var count = 0
        var found = 0
        var mapped = 0
        var changed = 0
        var changedInside = 0
        var area = 0
        var footprint = 0
    }

    func run() throws {
        let party = try BenchmarkParty()
        try returns(party)
        try edits(party)
    }

    /// Random kinds of images: exact returns and false alarms.
    private func returns(_ party: BenchmarkParty) throws {
        var (exact, intact, inPixels, ratios) = (0, 0, 0, [Double]())
        for index in 0..<images {
            var random = SplitMix64(seed: seed &+ UInt64(index) &* 7919)
            let image = try randomImage(&random)
            let identifier = ImageIdentifier(instance: "\(index)", frame: 0)
            let marked = try StrictMarker(issuer: party.issuer).mark(image, as: identifier) { try party.binding($0) }
            let carried = StrictReader.Carried(body: marked.body.bytes, identifier: identifier)
            let reading = StrictReader(directory: party.directory).read(marked.image, carried: marked.rung == nil ? carried : nil)
            if reading.restored == image { exact += 1 }
            if reading.verdict == .intact { intact += 1 }
            if marked.rung != nil { inPixels += 1 }
            let (least, greatest) = (image.carrier.samples.min() ?? 0, image.carrier.samples.max() ?? 0)
            if marked.meanSquaredChange > 0 { ratios.append(10 * log10(pow(Double(greatest - least), 2) / marked.meanSquaredChange)) }
        }
        ratios.sort()
        let middle = ratios.isEmpty ? 0 : ratios[ratios.count / 2]
        print("images \(images): exact \(exact), intact \(intact), in pixels \(inPixels),", String(format: "median %.1f dB", middle))
    }

    private func randomImage(_ random: inout SplitMix64) throws -> MarkImage {
        let bits = Int.random(in: 8...16, using: &random)
        let (height, width) = (Int.random(in: 32...600, using: &random), Int.random(in: 32...600, using: &random))
        let (isSigned, padding) = (Bool.random(using: &random), Int.random(in: 0..<4, using: &random) == 0)
        let isColour = bits == 8 && Bool.random(using: &random)
        let planes = try (0..<(isColour ? 3 : 1)).map { _ in
            try MadeUpImage.plane(
                height: height, width: width, bits: bits, isSigned: isSigned && !isColour, padding: padding && !isColour, &random)
        }
        return try MarkImage(planes: planes, carrierIndex: planes.count - 1)
    }

    private func edits(_ party: BenchmarkParty) throws {
        var tallies: [Edit: Tally] = [:]
        var random = SplitMix64(seed: seed &+ 1)
        let pairs = try (0..<12).map { index in
            try marked(index, party, &random)
        }
        for index in 0..<edits {
            let edit = Edit.allCases[index % Edit.allCases.count]
            let number = Int.random(in: 0..<pairs.count, using: &random)
            let (image, other) = (pairs[number], pairs[(number + 1 + index % (pairs.count - 1)) % pairs.count])
            var samples = image.carrier.samples
            apply(edit, &samples, other.carrier.samples, width: image.width, height: image.height, image.carrier.range, &random)
            guard samples != image.carrier.samples else { continue }
            let plane = try SamplePlane(height: image.height, width: image.width, range: image.carrier.range, samples: samples)
            let reading = StrictReader(directory: party.directory).read(MarkImage(plane))
            var tally = tallies[edit] ?? Tally()
            count(reading, image, samples, &tally)
            tallies[edit] = tally
        }
        print("edit  n  found  map  changed samples in the map  map / footprint of 8²")
        for edit in Edit.allCases {
            guard let tally = tallies[edit] else { continue }
            let inside = 100 * Double(tally.changedInside) / Double(max(1, tally.changed))
            let ratio = Double(tally.area) / Double(max(1, tally.footprint))
            print(edit.rawValue, tally.count, tally.found, tally.mapped, String(format: "%.2f %%  %.2f", inside, ratio))
        }
    }

    private func marked(_ index: Int, _ party: BenchmarkParty, _ random: inout SplitMix64) throws -> MarkImage {
        let plane = try MadeUpImage.plane(height: 512, width: 512, bits: 12, isSigned: false, padding: false, &random)
        let identifier = ImageIdentifier(instance: "edit \(index)", frame: 0)
        return try StrictMarker(issuer: party.issuer).mark(MarkImage(plane), as: identifier) { try party.binding($0) }.image
    }

    private func count(_ reading: StrictReading, _ image: MarkImage, _ samples: [Int32], _ tally: inout Tally) {
        tally.count += 1
        if reading.verdict != .intact { tally.found += 1 }
        guard reading.body != nil, let judgement = reading.judgement, case .signed = judgement else { return }
        tally.mapped += 1
        var inside = Set<Int>()
        for cell in reading.cells {
            for row in cell.top..<cell.bottom { for column in cell.left..<cell.right { inside.insert(row * image.width + column) } }
        }
        // Blocks in which only the mark was touched are named as a whole.
        for (verdict, area) in zip(reading.blocks, reading.grid.areas) where verdict == .markTouched {
            for row in area.top..<area.bottom { for column in area.left..<area.right { inside.insert(row * image.width + column) } }
        }
        var cells = Set<Int>()
        for index in samples.indices where samples[index] != image.carrier.samples[index] {
            tally.changed += 1
            if inside.contains(index) { tally.changedInside += 1 }
            cells.insert(index / image.width / 8 * 1000 + index % image.width / 8)
        }
        tally.area += reading.cells.reduce(0) { $0 + $1.count }
        tally.footprint += cells.count * 64
    }

    private func apply(
        _ edit: Edit, _ samples: inout [Int32], _ other: [Int32], width: Int, height: Int, _ range: ClosedRange<Int32>,
        _ random: inout SplitMix64
    ) {
        func place(_ side: Int) -> (row: Int, column: Int) {
            (Int.random(in: 0...height - side, using: &random), Int.random(in: 0...width - side, using: &random))
        }
        func add(_ row: Int, _ column: Int, _ value: Int32) {
            let index = row * width + column
            samples[index] = min(max(samples[index] + value, range.lowerBound), range.upperBound)
        }
        switch edit {
        case .oneSample:
            let centre = (
                Int.random(in: height / 3..<2 * height / 3, using: &random), Int.random(in: width / 3..<2 * width / 3, using: &random)
            )
            add(centre.0, centre.1, Bool.random(using: &random) ? 1 : -1)
        case .oneSampleAnywhere:
            let at = place(1)
            add(at.row, at.column, 1)
        case .bump:
            let at = place(20)
            for row in 0..<20 {
                for column in 0..<20 {
                    let square = Double((row - 10) * (row - 10) + (column - 10) * (column - 10))
                    add(at.row + row, at.column + column, Int32(30 * exp(-square / 18)))
                }
            }
        case .square:
            let side = Int.random(in: 2...64, using: &random)
            let (at, value) = (place(side), Int32.random(in: 1...60, using: &random))
            for row in 0..<side { for column in 0..<side { add(at.row + row, at.column + column, value) } }
        case .copyMove:
            let (from, to, before) = (place(16), place(16), samples)
            for row in 0..<16 {
                for column in 0..<16 {
                    samples[(to.row + row) * width + to.column + column] = before[(from.row + row) * width + from.column + column]
                }
            }
        case .collage:
            let at = place(100)
            for row in at.row..<at.row + 100 {
                for index in row * width + at.column..<row * width + at.column + 100 { samples[index] = other[index] }
            }
        case .blocks:
            for _ in 0..<4 {
                let (top, left) = (64 * Int.random(in: 0..<8, using: &random), 64 * Int.random(in: 0..<8, using: &random))
                for row in top..<top + 64 { for index in row * width + left..<row * width + left + 64 { samples[index] = other[index] } }
            }
        case .noise:
            let at = place(24)
            for row in 0..<24 { for column in 0..<24 { add(at.row + row, at.column + column, Int32.random(in: -2...2, using: &random)) } }
        }
    }
}
