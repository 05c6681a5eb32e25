/// The samples that a mark is about: one grey plane, or the three of a colour image. All of them are signed; one of them is written on.
public struct MarkImage: Hashable, Sendable {
    /// All of one size; empty where the mark is about bytes that are no samples.
    public private(set) var planes: [SamplePlane]

    /// The index in `planes` of the one that carries the mark.
    public let carrierIndex: Int

    /// - Throws: `MarksError` of code `plane` if the planes differ in size or the carrier is none of them.
    public init(planes: [SamplePlane], carrierIndex: Int) throws {
        guard let first = planes.first, planes.indices.contains(carrierIndex) else {
            throw MarksError(.plane, "there is no plane to carry a mark")
        }
        guard planes.allSatisfy({ $0.height == first.height && $0.width == first.width }) else {
            throw MarksError(.plane, "the planes of one image differ in size")
        }
        self.planes = planes
        self.carrierIndex = carrierIndex
    }

    /// An image of one plane.
    public init(_ plane: SamplePlane) {
        planes = [plane]
        carrierIndex = 0
    }

    /// The plane that the mark is written on.
    public var carrier: SamplePlane { planes[carrierIndex] }

    /// Rows.
    public var height: Int { carrier.height }

    /// Columns.
    public var width: Int { carrier.width }

    /// This image with another carrying plane.
    func with(carrier samples: [Int32]) -> MarkImage {
        var changed = self
        changed.planes[carrierIndex] = carrier.with(samples: samples)
        return changed
    }

    /// The image whose planes `transform` has made, each of its own.
    public func mapped(_ transform: (SamplePlane) -> SamplePlane) -> MarkImage {
        var changed = self
        changed.planes = planes.map(transform)
        return changed
    }
}

/// One plane of an image's stored samples, row after row: the only form in which an image enters this target.
public struct SamplePlane: Hashable, Sendable {
    /// The most rows, and the most columns, of a plane: DICOM counts both in 16 bits (PS3.3 C.7.6.3).
    public static let longestSide = 65_535

    /// Rows.
    public private(set) var height: Int

    /// Columns.
    public private(set) var width: Int

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
        let (least, greatest) = Self.extremes(samples)
        guard range.contains(least), range.contains(greatest) else {
            throw MarksError(.plane, "a sample is outside \(range.lowerBound)…\(range.upperBound)")
        }
        self.height = height
        self.width = width
        self.range = range
        self.padding = padding
        self.samples = samples
    }

    /// The least and the greatest sample.
    var extremes: (least: Int32, greatest: Int32) { Self.extremes(samples) }

    /// Of samples of which there is one at least; without a way out of the loop, so that the compiler compares several at once.
    private static func extremes(_ samples: [Int32]) -> (least: Int32, greatest: Int32) {
        samples.withUnsafeBufferPointer { samples in
            var (least, greatest) = (Int32.max, Int32.min)
            for sample in samples { (least, greatest) = (min(least, sample), max(greatest, sample)) }
            return (least, greatest)
        }
    }

    /// This plane's size and meaning with other samples, which their maker has kept in `range`.
    func with(samples: [Int32]) -> SamplePlane {
        with(samples: samples, height: height, width: width)
    }

    /// This plane's meaning with other samples, `height` × `width` of them, which their maker has kept in `range`.
    func with(samples: [Int32], height: Int, width: Int) -> SamplePlane {
        assert(samples.count == height * width)
        var changed = self
        (changed.height, changed.width, changed.samples) = (height, width, samples)
        return changed
    }

    /// A part of this plane; `area` has to be inside.
    func cropped(to area: BlockArea) -> SamplePlane {
        var part: [Int32] = []
        part.reserveCapacity(area.count)
        for row in area.top..<area.bottom { part += samples[row * width + area.left..<row * width + area.right] }
        return with(samples: part, height: area.height, width: area.width)
    }

    /// The sample in `row` and `column`, both counted from 0.
    public subscript(row: Int, column: Int) -> Int32 { samples[row * width + column] }
}
