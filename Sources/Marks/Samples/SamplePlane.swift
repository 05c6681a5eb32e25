/// One plane of an image's stored samples, row after row: the only form in which an image enters this target.
public struct SamplePlane: Hashable, Sendable {
    /// The most rows, and the most columns, of a plane: DICOM counts both in 16 bits (PS3.3 C.7.6.3).
    public static let longestSide = 65_535

    /// Rows.
    public let height: Int

    /// Columns.
    public let width: Int

    /// The lowest and the highest value that the image's stored bits hold.
    public let range: ClosedRange<Int32>

    /// The value that fills the plane where nothing was measured (PS3.3 C.7.5.1.1.2), if the image names one.
    public let padding: Int32?

    /// `height` × `width` samples, each of them in `range`.
    public private(set) var samples: [Int32]

    /// - Throws: `MarksError` of code `plane` if the sizes contradict each other, the range is wider than 16 bits, or a sample is outside.
    public init(height: Int, width: Int, range: ClosedRange<Int32>, padding: Int32? = nil, samples: [Int32]) throws {
        let sides = 1...Self.longestSide
        guard sides.contains(height), sides.contains(width), samples.count == height * width else {
            throw MarksError(.plane, "\(samples.count) samples are no plane of \(height) rows and \(width) columns")
        }
        guard range.lowerBound >= -32_768, range.upperBound <= 65_535 else {
            throw MarksError(.plane, "samples of more than 16 bits carry no mark")
        }
        guard samples.allSatisfy(range.contains) else {
            throw MarksError(.plane, "a sample is outside \(range.lowerBound)…\(range.upperBound)")
        }
        self.height = height
        self.width = width
        self.range = range
        self.padding = padding
        self.samples = samples
    }

    /// This plane's size and meaning with other samples, which their maker has kept in `range`.
    func with(samples: [Int32]) -> SamplePlane {
        assert(samples.count == self.samples.count)
        var changed = self
        changed.samples = samples
        return changed
    }

    /// The sample in `row` and `column`, both counted from 0.
    @inlinable
    public subscript(row: Int, column: Int) -> Int32 { samples[row * width + column] }
}
