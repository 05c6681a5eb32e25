import Imaging
import Sending
import StegoKit

/// One picture of the preview: a colour for each of its pixels, from the samples that the pixel shows.
struct PreviewPanel {
    /// The side of a panel in pixels.
    static let side = 1024

    let scale: PanelScale
    private let region: RegionOfInterest

    init(region: RegionOfInterest) {
        self.region = region
        scale = PanelScale(sourceWidth: region.columns, sourceHeight: region.rows, side: Self.side)
    }

    /// Draws into a square of ``side`` pixels, and the region's outline over it.
    func draw(left: Int, top: Int, on canvas: inout Canvas, _ colour: (_ rows: Range<Int>, _ columns: Range<Int>) -> Colour) {
        let (x, y) = (left + (Self.side - scale.width) / 2, top + (Self.side - scale.height) / 2)
        for row in 0..<scale.height {
            for column in 0..<scale.width {
                let onOutline = isOnOutline(column, row)
                canvas.set(
                    x + column, y + row, onOutline ? PreviewPalette.outline : colour(scale.rows(row), scale.columns(column)))
            }
        }
        canvas.frame(x: left, y: top, width: Self.side, height: Self.side, PreviewPalette.line)
    }

    /// Whether the first sample of a pixel is inside.
    func isInside(_ rows: Range<Int>, _ columns: Range<Int>) -> Bool {
        region.isInside[rows.lowerBound * region.columns + columns.lowerBound]
    }

    private func isInside(_ x: Int, _ y: Int) -> Bool { isInside(scale.rows(y), scale.columns(x)) }

    /// Inside, with a neighbour outside.
    private func isOnOutline(_ x: Int, _ y: Int) -> Bool {
        guard isInside(x, y) else { return false }
        return (x > 0 && !isInside(x - 1, y)) || (x + 1 < scale.width && !isInside(x + 1, y)) || (y > 0 && !isInside(x, y - 1))
            || (y + 1 < scale.height && !isInside(x, y + 1))
    }
}
