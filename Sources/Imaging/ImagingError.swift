/// Why a picture could not be made.
public struct ImagingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, to switch on.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// No PNG has this size: a side of 0, or of more than a million pixels.
        case invalidSize
        /// There are not as many samples as the size says.
        case sampleCountMismatch
        /// libpng failed; the reason has its own words.
        case encodingFailed
    }

    public let code: Code
    /// What happened, for people.
    public let reason: String

    public var description: String { reason }

    static func invalidSize(width: Int, height: Int) -> ImagingError {
        ImagingError(code: .invalidSize, reason: "no picture in PNG is \(width) × \(height) pixels")
    }

    static func sampleCountMismatch(_ count: Int, expected: Int) -> ImagingError {
        ImagingError(code: .sampleCountMismatch, reason: "the picture has \(count) samples, its size asks for \(expected)")
    }

    static func encodingFailed(_ message: String) -> ImagingError {
        ImagingError(code: .encodingFailed, reason: "libpng could not encode the picture: \(message)")
    }
}
