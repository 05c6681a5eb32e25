/// Why a region could not be made as it was asked for.
public struct RegionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, to switch on.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// A rectangle or polygon has no sample of the image inside.
        case outsideImage
        /// A shape that is none: a side below 1, fewer than three corners, a coordinate that is no number.
        case invalidShape
        /// A segmentation or structure set that cannot be read.
        case invalidAnnotation
        /// A file of shapes that cannot be understood.
        case invalidFile
    }

    public let code: Code
    /// What happened and what to do, for people.
    public let reason: String

    public var description: String { reason }

    static func outsideImage(_ shape: RegionShape, rows: Int, columns: Int) -> RegionError {
        RegionError(
            code: .outsideImage,
            reason: "\(shape) lies outside the image of \(columns) × \(rows) samples; give columns and rows counted from 0")
    }

    static func invalidShape(_ reason: String) -> RegionError { RegionError(code: .invalidShape, reason: reason) }

    static func invalidAnnotation(_ reason: String) -> RegionError { RegionError(code: .invalidAnnotation, reason: reason) }

    static func invalidFile(_ reason: String) -> RegionError { RegionError(code: .invalidFile, reason: reason) }
}
