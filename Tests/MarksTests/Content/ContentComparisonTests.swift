import SeededRandomness
import Testing

@testable import Marks

@Suite("Comparison by content")
struct ContentComparisonTests {
    private let window = ContentWindow(centre: 40, width: 160)

    private func record(windows: [ContentWindow] = []) throws -> ContentRecord {
        try ContentRecord(of: ContentPhantom().image(), windows: windows)
    }

    private func compare(_ plane: SamplePlane, _ record: ContentRecord? = nil) throws -> ContentReport {
        try ContentComparison.compare(ContentPhantom.image(plane), with: record ?? self.record())
    }

    @Test("The image itself is the same, all of it assessed")
    func same() throws {
        let report = try compare(ContentPhantom().plane())
        #expect(report.verdict == .same)
        #expect(report.tone == .sameUnits)
        #expect(report.placement.isIdentity)
        #expect(report.assessedShare == 1)
        #expect(report.differences.isEmpty)
    }

    @Test("Other noise of the same kind is the same")
    func noise() throws {
        #expect(try compare(ContentPhantom(seed: 2, noise: 6).plane()).verdict == .same)
    }

    @Test("A lesion is found where it is, with its area, its value and its importance")
    func lesion() throws {
        let plane = try ContentPhantom().plane().lesion(row: 131, column: 60, radius: 6, amount: 40)
        let report = try compare(plane)
        #expect(report.verdict == .differs)
        let difference = try #require(report.differences.first)
        #expect(report.differences.count == 1)
        #expect(difference.rows.contains(131) && difference.columns.contains(60))
        #expect(difference.area <= 32 * 32)
        let squareMillimetres = try #require(difference.squareMillimetres)
        #expect(abs(squareMillimetres - Double(difference.area) * 0.64) < 1e-9)
        // 113 samples are brighter by 40: what the cells see together.
        #expect(abs(difference.importance / 0.64 - 113 * 40) < 0.1 * 113 * 40)
        #expect(difference.mean > 0)
        #expect(report.unit == "HU")
    }

    @Test("A darker place has a negative difference, whatever the rescale slope")
    func darker() throws {
        let slope = try ModalityUnits(slope: -2, intercept: 100, name: "HU")
        let plain = try ContentPhantom().plane()
        let edited = try plain.lesion(row: 131, column: 60, radius: 6, amount: 30)
        let record = try ContentRecord(of: ContentImage(planes: [plain], units: slope))
        let report = try ContentComparison.compare(ContentImage(planes: [edited], units: slope), with: record)
        #expect(report.verdict == .differs)
        #expect(try #require(report.differences.first).mean < 0)
    }

    @Test("A copy with another rescale is the same if its values are")
    func rescaled() throws {
        let plane = try ContentPhantom().plane()
        let shifted = try SamplePlane(height: 256, width: 256, range: 0...8191, samples: plane.samples.map { ($0 + 1024) * 2 + 2048 })
        let units = try ModalityUnits(slope: 0.5, intercept: -2048, name: "HU")
        #expect(try ContentComparison.compare(ContentImage(planes: [shifted], units: units), with: record()).verdict == .same)
    }

    @Test("An edit across the corner of four cells is found by the four together")
    func corner() throws {
        let quiet = try ContentPhantom(noise: 1).plane().changed { row, column, sample in
            (132..<140).contains(row) && (68..<76).contains(column) ? sample + 12 : sample
        }
        let report = try compare(quiet, ContentRecord(of: ContentPhantom(noise: 1).image()))
        #expect(report.verdict == .differs)
        #expect(report.differences.allSatisfy { $0.rows.overlaps(132..<140) && $0.columns.overlaps(68..<76) })
    }

    @Test("An image that differs everywhere does not pass for a noisy one")
    func another() throws {
        let other = try ContentPhantom().plane().changed { row, column, sample in sample > -500 && sample < 500 ? sample + 60 : sample }
        let report = try compare(other)
        #expect(report.verdict == .differs)
        #expect(report.cells.count { $0 == .differs } > report.cells.count / 4)
    }

