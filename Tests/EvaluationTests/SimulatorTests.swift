import Foundation
import Imaging
import SeededRandomness
import TestSupport
import Testing

@testable import Evaluation
@testable import StegoKit

/// Our trellis codes beside conseal's simulator of optimal embedding, on the same costs with the same payload.
@Suite("Simulator of optimal embedding", .needsPython("conseal", "numpy", "scipy", "skimage"))
struct SimulatorTests {
    private struct Judgement: Decodable {
        let expected: Double
        let simulated: Double
        let changes: Double
        let agreement: Double
    }

    /// The costs of all samples of one plane.
    private struct CostMap {
        let down: [Float]
        let up: [Float]

        init(_ planes: SamplePlanes) {
            let carrier = CarrierPlanes(of: planes)
            let costs = StepCosts(planes, carrier: carrier, region: planes.regionOfInterest)
            let steps = (0..<planes.samplesPerPlane).map { index in
                costs.steps(at: CarrierSample(position: index, plane: 0, index: index), in: planes)
            }
            (down, up) = (steps.map(\.down), steps.map(\.up))
        }

        func distortion(from cover: SamplePlanes, to stego: SamplePlanes) -> Double {
            let (before, after) = (cover.planes[0], stego.planes[0])
            return before.indices.reduce(0) { sum, index in
                guard before[index] != after[index] else { return sum }
                return sum + Double(after[index] > before[index] ? up[index] : down[index])
            }
        }
    }

    @Test("syndrome-trellis codes come within their coding loss of the simulator", arguments: [0.1, 0.3])
    func loss(_ relativePayload: Double) async throws {
        var generator = SplitMix64(seed: 41)
        let cover = try TestImages.disc(rows: 256, columns: 256, bitsStored: 8, noise: 4, &generator)
        let costs = CostMap(cover)
        let payload = (0..<Int(relativePayload * 65_536 / 8)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let folder = try TemporaryFolder()
        try folder.write(PNGEncoder.encode(grey: cover.planes[0].map { UInt8($0) }, width: 256, height: 256), as: "cover.png")
        try folder.write(costs.down.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }, as: "down")
        try folder.write(costs.up.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }, as: "up")
        let judgement: Judgement = try await judge(
            "simulator.py", ["\(folder.path)/cover.png", "\(payload.count * 8)", "\(folder.path)/down", "\(folder.path)/up"])

        // Our bound is theirs.
        let bound = try #require(TernaryRateDistortion(down: costs.down, up: costs.up).optimum(bits: Double(payload.count * 8)))
        #expect(abs(bound.distortion - judgement.expected) < 0.01 * judgement.expected)
        #expect(abs(judgement.simulated - judgement.expected) < 0.1 * judgement.expected)

        var stego = cover
        _ = try EmbeddingMethod.syndromeTrellis.embed(payload, into: &stego, key: StudyKey(constant: 7).instanceKey(for: "2.25.1"))
        let loss = bound.loss(of: costs.distortion(from: cover, to: stego))
        // At height 10 the code itself loses 7 to 15 %; the parameters, which stand in samples that the key chooses, come on top.
        #expect((-0.005...0.2).contains(loss), "lost \(loss)")

        // Ours are HILL costs but for the border, the scale and the floor of flat parts.
        #expect(judgement.agreement > 0.95, "rank correlation \(judgement.agreement)")
    }
}
