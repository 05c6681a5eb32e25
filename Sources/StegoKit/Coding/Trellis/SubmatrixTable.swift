/// Searched columns of narrow submatrices, as `veilray-bench columns` prints them: for each height the widths 2, 3, 4 and so on.
///
/// The method is in docs/coding.md. Stego files depend on every number here: none may change once files are out.
enum SubmatrixTable {
    /// The widths that were searched.
    static let widths = 2...20

    /// The columns of a block of this width; nil for a width or height that was not searched.
    static func columns(height: Int, width: Int) -> [UInt16]? {
        guard widths.contains(width) else { return nil }
        let index = width - widths.lowerBound
        return switch height {
        default: nil
        }
    }
}
