import SeededRandomness
import Testing

@testable import Ciphers

@Suite("Metrics of ciphertexts")
struct MetricsTests {
    private func random(_ count: Int, bits: Int, seed: UInt64) -> [UInt16] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in UInt16(truncatingIfNeeded: generator.next() >> 24) & UInt16(truncatingIfNeeded: (1 << bits) - 1) }
    }

    @Test("critical values of Wu, Noonan and Agaian for 512 × 512 samples of 8 bits, α = 5 %")
    func publishedCriticalValues() throws {
        let plane = try Plane(width: 512, height: 512, bits: 8, samples: random(512 * 512, bits: 8, seed: 1))
        let metrics = try DifferenceMetrics(plane, try plane.with(samples: random(512 * 512, bits: 8, seed: 2)))
        #expect(abs(metrics.criticalChangedRate(alpha: 0.05) - 0.995893) < 5e-7)
        let accepted = metrics.acceptedAverageIntensity(alpha: 0.05)
        #expect(abs(accepted.lowerBound - 0.333730) < 1e-6)
        #expect(abs(accepted.upperBound - 0.335541) < 1e-6)
        #expect(metrics.passesChangedRate(alpha: 0.001))
        #expect(metrics.passesAverageIntensity(alpha: 0.001))
    }

    @Test(
        "expected NPCR and UACI in per cent",
        arguments: [(8, 99.6094, 33.4635), (10, 99.9023, 33.3659), (12, 99.9756, 33.3415), (16, 99.9985, 33.3338)])
    func expected(bits: Int, changed: Double, intensity: Double) throws {
        let plane = try Plane(width: 2, height: 1, bits: bits, samples: [0, 1])
        let metrics = try DifferenceMetrics(plane, plane)
        #expect(abs(100 * metrics.expectedChangedRate - changed) < 5e-5)
        #expect(abs(100 * metrics.expectedAverageIntensity - intensity) < 1e-4)
        #expect(metrics.changedRate == 0)
        #expect(metrics.averageIntensity == 0)
    }

    @Test("NPCR and UACI of planes that can be counted by hand")
    func byHand() throws {
        let plane = try Plane(width: 4, height: 1, bits: 8, samples: [0, 10, 20, 30])
        let metrics = try DifferenceMetrics(plane, try plane.with(samples: [255, 10, 19, 30]))
        #expect(metrics.changedRate == 0.5)
        #expect(abs(metrics.averageIntensity - 256.0 / 255 / 4) < 1e-12)
        #expect(throws: CipherError.self) { try DifferenceMetrics(plane, try Plane(width: 1, height: 1, bits: 8, samples: [0])) }
    }

    @Test("the critical values refuse random planes as often as they say", arguments: [6, 8])
    func rateOfRefusal(bits: Int) throws {
        var (changed, intensity, chi) = (0, 0, 0)
        let trials = 400
        for trial in 0..<trials {
            let left = try Plane(width: 64, height: 32, bits: bits, samples: random(2048, bits: bits, seed: UInt64(2 * trial)))
            let metrics = try DifferenceMetrics(left, try left.with(samples: random(2048, bits: bits, seed: UInt64(2 * trial + 1))))
            changed += metrics.passesChangedRate(alpha: 0.05) ? 0 : 1
            intensity += metrics.passesAverageIntensity(alpha: 0.05) ? 0 : 1
            let uniformity = try #require(CipherMetrics.chiSquare(left.samples, bits: bits))
            chi += uniformity.probability < 0.05 ? 1 : 0
        }
        // 20 of 400 are expected; more than 40 happen once in 100,000 tests.
        for refused in [changed, intensity, chi] { #expect((3...40).contains(refused), "\(refused) of \(trials)") }
    }

    @Test("the entropy to expect is that of random planes: 15.14 bits for 62,400 samples of 16 bits")
    func expectedEntropy() {
        #expect(abs(CipherMetrics.expectedEntropy(sampleCount: 62_400, bits: 16) - 15.14) < 0.005)
        for (count, bits) in [(1000, 8), (62_400, 16), (5000, 12), (300_000, 8), (64, 1)] {
            let measured = (1...4).map { CipherMetrics.entropy(random(count, bits: bits, seed: UInt64($0)), bits: bits) }.reduce(0, +) / 4
            #expect(
                abs(measured - CipherMetrics.expectedEntropy(sampleCount: count, bits: bits)) < 0.012, "\(count) samples of \(bits) bits")
        }
        #expect(CipherMetrics.entropy([3, 3, 3], bits: 4) == 0)
        #expect(CipherMetrics.entropy([0, 1, 2, 3], bits: 2) == 2)
    }

    @Test("quantiles of the normal and the χ² distribution are those of the tables")
    func quantiles() {
        for (probability, quantile) in [(0.5, 0.0), (0.95, 1.644854), (0.975, 1.959964), (0.995, 2.575829), (0.0005, -3.290527)] {
            #expect(abs(SpecialFunctions.normalQuantile(probability) - quantile) < 1e-6)
        }
        for (degrees, alpha, value) in [(1, 0.05, 3.841459), (10, 0.01, 23.209251), (255, 0.05, 293.247835), (255, 0.01, 310.457388)] {
            let chi = ChiSquare(statistic: value, degreesOfFreedom: degrees)
            #expect(abs(chi.criticalValue(alpha: alpha) - value) < 1e-5)
            #expect(abs(chi.probability - alpha) < 1e-7)
        }
    }

    @Test("χ² takes levels together where there are few samples")
    func classes() throws {
        let few = try #require(CipherMetrics.chiSquare(random(1000, bits: 16, seed: 3), bits: 16))
        #expect(few.degreesOfFreedom == 127)
        #expect(few.probability > 0.0001)
        #expect(CipherMetrics.chiSquare([1, 2, 3], bits: 8) == nil)
        let flat = try #require(CipherMetrics.chiSquare([UInt16](repeating: 9, count: 10_000), bits: 8))
        #expect(flat.probability < 1e-12)
    }

    @Test("correlation of neighbours in all directions")
    func correlation() throws {
        let ramp = try Plane(width: 40, height: 30, bits: 8, samples: (0..<1200).map { UInt16($0 % 40 + $0 / 40) })
        for (right, down) in [(1, 0), (0, 1), (1, 1)] {
            #expect(try #require(CipherMetrics.correlation(ramp, right: right, down: down)).coefficient > 0.999)
        }
        let noise = try Plane(width: 200, height: 100, bits: 12, samples: random(20_000, bits: 12, seed: 4))
        let correlation = try #require(CipherMetrics.correlation(noise, right: 1, down: 0))
        #expect(correlation.pairCount == 199 * 100)
        #expect(abs(correlation.coefficient) < correlation.criticalValue(alpha: 0.0001))
        let stripes = try Plane(width: 2, height: 3, channels: 3, bits: 8, samples: [1, 9, 5, 1, 9, 5, 2, 8, 4, 2, 8, 4, 3, 7, 3, 3, 7, 3])
        #expect(abs(try #require(CipherMetrics.correlation(stripes, right: 1, down: 0)).coefficient - 1) < 1e-12)
        #expect(CipherMetrics.correlation(try Plane(width: 1, height: 1, bits: 8, samples: [1]), right: 1, down: 1) == nil)
        #expect(CipherMetrics.correlation(try Plane(width: 2, height: 2, bits: 8, samples: [1, 1, 1, 1]), right: 1, down: 0) == nil)
    }

    @Test("fresh keys change all samples; one key changes one, by design")
    func freshKeys() throws {
        let plane = try CipherInputs.image(width: 256, height: 256, bits: 12)
        let changed = try plane.with(samples: [plane.samples[0] ^ 1] + plane.samples.dropFirst())
        func encrypt(_ plane: Plane, _ seed: UInt64) throws -> Plane {
            try AdditionCipher().encrypt(plane, key: CipherInputs.key(seed)).plane()
        }
        let fresh = try DifferenceMetrics(try encrypt(plane, 1), try encrypt(changed, 2))
        #expect(fresh.passesChangedRate(alpha: 0.001) && fresh.passesAverageIntensity(alpha: 0.001))
        #expect(try DifferenceMetrics(try encrypt(plane, 1), try encrypt(changed, 1)).changedRate == 1 / Double(256 * 256))
    }

    @Test("an additive chain passes NPCR and fails UACI")
    func additiveChain() throws {
        let plane = try CipherInputs.image(width: 128, height: 128, bits: 8)
        let changed = try plane.with(samples: [plane.samples[0] ^ 1] + plane.samples.dropFirst())
        let metrics = try DifferenceMetrics(
            try NegativeControl.additiveChain.encrypt(plane, key: CipherInputs.key(1)).plane(),
            try NegativeControl.additiveChain.encrypt(changed, key: CipherInputs.key(1)).plane())
        #expect(metrics.changedRate == 1)
        #expect(metrics.averageIntensity < 0.02)
        #expect(!metrics.passesAverageIntensity(alpha: 0.001))
    }

    @Test("damage spoils as much as it hits of a stream cipher")
    func damage() throws {
        let plane = try CipherInputs.image(width: 64, height: 64, bits: 12)
        let key = try CipherInputs.key(1)
        let ciphertext = try AdditionCipher().encrypt(plane, key: key).plane()
        let noisy = try AdditionCipher().decrypt(.plane(try Damage.noise(oneIn: 10).applied(to: ciphertext, seed: 1)), key: key)
        #expect((0.85...0.95).contains(plane.equalRate(noisy)))
        let cropped = try AdditionCipher().decrypt(.plane(try Damage.crop.applied(to: ciphertext, seed: 1)), key: key)
        #expect((0.745...0.755).contains(plane.equalRate(cropped)))
        #expect(plane.equalRate(plane) == 1)
        #expect(throws: CipherError.self) { try Damage.noise(oneIn: 0).applied(to: plane, seed: 1) }
    }
}