    @Test("Through a recorded window the same, and a lesion is found", arguments: [true, false])
    func recordedWindow(known: Bool) throws {
        let window = try #require(window)
        let record = try record(windows: [window])
        let plain = try ContentPhantom().plane()
        let edited = try plain.lesion(row: 131, column: 60, radius: 6, amount: 30)
        for (plane, verdict) in [(plain, ContentVerdict.same), (edited, .differs)] {
            let image = try ContentImage(planes: [plane.shades(window)], units: nil)
            let report = try ContentComparison.compare(image, with: record, window: known ? window : nil)
            #expect(report.tone == .recordedWindow(window))
            #expect(report.verdict == verdict)
            #expect(report.differences.allSatisfy { $0.rows.overlaps(125..<138) && $0.columns.overlaps(54..<67) })
            #expect(report.cells.contains(.notAssessable))
        }
    }

    @Test("A window that nobody told is found, rising or falling", arguments: [false, true])
    func foundWindow(falling: Bool) throws {
        let window = try #require(window)
        let plain = try ContentPhantom().plane()
        let edited = try plain.lesion(row: 131, column: 60, radius: 6, amount: 40)
        for (plane, verdict) in [(plain, ContentVerdict.same), (edited, .differs)] {
            let shades = try plane.shades(window).changed { falling ? 255 - $2 : $2 }
            let report = try ContentComparison.compare(ContentImage(planes: [shades], units: nil), with: record())
            #expect(report.verdict == verdict)
            guard case .foundWindow(let black, let white) = report.tone else {
                Issue.record("no window was found")
                continue
            }
            #expect(abs(min(black, white) + 40) < 4 && abs(max(black, white) - 119) < 4)
            #expect((black > white) == falling)
        }
    }

    @Test("Shades that no window explains are not assessable, and no edit")
    func noWindow() throws {
        var random = SplitMix64(seed: 3)
        let nothing = try SamplePlane(
            height: 256, width: 256, range: 0...255, samples: (0..<65_536).map { _ in Int32.random(in: 0...255, using: &random) })
        let black = try SamplePlane(height: 256, width: 256, range: 0...255, samples: [Int32](repeating: 0, count: 65_536))
        let window = try #require(window)
        let other = try ContentPhantom().plane().shades(window).changed { row, _, shade in shade / 64 * 64 + Int32(row & 31) * 2 }
        for plane in [nothing, black, other] {
            let report = try ContentComparison.compare(ContentImage(planes: [plane], units: nil), with: record())
            #expect(report.verdict == ContentVerdict.notAssessable(.window))
        }
    }

    @Test("Resampled to three quarters it is the same, and a lesion is found")
    func resampled() throws {
        let plain = try ContentPhantom().plane()
        let edited = try plain.lesion(row: 131, column: 60, radius: 7, amount: 60)
        for (plane, verdict) in [(plain, ContentVerdict.same), (edited, .differs)] {
            let small = try plane.resampled(height: 192, width: 192)
            let image = try ContentImage(
                planes: [small], units: ContentPhantom.units(), spacing: SampleSpacing(rows: 0.8 / 0.75, columns: 0.8 / 0.75))
            let report = try ContentComparison.compare(image, with: record())
            #expect(report.placement.isResampled)
            #expect(report.verdict == verdict)
        }
    }

    @Test("A crop is put in its place", arguments: [(37, 61), (0, 0), (76, 100), (8, 3)])
    func cropped(top: Int, left: Int) throws {
        let plain = try ContentPhantom().plane()
        let edited = try plain.lesion(row: 131, column: 130, radius: 6, amount: 50)
        for (plane, verdict) in [(plain, ContentVerdict.same), (edited, .differs)] {
            let report = try compare(plane.cropped(top..<top + 180, left..<left + 156))
            #expect(report.placement.top == -Double(top) && report.placement.left == -Double(left))
            #expect(report.verdict == verdict)
            #expect(report.assessedShare < 0.5)
        }
    }

    @Test("A turned or mirrored image is turned back", arguments: Orientation.allCases)
    func orientations(orientation: Orientation) throws {
        let plain = try ContentPhantom().plane().lesion(row: 60, column: 90, radius: 9, amount: 300)
        let record = try ContentRecord(of: ContentPhantom.image(plain))
        let turned = orientation.applied(to: plain)
        let report = try compare(turned, record)
        #expect(report.verdict == .same)
        #expect(report.placement.orientation.applied(to: turned) == plain)
    }

