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
