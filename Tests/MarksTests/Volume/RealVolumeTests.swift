import Foundation
import SeededRandomness
import TestSupport
import Testing

@testable import Marks

/// What volume marks do in a real head; printed for docs/marks/volume-figures.md.
@Suite("Volume marks in a real head", .needsCorpus, .needsPython("numpy", "pydicom", "openjpeg"))
struct RealVolumeTests {
    /// VEILRAY_MARKS_PLANES asks for more planes than the usual 24; five unmarked ones come to each.
    private static let planes = ProcessInfo.processInfo.environment["VEILRAY_MARKS_PLANES"].flatMap { Int($0) } ?? 24

    /// How the programs judge: `SliceSearch`.
    private struct Judgement {
        let score: Double
        let isConfirmed: Bool
        let isStrangerConfirmed: Bool

        init(_ search: VolumeSearch?, of patient: String) {
            score = search?.finding.score ?? 0
            guard let search, score >= VolumeDetector.leastToAsk else {
                (isConfirmed, isStrangerConfirmed) = (false, false)
                return
            }
            isConfirmed = search.match(patient).isConfirmed
            isStrangerConfirmed = search.match("another patient").isConfirmed
        }

        var isFound: Bool { score >= VolumeDetector.threshold || isConfirmed }
    }

    private struct Trial {
        var single: Judgement
        var isPlaced: Bool
        var together: Judgement
        var windowed: Judgement
        var cut: ObliqueCut
        var slice: SamplePlane
    }

    @Test("Slices at any angle say whose they are", arguments: [true, false])
    func marked(regular: Bool) async throws {
        let volume = try await SliceStack.real("ct-ge", regular: regular)
        let key = try VolumeMarkKey(siteKey: [UInt8](repeating: 7, count: 32), series: "1.2.3")
        let (marked, meanSquare) = try volume.marked(key, "patient 1")
        let quality = 10 * log10(4095 * 4095 / meanSquare)
        let detector = VolumeDetector(key)
        var random = SplitMix64(seed: 21)
        var trials: [Trial] = []
        for _ in 0..<Self.planes {
            trials.append(try trial(volume, marked, ObliqueCut(volume, farthest: 25, &random), key, detector))
        }
        let coded = try await coded(trials.map(\.slice), 10).map { Judgement(detector.search([try oblique($0)]), of: "patient 1") }
        var exported = marked
        exported.slices = try await self.coded(marked.slices, 10)
        let codedBefore = try trials.map { Judgement(detector.search([try oblique(exported.slice($0.cut))]), of: "patient 1") }
        print("\(regular ? "even" : "uneven") spacing: PSNR of 12 bits \(number(quality)); placed \(share(trials, \.isPlaced))")
        for (name, judgements) in [
            ("one slice", trials.map(\.single)), ("three together", trials.map(\.together)),
            ("8-bit window of 160", trials.map(\.windowed)),
            ("volume through JPEG 2000 10:1", codedBefore), ("slice through JPEG 2000 10:1", coded),
        ] {
            let found = "found \(share(judgements, \.isFound)), identity confirmed \(share(judgements, \.isConfirmed))"
            print("  \(name): score \(summary(judgements.map(\.score))); \(found), stranger's \(share(judgements, \.isStrangerConfirmed))")
        }
        #expect(quality >= 67)
        let count = Double(trials.count)
        #expect(Double(trials.count(where: \.single.isFound)) >= (regular ? 0.95 : 0.7) * count)
        #expect(trials.count(where: \.together.isFound) >= trials.count(where: \.single.isFound))
        #expect(Double(codedBefore.count(where: \.isFound)) >= (regular ? 0.9 : 0.6) * count)
        let lost = (trials.map(\.single.score).reduce(0, +) - codedBefore.map(\.score).reduce(0, +)) / count
        #expect(lost <= 3)
        // A slice of 1 mm that is coded itself keeps a quarter of the bits; many marks are lost so.
        #expect(Double(coded.count(where: \.isFound)) >= (regular ? 0.15 : 0.04) * count)
        // One in a thousand is allowed for each of those that were asked.
        #expect(trials.count(where: \.single.isStrangerConfirmed) <= max(1, trials.count / 200))
    }

