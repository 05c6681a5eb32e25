/// Searched columns of narrow submatrices.
enum SubmatrixTable {
    /// The widths that were searched.
    static let widths = 2...20

    static func columns(height: Int, width: Int) -> [UInt16]? { nil }
}
