import Foundation
import TestSupport
import Testing

@testable import Marks

/// Real images through the codecs of others; the figures that docs/marks/figures.md cites are printed.
@Suite("Content records of real images", .needsCorpus, .needsPython("numpy", "pydicom", "openjpeg", "PIL", "skimage"))
struct ExportsTests {
    struct Export: Decodable {
        var image: String, operation: String, edit: String?
        var rows: Int, columns: Int, low: Int32, high: Int32, offset: Int
        var window: [Double]?
        var changed: [Int]?
        var visible: Double
    }

    struct Outcome {
        var export: Export
        var report: ContentReport
        /// The highest score in a cell that the edit touches; without an edit, anywhere.
        var score: Double
        var isVisible: Bool
    }

    private static let ordinary = ["ct-ge/03.dcm", "ct-ge/12.dcm", "ct-ge/20.dcm", "mr-siemens/mosaic1.dcm"]
    /// VEILRAY_MARKS_TRIALS asks for the whole table, which takes minutes.
    private static let trials = ProcessInfo.processInfo.environment["VEILRAY_MARKS_TRIALS"].flatMap { Int($0) }
    private static let thorough =
        ordinary + ["ct-ge/05.dcm", "ct-ge/15.dcm", "ct-ge/24.dcm", "ct-ge/25.dcm", "ct-ge/27.dcm"] + [
            "mr-siemens/mosaic2.dcm", "mr-siemens/mosaic3.dcm", "mr-siemens/mosaic4.dcm", "pydicom-data/693_UNCR.dcm",
            "pydicom-data/MR-SIEMENS-DICOM-WithOverlays.dcm", "pydicom-data/MR2_UNCR.dcm", "pydicom-data/JPEG-LL.dcm",
        ]

    /// How the comparison is told of the window.
    enum Knowledge: String, CaseIterable { case recorded, given, searched }

    @Test("Benign copies are the same, edits are found where they are")
    func exports() async throws {
        let folder = try TemporaryFolder()
        let names = Self.trials == nil ? Self.ordinary : Self.thorough
        let script = "\(Package.folder)/Tests/MarksTests/Judges/exports.py"
        let corpus = try #require(Corpus.folder)
        let index: [Export] = try await ForeignPrograms.python(
            [script, folder("samples"), corpus, String(Self.trials ?? 1)] + names)
        let samples = try FileHandle(forReadingFrom: URL(filePath: folder("samples")))
        var outcomes: [String: [Outcome]] = [:]
        var records: [String: ContentRecord] = [:]
        var sizes: [Int] = []
        for export in index {
            let image = try read(export, samples)
            if export.operation == "as it was" {
                let window = try #require(index.first { $0.image == export.image && $0.operation == "window" }?.window)
                let held = try #require(ContentWindow(centre: window[0], width: window[1]))
                records[export.image] = try ContentRecord(of: image, windows: [held])
                records[export.image + " bare"] = try ContentRecord(of: image)
                sizes.append(try #require(records[export.image + " bare"]).bytes.count)
            }
            for knowledge in export.window == nil ? [Knowledge.recorded] : Knowledge.allCases {
                let record = try #require(records[export.image + (knowledge == .recorded ? "" : " bare")])
                let window = knowledge == .given ? export.window.flatMap { ContentWindow(centre: $0[0], width: $0[1]) } : nil
                let report = try ContentComparison.compare(image, with: record, window: window)
                let key = export.operation + (export.window == nil ? "" : ", \(knowledge.rawValue)")
                outcomes[key, default: []].append(outcome(export, report))
            }
        }
        print("record sizes \(sizes.sorted())")
        report(outcomes)
        try judge(outcomes)
    }

    private func read(_ export: Export, _ file: FileHandle) throws -> ContentImage {
        try file.seek(toOffset: UInt64(export.offset))
        let count = export.rows * export.columns
        let bytes = try #require(try file.read(upToCount: count * 2))
        let samples = bytes.withUnsafeBytes { raw in
            (0..<count).map { index -> Int32 in
                let word = raw.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
                return export.low < 0 ? Int32(Int16(bitPattern: word)) : Int32(word)
            }
        }
        let plane = try SamplePlane(height: export.rows, width: export.columns, range: export.low...export.high, samples: samples)
        return try ContentImage(planes: [plane], units: export.window == nil ? ModalityUnits.none : nil)
    }

    private func outcome(_ export: Export, _ report: ContentReport) -> Outcome {
        guard !report.scores.isEmpty else { return Outcome(export: export, report: report, score: 0, isVisible: false) }
        guard let changed = export.changed else {
            return Outcome(export: export, report: report, score: Double(report.scores.max() ?? 0), isVisible: true)
        }
        let (grid, side) = (report.grid, report.grid.side)
        let cells = (changed[0] / side...changed[1] / side).flatMap { row in
            (changed[2] / side...changed[3] / side).map { row * grid.columns + $0 }
        }
        return Outcome(
            export: export, report: report, score: cells.map { Double(report.scores[$0]) }.max() ?? 0,
            isVisible: export.visible >= 0.5)
    }

    private func report(_ outcomes: [String: [Outcome]]) {
        for (operation, all) in outcomes.sorted(by: { $0.key < $1.key }) {
            let benign = all.filter { $0.export.edit == nil }
            let scores = benign.map(\.score).sorted()
            let verdicts = Dictionary(grouping: benign) { "\($0.report.verdict)" }.mapValues(\.count)
            print(
                "\(operation): benign \(verdicts), highest score \(number(scores.last ?? 0)), noise \(number(benign.map(\.report.noise).max() ?? 0))"
            )
            for outcome in benign where outcome.report.verdict != .same {
                let places = outcome.report.differences.prefix(3).map {
                    "\($0.rows.lowerBound),\($0.columns.lowerBound) \(number($0.score))"
                }
                print("    \(outcome.export.image) \(outcome.report.verdict) \(outcome.report.tone.map { "\($0)" } ?? "") \(places)")
            }
            for (edit, some) in Dictionary(grouping: all.filter { $0.export.edit != nil }, by: { $0.export.edit ?? "" }).sorted(by: {
                $0.key < $1.key
            }) {
                let found = some.count { isFound($0) }
                let visible = some.filter(\.isVisible)
                for missed in some where !isFound(missed) && operation.hasPrefix("JPEG 2000 1") && !operation.hasSuffix("hed") {
                    print(
                        "        missed in \(missed.export.image) \(missed.export.changed ?? []) score \(number(missed.score)) noise \(number(missed.report.noise))"
                    )
                }
                print("    \(edit): \(found) of \(some.count), visible \(visible.count { isFound($0) }) of \(visible.count)")
            }
        }
    }

    private func isFound(_ outcome: Outcome) -> Bool {
        guard let changed = outcome.export.changed else { return false }
        return outcome.report.differences.contains {
            $0.rows.overlaps(changed[0]..<changed[1] + 1) && $0.columns.overlaps(changed[2]..<changed[3] + 1)
        }
    }

    private func number(_ value: Double) -> String { String(format: "%.1f", value) }

    private func judge(_ outcomes: [String: [Outcome]]) throws {
        for (operation, all) in outcomes {
            for outcome in all where outcome.export.edit == nil {
                #expect(outcome.report.verdict != .differs, "\(operation) of \(outcome.export.image) is taken for an edit")
            }
        }
    }
}
