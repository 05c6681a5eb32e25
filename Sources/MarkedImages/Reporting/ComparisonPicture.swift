import DICOM
import Imaging
import Marks

/// The picture of a frame with what was found in it: cells that differ in vermilion, foreign blocks in purple, forged ones in yellow.
enum MarkPicture {
    /// The longest side in pixels of the image's own; larger ones are shown smaller.
    private static let longestSide = 1024

    /// - Returns: a PNG file.
    static func png(_ frame: FileVerification.Frame, _ dataSet: DataSet) throws -> [UInt8]? {
        guard let reading = frame.reading else { return nil }
        return try PNGEncoder.encode(canvas(reading, dataSet))
    }

    private static func canvas(_ reading: StrictReading, _ dataSet: DataSet) -> Canvas {
        let image = reading.restored
        let scale = (max(image.height, image.width) + longestSide - 1) / longestSide
        var canvas = Canvas.showing(image, dataSet, scale: scale)
        for (verdict, area) in zip(reading.blocks, reading.grid.areas) {
            switch verdict {
            case .foreign: tint(&canvas, area, scale, .reddishPurple)
            case .forged: tint(&canvas, area, scale, .yellow)
            default: continue
            }
        }
        for cell in reading.cells { tint(&canvas, cell, scale, .vermilion) }
        return canvas
    }

    private static func tint(_ canvas: inout Canvas, _ area: BlockArea, _ scale: Int, _ colour: Colour) {
        let (top, left) = (area.top / scale, area.left / scale)
        let (height, width) = (max(1, area.bottom / scale - top), max(1, area.right / scale - left))
        canvas.tint((left, top, width, height), colour, 0.45)
    }
}

/// The picture of a frame with what differs from another version: cells by their difference, orange for more and blue for less; what cannot
/// be assessed is hatched; regions are framed.
enum ComparisonPicture {
    private static let longestSide = 1024
    private static let more = Colour.orange, less = Colour.skyBlue

    /// - Returns: a PNG file; `nil` where nothing is shown.
    static func png(_ frame: InstanceComparison.Frame, of bytes: [UInt8], name: String) throws -> [UInt8]? {
        let file = try DICOMFile(bytes: bytes, name: name)
        guard let images = try FilePixels(of: file).shown(of: file), images.indices.contains(frame.number) else { return nil }
        return try PNGEncoder.encode(canvas(frame, images[frame.number], file.dataSet))
    }

    private static func canvas(_ frame: InstanceComparison.Frame, _ image: MarkImage, _ dataSet: DataSet) -> Canvas {
        let scale = (max(image.height, image.width) + longestSide - 1) / longestSide
        var canvas = Canvas.showing(image, dataSet, scale: scale)
        let placement = frame.content?.placement ?? .identity
        // A turned image has no simple way back from the record's samples: the list has their place.
        guard placement.orientation == .upright else { return canvas }
        func place(_ rows: Range<Int>, _ columns: Range<Int>) -> (x: Int, y: Int, width: Int, height: Int) {
            let top = Int(placement.top + Double(rows.lowerBound) * placement.rowScale) / scale
            let left = Int(placement.left + Double(columns.lowerBound) * placement.columnScale) / scale
            let height = max(1, Int(Double(rows.count) * placement.rowScale) / scale)
            return (left, top, max(1, Int(Double(columns.count) * placement.columnScale) / scale), height)
        }
        if let content = frame.content, !content.cells.isEmpty, !frame.isExact {
            let strongest = content.values.map(abs).max() ?? 1
            for (cell, state) in content.cells.enumerated() where state != .alike {
                let (row, column) = cell.quotientAndRemainder(dividingBy: content.grid.columns)
                let area = place(content.grid.rowRange(of: row), content.grid.columnRange(of: column))
                if state == .differs {
                    let share = 0.25 + 0.45 * abs(content.values[cell]) / max(strongest, .leastNormalMagnitude)
                    canvas.tint(area, content.values[cell] < 0 ? less : more, share)
                } else {
                    canvas.hatch(area)
                }
            }
        }
        for cell in frame.cells { canvas.tint(place(cell.top..<cell.bottom, cell.left..<cell.right), .vermilion, 0.45) }
        for difference in frame.differences.prefix(50) {
            let area = place(difference.rows, difference.columns)
            canvas.frame(x: area.x - 1, y: area.y - 1, width: area.width + 2, height: area.height + 2, .vermilion)
        }
        return canvas
    }
}

extension Canvas {
    /// A frame as its header's window, or one that spans it, shows it; smaller by a whole number.
    static func showing(_ image: MarkImage, _ dataSet: DataSet, scale: Int) -> Canvas {
        let window = DisplayWindow(of: dataSet, samples: image.carrier.samples)
        var canvas = Canvas(width: image.width / scale, height: image.height / scale, background: .black)
        let isColour = image.planes.count == 3
        let full = max(1, image.carrier.range.upperBound)
        for row in 0..<canvas.height {
            for column in 0..<canvas.width {
                let samples = image.planes.map { $0[row * scale, column * scale] }
                let shades = isColour ? samples.map { UInt8(clamping: Int($0) * 255 / Int(full)) } : samples.map(window.shade)
                canvas.set(column, row, isColour ? Colour(shades[0], shades[1], shades[2]) : .grey(shades[0]))
            }
        }
        return canvas
    }

    /// Mixes a colour into a rectangle.
    mutating func tint(_ area: (x: Int, y: Int, width: Int, height: Int), _ colour: Colour, _ share: Float) {
        for row in area.y..<area.y + area.height {
            for column in area.x..<area.x + area.width {
                guard let before = self[column, row] else { continue }
                set(column, row, before.mixed(with: colour, share))
            }
        }
    }

    /// Draws every fourth diagonal of a rectangle in grey.
    fileprivate mutating func hatch(_ area: (x: Int, y: Int, width: Int, height: Int)) {
        for row in area.y..<area.y + area.height {
            for column in area.x..<area.x + area.width where (row + column) % 4 == 0 {
                guard let before = self[column, row] else { continue }
                set(column, row, before.mixed(with: .grey(128), 0.5))
            }
        }
    }
}
