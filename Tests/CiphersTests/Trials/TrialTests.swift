import SeededRandomness
import Testing

@testable import Ciphers

@Suite("Measuring every cipher")
struct TrialTests {
    private static let subjects = TrialSubject.all(desBits: 8)

    @Test("every subject is exact; the sound ones pass the statistics", arguments: subjects.map(\.label))
    func statistics(label: String) throws {
        let subject = try #require(Self.subjects.first { $0.label == label })
        let image = try CipherInputs.image(width: 80, height: 64, bits: 12)
        let trial = try CipherTrial(subject, image, runs: 1, seed: 3)
        #expect(trial.isExact)
        #expect(trial.speed > 0)
        guard trial.strength == .sound else { return }
        let statistics = trial.statistics
        #expect(abs(statistics.entropy - statistics.expectedEntropy) < 0.05)
        #expect(try #require(statistics.chiSquare).probability > 0.0001)
        for correlation in statistics.correlations {
            let correlation = try #require(correlation)
            #expect(abs(correlation.coefficient) < correlation.criticalValue(alpha: 0.00001))
        }
        #expect(statistics.difference.passesAverageIntensity(alpha: 0.00001))
        // The policy is public, so its bytes are the same under every key.
        #expect(label == "policy-tree" || statistics.keySensitivity.passesChangedRate(alpha: 0.00001))
        #expect(trial.compressedRate > 0.98)
    }

    @Test("every attack reads the image", arguments: subjects.map(\.label))
    func attacks(label: String) throws {
        let subject = try #require(Self.subjects.first { $0.label == label })
        let image = try CipherInputs.image(width: 80, height: 64, bits: 12)
        let trial = try AttackTrial.run(subject, image, seed: 4)
        if subject.cipher.strength == .sound && !label.contains("again") {
            #expect(trial == nil)
        } else if !label.contains("Paillier") && label != "blowfish-signcryption" {
            #expect(try #require(trial).recoveredRate == 1)
        }
    }

    @Test("every attack reads an image in colour that is no square", arguments: subjects.map(\.label))
    func attacksOnColour(label: String) throws {
        let subject = try #require(Self.subjects.first { $0.label == label })
        var generator = SplitMix64(seed: 9)
        // A black background, which some of the attacks need, and a disc.
        let samples = (0..<80 * 48 * 3).map { place -> UInt16 in
            let (x, y) = (place / 3 % 80 - 40, place / 240 - 24)
            return x * x + y * y < 300 ? UInt16.random(in: 20...200, using: &generator) : 0
        }
        let image = try Plane(width: 80, height: 48, channels: 3, bits: 8, samples: samples)
        guard let trial = try AttackTrial.run(subject, image, seed: 5) else { return }
        #expect(trial.recoveredRate == 1, "\(trial.reason ?? "")")
        #expect(try CipherTrial(subject, subject.part(of: image), runs: 1, seed: 6).isExact)
    }

    @Test("parts of images are around the centre")
    func crops() throws {
        let plane = try Plane(width: 4, height: 3, bits: 4, samples: Array(0..<12))
        #expect(try plane.cropped(width: 2, height: 1).samples == [5, 6])
        #expect(try plane.limited(to: .max, square: true).samples == [0, 1, 2, 4, 5, 6, 8, 9, 10])
        #expect(throws: CipherError.self) { try plane.cropped(width: 5, height: 1) }
        #expect(throws: CipherError.self) { try plane.cropped(width: 0, height: 1) }
        let colour = try Plane(width: 4, height: 9, channels: 3, bits: 8, samples: (0..<108).map { UInt16($0) })
        let square = try colour.limited(to: .max, square: true)
        #expect(square.width * square.channels == square.height)
    }
}
