/// Fits an image into a square panel: whole-number enlargement for small images, boxes of samples for large ones.
public struct PanelScale: Sendable {
    /// Width of the image inside the panel, in pixels.
    public let width: Int
    /// Height of the image inside the panel, in pixels.
    public let height: Int
    private let sourceWidth: Int
    private let sourceHeight: Int

    /// - Parameter side: the panel's side in pixels.
    public init(sourceWidth: Int, sourceHeight: Int, side: Int) {
        self.sourceWidth = max(1, sourceWidth)
        self.sourceHeight = max(1, sourceHeight)
        let longest = max(self.sourceWidth, self.sourceHeight)
        if longest <= side {
            let factor = side / longest
            width = self.sourceWidth * factor
            height = self.sourceHeight * factor
        } else {
            width = max(1, self.sourceWidth * side / longest)
            height = max(1, self.sourceHeight * side / longest)
        }
    }

    /// The source columns that a panel column shows; never empty.
    public func columns(_ x: Int) -> Range<Int> { Self.box(x, of: width, source: sourceWidth) }

    /// The source rows that a panel row shows; never empty.
    public func rows(_ y: Int) -> Range<Int> { Self.box(y, of: height, source: sourceHeight) }

    private static func box(_ index: Int, of target: Int, source: Int) -> Range<Int> {
        let first = min(index * source / target, source - 1)
        return first..<max(first + 1, min((index + 1) * source / target, source))
    }
}
