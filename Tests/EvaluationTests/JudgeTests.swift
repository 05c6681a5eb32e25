import Foundation
import Imaging
import SeededRandomness
import StegoKit
import TestSupport
import Testing

@testable import Evaluation

/// Has a script of `Judges/` judge what lies in files, and decodes its answer.
func judge<Judgement: Decodable>(_ script: String, _ arguments: [String]) async throws -> Judgement {
    try await ForeignPrograms.python(["\(Package.folder)/Tests/EvaluationTests/Judges/\(script)"] + arguments)
}

/// Our figures beside those of sealwatch and scikit-image, over PNG files of our own stego images.
@Suite("Outside judges", .needsPython("conseal", "numpy", "scipy", "skimage"))
struct JudgeTests {
    /// A cover and its stego images, as PNG files in a folder.
    private struct Exhibits {
        let cover: SamplePlanes
        let stego: [SamplePlanes]
        let folder: TemporaryFolder
        /// The cover's, then the stego images'.
        let paths: [String]

        init(bitsStored: Int, seed: UInt64) throws {
            var generator = SplitMix64(seed: seed)
            let cover = try TestImages.disc(rows: 120, columns: 150, bitsStored: bitsStored, noise: 2, &generator)
            let payload = (0..<500).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let key = StudyKey().instanceKey(for: "2.25.1")
            let folder = try TemporaryFolder()
            stego = try EmbeddingMethod.all.map { method in
                var planes = cover
                _ = try method.embed(payload, into: &planes, key: key)
                return planes
            }
            self.cover = cover
            self.folder = folder
            paths = try ([cover] + stego).enumerated().map { index, planes in
                try folder.write(Self.picture(planes), as: "\(index).png")
                return "\(folder.path)/\(index).png"
            }
        }

        private static func picture(_ planes: SamplePlanes) throws -> [UInt8] {
            let levels = planes.planes[0]
            guard planes.bitsStored <= 8 else { return try PNGEncoder.encode(grey: levels, width: planes.columns, height: planes.rows) }
            return try PNGEncoder.encode(grey: levels.map { UInt8(truncatingIfNeeded: $0) }, width: planes.columns, height: planes.rows)
        }
    }

    private struct FeatureJudgement: Decodable {
        let bits: Int
        let spam: [Double]
        let lbp: [Double]
    }

    @Test("sealwatch finds the same SPAM-686, scikit-image the same patterns, in the PNG files", arguments: [8, 12, 16])
    func features(_ bitsStored: Int) async throws {
        let exhibits = try Exhibits(bitsStored: bitsStored, seed: 21)
        let judgements: [FeatureJudgement] = try await judge("features.py", exhibits.paths)
        let images = [exhibits.cover] + exhibits.stego
        #expect(judgements.count == images.count)
        for (planes, judgement) in zip(images, judgements) {
            #expect(judgement.bits == (bitsStored > 8 ? 16 : 8))
            let block = try #require(LevelBlock(rows: planes.rows, columns: planes.columns, levels: planes.planes[0]))
            let spam = SubtractivePixelAdjacency.features(of: block).map(Double.init)
            #expect(spam.count == judgement.spam.count)
            #expect(Self.largestDifference(spam, judgement.spam) < 1e-6)
            // A neighbour between samples that equals its centre but for rounding may fall on either side.
            let patterns = LocalBinaryPatterns.features(of: block).map(Double.init)
            #expect(patterns.count == judgement.lbp.count)
            #expect(Self.largestDifference(patterns, judgement.lbp) < 0.01)
        }
        // The judge is not blind: cover and stego have different features.
        #expect(Self.largestDifference(judgements[0].spam, judgements[1].spam) > 1e-5)
    }

    private static func largestDifference(_ first: [Double], _ second: [Double]) -> Double {
        zip(first, second).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    private struct QualityJudgement: Decodable {
        let ssim: Double
        let psnr: Double
        let mse: Double
    }

    @Test("scikit-image agrees on SSIM, PSNR and MSE", arguments: [8, 12, 16])
    func quality(_ bitsStored: Int) async throws {
        let exhibits = try Exhibits(bitsStored: bitsStored, seed: 22)
        let reports = try exhibits.stego.map { try QualityReport(cover: exhibits.cover, stego: $0) }
        let arguments = zip(reports, exhibits.paths.dropFirst()).flatMap { ["\($0.usedRange)", exhibits.paths[0], $1] }
        let judgements: [QualityJudgement] = try await judge("quality.py", arguments)
        #expect(judgements.count == reports.count)
        for (index, judgement) in judgements.enumerated() {
            let measure = try #require(
                StructuralSimilarity(
                    cover: exhibits.cover.planes[0], rows: exhibits.cover.rows, columns: exhibits.cover.columns,
                    dataRange: reports[index].usedRange))
            #expect(abs(try #require(measure.index(of: exhibits.stego[index].planes[0])) - judgement.ssim) < 1e-7)
            #expect(abs(reports[index].psnrOfUsedRange - judgement.psnr) < 1e-9)
            #expect(abs(reports[index].meanSquaredError - judgement.mse) < 1e-12)
            #expect(judgement.ssim < 1)
        }
    }

    private struct EnsembleJudgement: Decodable {
        let error: Double
    }

    /// Both ensembles train on the same pairs; both choose their subspaces themselves, so they agree in the error, not vote by vote.
    @Test("sealwatch's ensemble finds what ours finds", arguments: [Float(0), 0.25, 0.8])
    func ensemble(_ shift: Float) async throws {
        var generator = SplitMix64(seed: 31)
        var (cover, stego) = (FeatureRows(featureCount: 60), FeatureRows(featureCount: 60))
        for _ in 0..<240 {
            let common = Float.random(in: -1...1, using: &generator)
            let row = (0..<60).map { _ in common + Float.random(in: -1...1, using: &generator) }
            cover.append(row)
            stego.append(row.enumerated().map { $1 + Float.random(in: -1...1, using: &generator) * 0.3 + ($0 % 5 == 0 ? shift : 0) })
        }
        var pairs = try #require(FeaturePairs(cover: cover, stego: stego, groups: Array(0..<240), images: Array(0..<240)))
        if shift == 0 { pairs = pairs.exchangedAtRandom(seed: 1) }
        let halves = try #require(GroupSplit(groups: pairs.groups, seed: 3))
        let ensemble = DiscriminantEnsemble(StandardisedPairs(pairs, training: halves.training), training: halves.training, seed: 7)
        let ours = DetectionError.atZero(
            cover: halves.testing.map { ensemble.coverVotes[$0] }, stego: halves.testing.map { ensemble.stegoVotes[$0] })
        let folder = try TemporaryFolder()
        func rows(_ features: FeatureRows, _ indices: [Int]) -> [[Double]] {
            indices.map { index in features.values[index * 60..<(index + 1) * 60].map(Double.init) }
        }
        let exhibit = [halves.training, halves.testing].map { ["cover": rows(pairs.cover, $0), "stego": rows(pairs.stego, $0)] }
        try folder.write(
            Array(JSONSerialization.data(withJSONObject: ["training": exhibit[0], "testing": exhibit[1]])), as: "pairs.json")
        let judgement: EnsembleJudgement = try await judge("ensemble.py", ["\(folder.path)/pairs.json"])
        #expect(abs(ours - judgement.error) < 0.08, "ours \(ours), theirs \(judgement.error)")
        if shift == 0 { #expect(ours > 0.38) }
        if shift == 0.8 { #expect(ours < 0.1) }
    }
}