    @Test("Unmarked slices say nothing", arguments: [true, false])
    func unmarked(regular: Bool) async throws {
        let volume = try await SliceStack.real("ct-ge", regular: regular)
        let detectors = try (UInt8(0)..<10).map {
            VolumeDetector(try VolumeMarkKey(siteKey: [UInt8](repeating: $0, count: 32), series: "1.2.\($0)"))
        }
        var random = SplitMix64(seed: 23)
        var judgements: [Judgement] = []
        for index in 0..<5 * Self.planes {
            let slice = try volume.slice(ObliqueCut(volume, farthest: 25, &random))
            let shown = index % 10 < 3 ? try window(slice) : slice
            judgements.append(Judgement(detectors[index % detectors.count].search([try oblique(shown)]), of: "patient 1"))
        }
        let scores = judgements.map(\.score).sorted()
        func rank(_ share: Double) -> String { number(scores[Int(Double(scores.count - 1) * share)]) }
        let ranks = "half exceed \(rank(0.5)), one in ten \(rank(0.9)), in a hundred \(rank(0.99)), in a thousand \(rank(0.999))"
        print("\(regular ? "even" : "uneven") spacing, \(scores.count) unmarked: \(ranks), highest \(rank(1))")
        for least in [VolumeDetector.leastToAsk, VolumeDetector.threshold] {
            print("  from \(least) on \(share(judgements) { $0.score >= least })")
        }
        print("  taken for marked \(share(judgements, \.isFound))")
        #expect(judgements.count(where: \.isFound) <= max(1, judgements.count / 200))
    }

    private func trial(
        _ volume: SliceStack, _ marked: SliceStack, _ cut: ObliqueCut, _ key: VolumeMarkKey, _ detector: VolumeDetector
    ) throws -> Trial {
        let slice = try marked.slice(cut)
        let search = try #require(detector.search([oblique(slice)]))
        let parallel = try (0..<3).map { number -> ObliqueSlice in
            var moved = cut
            moved.middle += cut.normal * (4 * Double(number))
            return try oblique(try marked.slice(moved))
        }
        // Where the centre is, seen from the plane.
        let offset = Point(Double(key.offset[0]), Double(key.offset[1]), Double(key.offset[2])) / 1024
        let toCentre = volume.middle + offset - cut.middle
        let distances = [
            (toCentre * cut.down).sum() - search.finding.down, (toCentre * cut.right).sum() - search.finding.right,
            abs((toCentre * cut.normal).sum()) - search.finding.distance,
        ]
        return Trial(
            single: Judgement(search, of: "patient 1"), isPlaced: distances.allSatisfy { abs($0) < 3 },
            together: Judgement(detector.search(parallel, distance: 4), of: "patient 1"),
            windowed: Judgement(detector.search([try oblique(try window(slice))]), of: "patient 1"), cut: cut, slice: slice)
    }

    private func oblique(_ plane: SamplePlane) throws -> ObliqueSlice {
        ObliqueSlice(plane, spacing: try #require(SampleSpacing(rows: 1, columns: 1)))
    }

    /// Shades of a window of 160 units around 40.
    private func window(_ slice: SamplePlane) throws -> SamplePlane {
        let shades = slice.samples.map { Int32((min(max((Double($0) + 40) * 255 / 160, 0), 255)).rounded()) }
        return try SamplePlane(height: slice.height, width: slice.width, range: 0...255, samples: shades)
    }

    /// The slices once somebody else's JPEG 2000 has coded them with loss, with air around the volume: an edge from its padding would take
    /// all bits.
    private func coded(_ slices: [SamplePlane], _ ratio: Int) async throws -> [SamplePlane] {
        struct Coded: Decodable { let bytes: Int }
        let folder = try TemporaryFolder()
        let path = folder("samples")
        let words = slices.flatMap { slice in
            let air = slice.samples.filter { $0 != slice.padding }.min() ?? 0
            return slice.samples.map { Int16(truncatingIfNeeded: $0 == slice.padding ? air : $0).littleEndian }
        }
        try words.withUnsafeBytes { Data($0) }.write(to: URL(filePath: path))
        let script = "\(Package.folder)/Tests/MarksTests/Judges/jpeg2000.py"
        let _: Coded = try await ForeignPrograms.python([script, path, String(slices[0].height), String(ratio)])
        let bytes = try #require(folder.bytes("samples"))
        return try slices.enumerated().map { number, slice in
            let count = slice.samples.count
            let samples = bytes.withUnsafeBytes { raw in
                (0..<count).map { Int32(raw.loadUnaligned(fromByteOffset: 2 * (number * count + $0), as: Int16.self)) }
            }
            let clamped = zip(samples, slice.samples).map { coded, sample in
                sample == slice.padding ? sample : min(max(coded, slice.range.lowerBound), slice.range.upperBound)
            }
            return try SamplePlane(
                height: slice.height, width: slice.width, range: slice.range, padding: slice.padding, samples: clamped)
        }
    }

    private func share<Value>(_ values: [Value], _ holds: (Value) -> Bool) -> String { "\(values.count(where: holds)) of \(values.count)" }

    private func number(_ value: Double) -> String { String(format: "%.2f", value) }

    private func summary(_ values: [Double]) -> String {
        let sorted = values.sorted()
        return "least \(sorted.prefix(3).map(number)), mean \(number(values.reduce(0, +) / Double(max(1, values.count))))"
    }
}
