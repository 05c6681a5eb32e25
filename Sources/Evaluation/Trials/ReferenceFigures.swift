import Foundation
import StegoKit

/// The figures that "Secure Transmission of Medical Images using Encryption and Steganography" gives for its four images, in which it
/// replaced least significant bits one after the other.
///
/// Neither the payload nor the images' sizes are given. Both can be inferred: its PSNR is 10·log₁₀(255² / MSE) of its MSE, so the peak is
/// 255; and replacing least significant bits by random ones changes half of them by 1, so the mean squared error is half the payload in bits
/// a sample.
public struct PublishedFigure: Hashable, Sendable {
    public let meanSquaredError: Double
    /// In dB, as printed.
    public let psnr: Double

    public static let all = [
        PublishedFigure(meanSquaredError: 0.0302, psnr: 63.33),
        PublishedFigure(meanSquaredError: 0.0063, psnr: 70.15),
        PublishedFigure(meanSquaredError: 0.0215, psnr: 64.81),
        PublishedFigure(meanSquaredError: 0.0242, psnr: 64.29),
    ]

    /// 10·log₁₀(255² / MSE) for the printed MSE.
    public var psnrOfEightBits: Double { PeakSignalToNoise.decibels(peak: 255, meanSquaredError: meanSquaredError) }

    /// The payload that sequential replacement of least significant bits would have had.
    public var impliedPayload: PayloadSize { .bitsPerSample((2 * meanSquaredError * 1e4).rounded() / 1e4) }
}

/// Ratios of signal to noise.
enum PeakSignalToNoise {
    /// 10·log₁₀(peak² / MSE); infinite without error.
    static func decibels(peak: Int, meanSquaredError: Double) -> Double {
        meanSquaredError > 0 ? 10 * log10(Double(peak) * Double(peak) / meanSquaredError) : .infinity
    }
}

/// The most payload bits that any code can hide for each changed sample, when every sample costs the same [Fridrich, Steganography in
/// Digital Media, 2010, ch. 8]. What a method reaches is to be read beside the bound of its own alphabet.
public enum EfficiencyBound {
    /// Samples that are flipped or not: α / H⁻¹(α). Infinite at 0.
    ///
    /// - Parameter relativePayload: bits a sample.
    /// - Returns: `nil` above 1 bit a sample, which no binary code carries.
    public static func binary(relativePayload: Double) -> Double? {
        guard relativePayload > 0 else { return .infinity }
        guard relativePayload <= 1 else { return nil }
        return relativePayload / Entropy.inverseBinary(relativePayload)
    }

    /// Samples that stay or go up or down by one: α / β where H(β) + β = α. Infinite at 0.
    ///
    /// - Returns: `nil` above log₂ 3 bits a sample.
    public static func ternary(relativePayload: Double) -> Double? {
        guard relativePayload > 0 else { return .infinity }
        guard relativePayload <= log2(3) else { return nil }
        var (low, high) = (0.0, 2.0 / 3)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if Entropy.binary(middle) + middle < relativePayload { low = middle } else { high = middle }
        }
        return relativePayload / ((low + high) / 2)
    }
}
