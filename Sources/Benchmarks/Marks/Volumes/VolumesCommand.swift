import ArgumentParser
import Foundation
import Marks
import SeededRandomness

/// How often oblique slices of marked volumes are found, and unmarked ones taken for marked.
struct VolumesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "volumes",
        abstract: "Count what volume marks promise, in oblique slices of real series.",
        discussion: """
            Each folder has the files of one series. Planes of any direction, at most 25 mm from the middle, are cut from each: \
            256 × 256 samples of 1 mm, three in ten of them through an 8-bit window. Unmarked planes are asked for the identities \
            of two strangers.
            """)

    @Argument(help: "Folders with one series each.")
    var folders: [String]

    @Option(help: "Unmarked planes of each folder.")
    var unmarked = 1000

    @Option(help: "Marked planes of each folder.")
    var marked = 100

    @Option(help: "Keys that unmarked planes are searched with, in turn.")
    var keys = 10

    @Option(help: "Another number gives other planes.")
    var seed: UInt64 = 1

    func run() throws {
        let detectors = try (0..<max(1, keys)).map { number in
            VolumeDetector(
                try VolumeMarkKey(siteKey: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 32), series: "\(seed).\(number)"))
        }
        var all: [SliceJudgement] = []
        for path in folders {
            let series = try SeriesFolder(path)
            print("\(series.name): \(series.stack.slices.count) slices")
            var random = SplitMix64(seed: seed &+ 23)
            var judgements: [SliceJudgement] = []
            while judgements.count < unmarked {
                let number = judgements.count
                let cut = ObliqueCut(series.stack, farthest: 25, &random)
                guard let slice = try Self.slice(series, series.stack, cut, isWindowed: number % 10 < 3) else { continue }
                let search = detectors[number % detectors.count].search([slice])
                judgements.append(SliceJudgement(search, stranger: "stranger \(number)"))
            }
            Self.tell(unmarked: judgements)
            all += judgements
            if marked > 0 { try tellMarked(series, &random) }
        }
        print("all volumes")
        Self.tell(unmarked: all)
    }

    private func tellMarked(_ series: SeriesFolder, _ random: inout SplitMix64) throws {
        let key = try VolumeMarkKey(siteKey: [UInt8](repeating: 200, count: 32), series: "marked.\(seed)")
        let stack: SliceStack
        do {
            let (marked, meanSquare) = try series.stack.marked(key, SliceJudgement.patient, unitsToSample: series.unitsToSample)
            let square = meanSquare * series.unitsToSample * series.unitsToSample
            print("  marked: PSNR of 12 bits", String(format: "%.2f dB", 10 * log10(4095 * 4095 / max(square, 1e-9))))
            stack = marked
        } catch let error as MarksError {
            print("  cannot be marked: \(error)")
            return
        }
        let detector = VolumeDetector(key)
        var (plain, windowed, together) = ([SliceJudgement](), [SliceJudgement](), [SliceJudgement]())
        while plain.count < marked {
            let cut = ObliqueCut(stack, farthest: 25, &random)
            let parallel = try (0..<3).compactMap { number -> ObliqueSlice? in
                var moved = cut
                moved.middle += cut.normal * (4 * Double(number))
                return try Self.slice(series, stack, moved, isWindowed: false)
            }
            guard parallel.count == 3, let shown = try Self.slice(series, stack, cut, isWindowed: true) else { continue }
            let stranger = "stranger \(plain.count)"
            plain.append(SliceJudgement(detector.search([parallel[0]]), stranger: stranger))
            windowed.append(SliceJudgement(detector.search([shown]), stranger: stranger))
            together.append(SliceJudgement(detector.search(parallel, distance: 4), stranger: stranger))
        }
        for (name, judgements) in [("one slice", plain), ("three parallel", together), ("8-bit window", windowed)] {
            let scores = judgements.map(\.score).sorted()
            print(
                "  \(name): found \(Self.share(judgements, \.isFound)), by the shells alone \(Self.share(judgements, \.isMarked)),",
                "stranger confirmed \(Self.share(judgements.filter(\.isStrangerAsked), \.isStrangerConfirmed)),",
                String(format: "score least %.1f, mean %.1f", scores.first ?? 0, scores.reduce(0, +) / Double(max(1, scores.count))))
        }
    }

    /// - Returns: `nil` for a plane that shows less than a twentieth of the square.
    private static func slice(_ series: SeriesFolder, _ stack: SliceStack, _ cut: ObliqueCut, isWindowed: Bool) throws -> ObliqueSlice? {
        guard let spacing = SampleSpacing(rows: 1, columns: 1) else { return nil }
        let plane = try stack.slice(cut)
        let outside = plane.padding ?? plane.range.lowerBound
        guard plane.samples.count(where: { $0 != outside }) * 20 >= plane.samples.count else { return nil }
        return ObliqueSlice(isWindowed ? try series.shades(plane) : plane, spacing: spacing)
    }

    private static func tell(unmarked judgements: [SliceJudgement]) {
        let scores = judgements.map(\.score).sorted()
        func rank(_ share: Double) -> String { String(format: "%.2f", scores[Int(Double(scores.count - 1) * share)]) }
        guard !scores.isEmpty else { return }
        print(
            "  \(scores.count) unmarked: half exceed \(rank(0.5)), one in ten \(rank(0.9)), in a hundred \(rank(0.99)),",
            "in a thousand \(rank(0.999)), highest \(rank(1));",
            "taken for marked by the shells \(share(judgements, \.isMarked)),",
            "by an identity \(share(judgements) { !$0.isMarked && $0.isTakenFor })"
        )
    }

    private static func share(_ judgements: [SliceJudgement], _ holds: (SliceJudgement) -> Bool) -> String {
        "\(judgements.count(where: holds)) of \(judgements.count)"
    }
}
