public import DICOM

/// The samples of an image as unsigned levels, one array a plane (a colour of a frame).
///
/// A level is a sample minus the smallest value that BitsStored and PixelRepresentation allow, so levels run from 0 to
/// 2^bitsStored − 1 for signed and unsigned pixels alike. The caller converts, and keeps the bits above BitsStored to itself.
public struct SamplePlanes: Hashable, Sendable {
    /// Height of every plane in samples.
    public let rows: Int
    /// Width of every plane in samples.
    public let columns: Int
    /// 1 … 16.
    public let bitsStored: Int
    /// Row-major levels, `rows × columns` of them in each plane.
    public var planes: [[UInt16]]
    /// Levels that mean "no measurement here" (pixel padding). A sample with such a level never changes, and no sample becomes one.
    /// (The same holds for the level that shares all bits but the last with a forbidden one.)
    public let forbiddenLevels: ClosedRange<UInt16>?
    /// The region that embedding must leave as it is; `nil` when every sample may change. Known to the side that embeds only.
    public var regionOfInterest: RegionOfInterest?

    /// - Throws: ``EmbeddingError`` with code `invalidPlanes` when the sizes do not fit together. That every level is within range is
    ///   checked by the embedding methods, which read each sample anyway.
    public init(
        rows: Int, columns: Int, bitsStored: Int, planes: [[UInt16]], forbiddenLevels: ClosedRange<UInt16>? = nil
    ) throws(EmbeddingError) {
        guard rows >= 0, columns >= 0, rows <= 1 << 20, columns <= 1 << 20 else {
            throw .invalidPlanes("\(rows) × \(columns) samples")
        }
        guard (1...16).contains(bitsStored) else { throw .invalidPlanes("\(bitsStored) bits stored") }
        for (index, plane) in planes.enumerated() where plane.count != rows * columns {
            throw .invalidPlanes("plane \(index) has \(plane.count) samples, not \(rows) × \(columns)")
        }
        self.rows = rows
        self.columns = columns
        self.bitsStored = bitsStored
        self.planes = planes
        self.forbiddenLevels = forbiddenLevels
    }

    /// 2^bitsStored − 1.
    public var maximumLevel: UInt16 { UInt16(truncatingIfNeeded: (1 << bitsStored) - 1) }

    /// Samples in one plane.
    public var samplesPerPlane: Int { rows * columns }

    /// Samples in all planes.
    public var sampleCount: Int { rows * columns * planes.count }

    /// The smallest and the largest level that occurs; zeros without samples.
    var usedLevels: ClosedRange<UInt16> {
        var (lowest, highest) = (UInt16.max, UInt16.min)
        for plane in planes {
            for level in plane {
                lowest = min(lowest, level)
                highest = max(highest, level)
            }
        }
        return lowest <= highest ? lowest...highest : 0...0
    }

    /// The planes of one frame, without a region of interest.
    ///
    /// - Parameters:
    ///   - index: counted from 0.
    ///   - colours: planes of a frame.
    func frame(_ index: Int, colours: Int) -> SamplePlanes {
        var frame = self
        frame.planes = Array(planes[index * colours..<(index + 1) * colours])
        frame.regionOfInterest = nil
        return frame
    }

    /// - Throws: ``EmbeddingError`` `invalidPlanes` if a level does not fit BitsStored.
    func checkLevels() throws(EmbeddingError) {
        var combined: UInt16 = 0
        for plane in planes {
            for level in plane { combined |= level }
        }
        guard combined <= maximumLevel else { throw .invalidPlanes("a level needs more than \(bitsStored) bits") }
    }

    /// The region of interest if there is any sample in it.
    ///
    /// - Throws: ``EmbeddingError`` `invalidPlanes` if it is of another size than the planes.
    func checkedRegion() throws(EmbeddingError) -> RegionOfInterest? {
        guard let region = regionOfInterest else { return nil }
        guard region.rows == rows, region.columns == columns else {
            throw .invalidPlanes("a region of \(region.rows) × \(region.columns) samples")
        }
        return region.isEmpty ? nil : region
    }
}

/// The samples of an image as embedding sees them, and the way back to native bytes.
public struct ImageSamples: Sendable {
    /// Of the samples as a stego file holds them: right-aligned in their words, colour by pixel.
    public let description: PixelDescription
    /// One plane a frame and colour, as levels.
    public let planes: SamplePlanes
    private let conversion: SampleConversion
    private let fill: UnusedBits

    /// Decodes an image. Takes some 20 ms for a compressed 512 × 512 slice, and blocks.
    ///
    /// - Throws: `DICOMError` where there are no pixels or they cannot be decoded; ``StegoError`` `.notReversible` for samples that embedding
    ///   does not handle (words of neither 8 nor 16 bits).
    public init(of file: DICOMFile) throws { try self.init(PixelCodec.decode(file)) }

    /// The same of some frames of an image that is read frame by frame.
    ///
    /// - Throws: the errors of reading as well; `corruptCodestream` where one of them is encoded differently from the others.
    public init(of framed: FramedFile, frames: [Int]) throws {
        var (native, described): ([UInt8], PixelDescription?) = ([], nil)
        for frame in frames {
            let (description, bytes) = try framed.native(frame, by: CodecExecution.current)
            guard described ?? description == description else {
                throw DICOMError(.corruptCodestream, "frame \(frame + 1) is encoded differently from others", tag: .pixelData)
            }
            described = description
            native += bytes
        }
        try self.init(((described ?? framed.frameDescription).repeated(frames.count), native))
    }

    private init(_ samples: (PixelDescription, [UInt8])) throws {
        let (decoded, native) = samples
        guard let source = SampleConversion(decoded) else {
            throw StegoError(.notReversible, "Its samples have \(decoded.bitsAllocated)-bit words.")
        }
        let stego = try decoded.inStegoLayout()
        guard let conversion = SampleConversion(stego) else {
            throw StegoError(.notReversible, "Its samples could not be laid out again.")
        }
        description = stego
        planes = try source.split(native).planes
        self.conversion = conversion
        fill = stego.isSigned ? .signExtension : .zero
    }

    /// Native little-endian bytes, as ``description`` lays them out, of planes shaped like ``planes``.
    ///
    /// - Returns: `nil` for planes of another shape.
    public func native(_ planes: SamplePlanes) -> [UInt8]? {
        conversion.join(planes, unusedBits: fill, colorByPlane: false)
    }
}