    @Test("Colour is compared plane by plane")
    func colour() throws {
        let planes = try (0..<3).map { plane -> SamplePlane in
            let samples = (0..<4096).map { index -> Int32 in Int32((index / 64 * 2 + index % 64 + plane * 20) % 256) }
            return try SamplePlane(height: 64, width: 64, range: 0...255, samples: samples)
        }
        let record = try ContentRecord(of: ContentImage(planes: planes, units: ModalityUnits.none))
        let edited = try planes[2].lesion(row: 30, column: 20, radius: 6, amount: 25)
        func verdict(_ planes: [SamplePlane]) throws -> ContentVerdict {
            try ContentComparison.compare(ContentImage(planes: planes, units: ModalityUnits.none), with: record).verdict
        }
        #expect(try verdict(planes) == .same)
        #expect(try verdict([planes[0], planes[1], edited]) == .differs)
        #expect(try verdict([planes[0]]) == .notAssessable(.planes))
    }

    @Test("What cannot be compared is said, each with its reason")
    func obstacles() throws {
        let plane = try ContentPhantom().plane()
        let other = try ContentImage(planes: [plane], units: ModalityUnits(name: "US"))
        #expect(try ContentComparison.compare(other, with: record()).verdict == .notAssessable(.units))
        var random = SplitMix64(seed: 4)
        let strange = try SamplePlane(
            height: 100, width: 200, range: ContentPhantom.range,
            samples: (0..<20_000).map { _ in Int32.random(in: -1000...1000, using: &random) })
        #expect(try compare(strange).verdict == .notAssessable(.geometry))
        #expect(Set(ContentObstacle.allCases.map(\.reason)).count == ContentObstacle.allCases.count)
    }

    @Test("Two records are compared as their images are")
    func records() throws {
        let edited = try ContentPhantom().plane().lesion(row: 131, column: 60, radius: 6, amount: 40)
        #expect(try ContentComparison.compare(record(), with: record()).verdict == .same)
        let report = try ContentComparison.compare(ContentRecord(of: ContentPhantom.image(edited)), with: record())
        #expect(report.verdict == .differs)
        #expect(report.differences.count == 1)
    }

    @Test("Two images are compared sample by sample too")
    func images() throws {
        let image = try ContentPhantom().image()
        let same = try ImageComparison(image, with: image)
        #expect(same.isExact && same.largestChange == 0 && same.content.verdict == .same)
        let oneSample = try ContentPhantom().plane().changed { row, column, sample in row == 100 && column == 90 ? sample + 1 : sample }
        let one = try ImageComparison(ContentPhantom.image(oneSample), with: image)
        #expect(one.changedSamples == 1 && one.largestChange == 1 && !one.isExact)
        #expect(abs(one.meanSquare - 1.0 / 65_536) < 1e-12)
        #expect(one.content.verdict == .same)
        let small = try ContentImage(planes: [ContentPhantom().plane().resampled(height: 192, width: 192)], units: ContentPhantom.units())
        #expect(try ImageComparison(small, with: image).changedSamples == nil)
    }
}

@Suite("Shades of unknown samples")
struct ToneLineTests {
    @Test("The mean shade of samples lies between its bounds, whatever the samples")
    func bounds() {
        var random = SplitMix64(seed: 11)
        for _ in 0..<20_000 {
            let line = ToneLine(
                low: Double.random(in: -50...40, using: &random), high: Double.random(in: 41...120, using: &random),
                isFalling: Bool.random(using: &random))
            let samples = (0..<1 + Int.random(in: 0..<8, using: &random)).map { _ in Double.random(in: -100...150, using: &random) }
            let mean = samples.reduce(0, +) / Double(samples.count)
            let shade = samples.map { line.shade($0) }.reduce(0, +) / Double(samples.count)
            let bounds = line.meanShades(mean: mean, minimum: samples.min() ?? 0, maximum: samples.max() ?? 0)
            #expect(bounds.lowerBound - 1e-6 <= shade && shade <= bounds.upperBound + 1e-6)
        }
    }
}
