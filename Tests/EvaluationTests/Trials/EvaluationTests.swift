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

@Suite("Payloads, bounds and published figures")
struct PayloadSizeTests {
    @Test("whole numbers are bytes, numbers with a point are bits a sample")
    func parsing() {
        #expect(PayloadSize("1200") == .bytes(1200))
        #expect(PayloadSize("0.05") == .bitsPerSample(0.05))
        for wrong in ["", "0", "-5", "0.0", "-0.1", "x", "1e3", "nan", "inf", "17.0", "99999999999999999999", "0x10"] {
            #expect(PayloadSize(wrong) == nil, "\(wrong)")
        }
        #expect(PayloadSize.bitsPerSample(0.1).byteCount(sampleCount: 512 * 512) == 3277)
        #expect(PayloadSize.bitsPerSample(0.001).byteCount(sampleCount: 64) == 1)
    }

    @Test("bounds of embedding efficiency are those of the textbook")
    func bounds() throws {
        // H⁻¹(½) = 0.110028; at one bit a sample half of the samples change.
        #expect(abs(try #require(EfficiencyBound.binary(relativePayload: 0.5)) - 4.5443) < 1e-3)
        #expect(abs(try #require(EfficiencyBound.binary(relativePayload: 1)) - 2) < 1e-6)
        #expect(abs(try #require(EfficiencyBound.ternary(relativePayload: log2(3))) - log2(3) * 1.5) < 1e-6)
        #expect(EfficiencyBound.binary(relativePayload: 1.01) == nil && EfficiencyBound.ternary(relativePayload: 1.6) == nil)
        #expect(EfficiencyBound.binary(relativePayload: 0) == .infinity)
        for payload in [0.01, 0.1, 0.4, 0.9] {
            #expect(
                try #require(EfficiencyBound.ternary(relativePayload: payload)) > #require(EfficiencyBound.binary(relativePayload: payload))
            )
        }
    }

    /// The publication's peak is 255: its MSE, printed to four decimals, allows its PSNR with no other.
    @Test("published PSNR follows from published MSE with a peak of 255")
    func published() {
        for figure in PublishedFigure.all {
            let half = 0.00005
            let lowest = 10 * log10(255 * 255 / (figure.meanSquaredError + half))
            let highest = 10 * log10(255 * 255 / (figure.meanSquaredError - half))
            #expect((lowest - 0.005...highest + 0.005).contains(figure.psnr), "\(figure.psnr)")
            // Peaks of other depths are many decibels away.
            #expect(abs(10 * log10(4095 * 4095 / figure.meanSquaredError) - figure.psnr) > 20)
        }
    }
}
