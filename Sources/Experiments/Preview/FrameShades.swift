import DICOM
import Imaging
import Sending

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
