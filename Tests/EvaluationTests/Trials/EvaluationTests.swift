import DICOM
import Foundation
import SeededRandomness
import StegoKit
import Testing

@testable import Evaluation

@Suite("A whole evaluation of made-up images")
struct EvaluationTests {
    private static let patient = "NOBODY^AT<ALL>"
    private static let series = "2.25.424242"

    private static func results(methods: [EmbeddingMethod], splits: Int, seed: UInt64 = 1) throws -> EvaluationResults {
        let plan = EvaluationPlan(methods: methods, payloads: [.bytes(60), .bitsPerSample(0.3)], seed: seed, splits: splits)
        var generator = SplitMix64(seed: 11)
        var illustration: Illustration?
        let subjects = try (1...6).map { number in
            let planes = try TestImages.disc(rows: 128, columns: 160, bitsStored: 12, &generator)
            let file = try TestImages.file(planes, patient: patient, series: series)
            let subject = try Subject(of: file, number: number)
            if number == 3 { illustration = try SubjectEvaluator(plan).illustrate(subject) }
            return (try SubjectEvaluator(plan).evaluate(subject), Lineage(of: file.dataSet))
        }
        var results = EvaluationResults(plan: plan, subjects: subjects.reversed(), skipped: ["it has <no> image": 2])
        results.detections = results.detectionTasks.compactMap { task in
            guard let pairs = results.pairs(for: task) else { return nil }
            let outcomes = (0..<splits).compactMap { DetectionExperiment.run(pairs, split: $0, seed: plan.seed) }
            return Detection(task, pairCount: pairs.count, imageCount: Set(pairs.images).count, outcomes: outcomes)
        }
        results.illustration = illustration
        return results
    }

    @Test("every method gives every figure, exactly reversed", arguments: EmbeddingMethod.all)
    func figures(_ method: EmbeddingMethod) throws {
        let results = try Self.results(methods: [method], splits: 0)
        let trial = Trial(method: method, payload: .bytes(60))
        let summary = try #require(results.summary(of: trial))
        #expect(summary.imageCount == 6 && summary.isExact)
        #expect(abs(summary.relativePayload - 480.0 / (128 * 160)) < 1e-12)
        #expect((40...110).contains(summary.psnrOfUsedRange) && summary.weightedPSNR >= summary.psnrOfUsedRange)
        #expect(summary.psnrOfStoredRange >= summary.psnrOfUsedRange)
        let similarity = try #require(summary.structuralSimilarity)
        #expect(similarity < 1 && similarity > 0.99)
        #expect(summary.efficiency > 0.05 && summary.changedShare > 0 && summary.maximumChange >= 1)
        #expect(summary.codestreamGrowth != nil && results.detections.isEmpty)
    }

    @Test("replacing last bits costs what theory says")
    func leastSignificantBits() throws {
        let results = try Self.results(methods: [.leastSignificantBit], splits: 0)
        let summary = try #require(results.summary(of: Trial(method: .leastSignificantBit, payload: .bitsPerSample(0.3))))
        // Half of the visited samples change by 1; the method visits some 200 samples more than the payload has bits.
        #expect(abs(summary.meanSquaredError - 0.155) < 0.006)
        #expect(abs(summary.efficiency - 1.94) < 0.08 && summary.maximumChange == 1)
    }

    @Test("payloads that do not fit are recorded, not forgotten")
    func unfit() throws {
        let plan = EvaluationPlan(methods: [.leastSignificantBit], payloads: [.bytes(100_000)], splits: 0)
        var generator = SplitMix64(seed: 1)
        let file = try TestImages.file(TestImages.disc(rows: 64, columns: 64, bitsStored: 12, &generator), patient: "A", series: "2.25.1")
        let result = try SubjectEvaluator(plan).evaluate(Subject(of: file, number: 1))
        #expect(result.unfit.first?.byteCount == 100_000)
        #expect(result.measurements.allSatisfy { $0.trial.payload != .bytes(100_000) })
    }

    @Test("the page holds everything, fetches nothing and names nobody")
    func page() throws {
        let results = try Self.results(methods: [.reversible, .leastSignificantBit], splits: 2)
        #expect(results.detections.count == 3 + 2 * 2 * 3)
        let html = ReportPage(results, date: "2026-01-02", program: "veilray-send <test>").html
        for forbidden in ["NOBODY", "ID-", Self.series, "http:", "https:", "<script", "<link", "@import", "url(", "2.25.77"] {
            #expect(!html.contains(forbidden), "\(forbidden)")
        }
        #expect(html.contains("it has &lt;no&gt; image") && html.contains("veilray-send &lt;test&gt;"))
        #expect(html.components(separatedBy: "data:image/png;base64,").count - 1 == 3)
        #expect(html.components(separatedBy: "<svg class=\"plot\"").count - 1 == 3 + 6 + 2)
        for tag in ["table", "figure", "svg", "div", "p", "ul", "dl", "g", "tr", "td", "th"] {
            let opened = html.components(separatedBy: "<\(tag)>").count + html.components(separatedBy: "<\(tag) ").count - 2
            #expect(opened == html.components(separatedBy: "</\(tag)>").count - 1, "\(tag)")
        }
        let figures = html.replacing(/base64,[^"]*/, with: "")
        #expect(figures.firstMatch(of: /\b(nan|inf)\b/) == nil)
    }

    @Test("the CSV files have a line for every trial and every split, all of one width")
    func csv() throws {
        let results = try Self.results(methods: [.leastSignificantBit], splits: 2)
        let metrics = CSVFiles.metrics(results).split(separator: "\n")
        #expect(metrics.count == 1 + 6 * (2 + 4))
        #expect(Set(metrics.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }).count == 1)
        let steganalysis = CSVFiles.steganalysis(results).split(separator: "\n")
        #expect(steganalysis.count == 1 + 2 * (3 + 2 * 3))
        #expect(Set(steganalysis.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }).count == 1)
    }

    @Test("the seed determines every figure but the times")
    func deterministic() throws {
        func figures(_ seed: UInt64) throws -> [String] {
            try Self.results(methods: [.leastSignificantBit], splits: 1, seed: seed).subjects
                .flatMap { $0.measurements.map { "\($0.quality) \($0.weightedPSNR)" } }
        }
        #expect(try figures(5) == figures(5))
        #expect(try figures(5) != figures(6))
    }
}
