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
        let (image, plane) = (reading.restored, reading.restored.carrier)
        let scale = (max(image.height, image.width) + longestSide - 1) / longestSide
        let window = DisplayWindow(of: dataSet, samples: plane.samples)
        var canvas = Canvas(width: image.width / scale, height: image.height / scale, background: .black)
        let isColour = image.planes.count == 3
        let full = max(1, plane.range.upperBound)
        for row in 0..<canvas.height {
            for column in 0..<canvas.width {
                let colours = image.planes.map { $0[row * scale, column * scale] }
                let shades = isColour ? colours.map { UInt8(clamping: Int($0) * 255 / Int(full)) } : colours.map(window.shade)
                let colour = isColour ? Colour(shades[0], shades[1], shades[2]) : .grey(shades[0])
                canvas.set(column, row, colour)
            }
        }
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
        for row in area.top / scale..<max(area.top / scale + 1, area.bottom / scale) {
            for column in area.left / scale..<max(area.left / scale + 1, area.right / scale) {
                guard let before = canvas[column, row] else { continue }
                canvas.set(column, row, before.mixed(with: colour, 0.45))
            }
        }
    }
}
