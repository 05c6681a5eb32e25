import DICOM
import Foundation
import StegoKit
import TestSupport
import Testing

@testable import Evaluation

@Suite("A real CT series", .needsCorpus)
struct CorpusTests {
    /// Every third slice of the series.
    private static func slices() throws -> [DICOMFile] {
        try Corpus.files.filter { $0.hasPrefix("ct-ge/") }.enumerated().filter { $0.offset % 3 == 0 }.map { _, name in
            try DICOMFile(bytes: Corpus.bytes(name), name: name)
        }
    }

    private func results(_ methods: [EmbeddingMethod], _ payloads: [PayloadSize], splits: Int) throws -> EvaluationResults {
        let plan = EvaluationPlan(
            methods: methods, payloads: payloads, featureSets: [.spam, .lbp], splits: splits, isCompared: splits == 0)
        let subjects = try Self.slices().enumerated().map { index, file in
            let subject = try Subject(of: file, number: index + 1)
            return (try SubjectEvaluator(plan).evaluate(subject), Lineage(of: file.dataSet))
        }
        var results = EvaluationResults(plan: plan, subjects: subjects, skipped: [:])
        results.detections = results.detectionTasks.compactMap { task in
            guard let pairs = results.pairs(for: task) else { return nil }
            let outcomes = (0..<splits).compactMap { DetectionExperiment.run(pairs, split: $0, seed: plan.seed) }
            return Detection(task, pairCount: pairs.count, imageCount: Set(pairs.images).count, outcomes: outcomes)
        }
        return results
    }

    /// The order that codes and costs are there for; every margin is half of what was measured, or less.
    @Test("at equal payload lsb is noticed most, hamming less, stc least, and stc at the payload of a record hardly at all")
    func order() throws {
        let methods: [EmbeddingMethod] = [.leastSignificantBit, .hamming, .syndromeTrellis]
        let (record, more) = (PayloadSize.bytes(1200), PayloadSize.bitsPerSample(0.1))
        let results = try results(methods, [record, more], splits: 3)
        func error(_ method: EmbeddingMethod, _ payload: PayloadSize, _ set: FeatureSet) throws -> Double {
            try #require(results.detection(of: Trial(method: method, payload: payload), by: set)).blockError.mean
        }
        let patterns = try methods.map { try error($0, more, .lbp) }
        #expect(patterns[0] + 0.06 < patterns[1] && patterns[1] + 0.06 < patterns[2], "\(patterns)")
        let adjacency = try methods.map { try error($0, more, .spam) }
        #expect(adjacency[0] + 0.1 < adjacency[1] && adjacency[0] + 0.1 < adjacency[2], "\(adjacency)")
        for set in results.plan.featureSets {
            let chance = try #require(results.chance(of: set)).blockError.mean
            let (least, most) = (try error(.syndromeTrellis, record, set), try error(.leastSignificantBit, record, set))
            #expect(least > chance - 0.05, "\(set): stc \(least), guessing \(chance)")
            #expect(most < chance - 0.05, "\(set): lsb \(most), guessing \(chance)")
        }
        #expect(results.measurements.allSatisfy { $0.isExact })
    }

    /// On one CT series MSE of replaced last bits is what the publication's payload inference says, to within the parameters' samples.
    @Test("the published MSE is that of its inferred payload")
    func published() throws {
        let results = try results([.leastSignificantBit], [.bytes(100)], splits: 0)
        for figure in PublishedFigure.all {
            let summary = try #require(results.summary(of: Trial(method: .leastSignificantBit, payload: figure.impliedPayload)))
            #expect(abs(summary.meanSquaredError - figure.meanSquaredError) < 0.0008, "\(figure)")
            #expect(abs(summary.psnrOfEightBits - figure.psnr) < 0.5, "\(figure)")
        }
    }
}
