import DICOM
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

/// A frame's samples as colours on a screen.
struct FrameShades: Sendable {
    private let columns: Int
    private let colours: [Colour]

    /// - Parameter planes: of one frame: levels, one plane a colour.
    init(_ planes: ArraySlice<[UInt16]>, _ description: PixelDescription, _ dataSet: DataSet) {
        columns = description.columns
        guard planes.count >= 3, let red = planes.first else {
            colours = planes.first.map { Self.grey($0, description, dataSet) } ?? []
            return
        }
        let (green, blue) = (planes[planes.startIndex + 1], planes[planes.startIndex + 2])
        let shift = UInt16(max(0, description.bitsStored - 8))
        let isLuminance = description.photometricInterpretation.hasPrefix("YBR")
        colours = red.indices.map { index in
            let (first, second, third) = (red[index] >> shift, green[index] >> shift, blue[index] >> shift)
            let channels = Colour(UInt8(clamping: first), UInt8(clamping: second), UInt8(clamping: third))
            return isLuminance ? Self.colour(luminance: channels.red, blue: channels.green, red: channels.blue) : channels
        }
    }

    subscript(row: Int, column: Int) -> Colour { colours[row * columns + column] }

    /// The mean of a box of samples, none of them empty.
    func mean(rows: Range<Int>, columns: Range<Int>) -> Colour {
        guard rows.count * columns.count > 1 else { return self[rows.lowerBound, columns.lowerBound] }
        var (red, green, blue) = (0, 0, 0)
        for row in rows {
            for column in columns {
                let colour = self[row, column]
                red += Int(colour.red)
                green += Int(colour.green)
                blue += Int(colour.blue)
            }
        }
        let count = rows.count * columns.count
        return Colour(UInt8(clamping: red / count), UInt8(clamping: green / count), UInt8(clamping: blue / count))
    }

    private static func grey(_ levels: [UInt16], _ description: PixelDescription, _ dataSet: DataSet) -> [Colour] {
        let smallest = Int32(clamping: description.valueRange.lowerBound)
        let values = levels.map { Int32($0) + smallest }
        let window = DisplayWindow(of: dataSet, samples: values)
        return values.map { .grey(window.shade($0)) }
    }

    /// YBR_FULL (PS3.3 §C.7.6.3.1.2).
    private static func colour(luminance: UInt8, blue: UInt8, red: UInt8) -> Colour {
        let (y, b, r) = (Float(luminance), Float(blue) - 128, Float(red) - 128)
        func channel(_ value: Float) -> UInt8 { UInt8(min(max(value, 0), 255)) }
        return Colour(channel(y + 1.402 * r), channel(y - 0.344136 * b - 0.714136 * r), channel(y + 1.772 * b))
    }
}

/// The colours of a preview; apart for every common kind of colour blindness (Okabe and Ito 2008), and by their brightness.
enum PreviewPalette {
    static let background = Colour(18, 20, 23)
    static let line = Colour(70, 74, 80)
    static let strong = Colour(240, 242, 245)
    static let quiet = Colour(160, 166, 174)

    static let outline = Colour.orange
    /// How much of the outline's colour lies over the region.
    static let tint: Float = 0.22
    /// Regions that are filled for the journey.
    static let filled = Colour.vermilion
    static let filledTint: Float = 0.45
    static let carrier = Colour.bluishGreen
    static let raised = Colour.yellow
    static let lowered = Colour.skyBlue

    static func colour(of edge: EdgeClasses.Class) -> Colour? {
        switch edge {
        case .flat: nil
        case .weak: .blue
        case .medium: .bluishGreen
        case .strong: .yellow
        }
    }
}
