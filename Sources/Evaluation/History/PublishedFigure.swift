import Foundation

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

    /// What 10·log₁₀(255² / MSE) gives for the printed MSE.
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
