import Foundation
import SeededRandomness
import TestSupport
import Testing

@testable import Marks

/// What volume marks do in a real head; printed for docs/marks/figures.md.
@Suite("Volume marks in a real head", .needsCorpus, .needsPython("numpy", "pydicom"))
struct RealVolumeTests {
    /// VEILRAY_MARKS_PLANES asks for more planes than the usual 24.
    private static let planes = ProcessInfo.processInfo.environment["VEILRAY_MARKS_PLANES"].flatMap { Int($0) } ?? 24

    struct Trial: Sendable {
        var marked: Double, unmarked: Double
        var isPlaced: Bool
        var identity: IdentityMatch, stranger: IdentityMatch
        var windowed: Double
    }

    @Test("Slices at any angle say whose they are", arguments: [true, false])
    func planes(regular: Bool) async throws {
        let volume = try await TestVolume.real("ct-ge", regular: regular)
        let key = try VolumeMarkKey(siteKey: [UInt8](repeating: 7, count: 32), series: "1.2.3")
        let (marked, meanSquare) = try volume.marked(key, "patient 1")
        let quality = 10 * log10(4095 * 4095 / meanSquare)
        let detector = VolumeDetector(key)
        var random = SplitMix64(seed: 21)
        var trials: [Trial] = []
        let start = ContinuousClock.now
        for _ in 0..<Self.planes {
            trials.append(try trial(volume, marked, TestVolume.Cut(volume, farthest: 25, &random), key, detector))
        }
        let seconds = Double((ContinuousClock.now - start).components.seconds)
        print(
            "regular \(regular): MSE \(number(meanSquare)), PSNR of 12 bits \(number(quality)); \(number(seconds / Double(trials.count))) s a plane with three searches"
        )
        print(
            "  marked \(summary(trials.map(\.marked))); unmarked \(summary(trials.map(\.unmarked))); window 160 \(summary(trials.map(\.windowed)))"
        )
        print(
            "  found \(share(trials) { $0.marked >= VolumeDetector.threshold }), placed \(share(trials, \.isPlaced)), window found \(share(trials) { $0.windowed >= VolumeDetector.threshold })"
        )
        print(
            "  identity \(summary(trials.map(\.identity.score))) confirmed \(share(trials, \.identity.isConfirmed)); stranger \(summary(trials.map(\.stranger.score))) rings \(trials.map(\.identity.rings).min() ?? 0)"
        )
        #expect(quality >= 67)
        #expect(Double(trials.count { $0.marked >= VolumeDetector.leastToAsk }) >= 0.9 * Double(trials.count))
        // Uneven spacing makes shells of its own: of 24 unmarked planes 1 reached 10.5.
        #expect(Double(trials.count { $0.marked >= VolumeDetector.threshold }) >= (regular ? 0.75 : 0.4) * Double(trials.count))
        #expect(!trials.contains { $0.unmarked >= VolumeDetector.threshold })
        #expect(!trials.contains { $0.stranger.isConfirmed })
    }

    private func trial(
        _ volume: TestVolume, _ marked: TestVolume, _ cut: TestVolume.Cut, _ key: VolumeMarkKey, _ detector: VolumeDetector
    ) throws -> Trial {
        let step = try #require(SampleSpacing(rows: 1, columns: 1))
        let slice = try marked.slice(cut)
        let search = try #require(detector.search([ObliqueSlice(slice, spacing: step)]))
        let plain = try #require(detector.search([ObliqueSlice(try volume.slice(cut), spacing: step)]))
        let shades = slice.samples.map { Int32((min(max((Double($0) + 40) * 255 / 160, 0), 255)).rounded()) }
        let window = try SamplePlane(height: 256, width: 256, range: 0...255, samples: shades)
        let windowed = detector.search([ObliqueSlice(window, spacing: step)])
        // Where the centre is, seen from the plane.
        let offset = Point(Double(key.offset[0]), Double(key.offset[1]), Double(key.offset[2])) / 1024
        let toCentre = volume.middle + offset - cut.middle
        let distances = [
            (toCentre * cut.down).sum() - search.finding.down, (toCentre * cut.right).sum() - search.finding.right,
            abs((toCentre * cut.normal).sum()) - search.finding.distance,
        ]
        return Trial(
            marked: search.finding.score, unmarked: plain.finding.score, isPlaced: distances.allSatisfy { abs($0) < 3 },
            identity: search.match("patient 1"), stranger: search.match("patient 2"), windowed: windowed?.finding.score ?? 0)
    }

    private func share(_ trials: [Trial], _ holds: (Trial) -> Bool) -> String { "\(trials.count(where: holds)) of \(trials.count)" }

    private func number(_ value: Double) -> String { String(format: "%.2f", value) }

    private func summary(_ values: [Double]) -> String {
        let sorted = values.sorted()
        return
            "mean \(number(values.reduce(0, +) / Double(values.count))) min \(sorted.prefix(3).map(number)) max \(number(sorted.last ?? 0))"
    }
}
