import Foundation
import Testing

@testable import Evaluation

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
