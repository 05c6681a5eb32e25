import Crypto

/// A small picture of an image that is kept with it: what it looked like, cell by cell, so that it can be said later where it differs.
///
/// It survives what leaves an image readable: lossy compression, windowing to 8 bits, resampling. A digest does not. The record is no proof
/// by itself: whoever publishes one signs ``bytes``, or binds their digest. ``ContentComparison`` compares an image with a record.
///
/// Format: docs/formats/content-record.md.
public struct ContentRecord: Hashable, Sendable {
    /// The cells of one plane, in units of stored samples.
    struct Plane: Hashable, Sendable {
        /// Stored samples to one step of `means`; `minima` and `maxima` count 32 of these.
        var step: Int
        /// Of each cell, in steps, rounded.
        var means: [Int32]
        /// Of each cell, in 32 steps, rounded down.
        var minima: [Int32]
        /// Of each cell, in 32 steps, rounded up.
        var maxima: [Int32]
    }

    /// Mean shades of the cells as a window shows them, in quarters of a shade of 0 … 255.
    struct Windowed: Hashable, Sendable {
        var window: ContentWindow
        var means: [Int32]
    }

    /// Windows whose shades are recorded; an image has rarely more than two.
    public static let mostWindows = 4
    /// Bytes of the image's digest and of its id.
    static let digestByteCount = 32
    static let imageIDByteCount = 4
    /// One step of `minima` and `maxima`, in steps of `means`.
    static let coarseSteps = 32

    /// The cells that the values are of.
    public let grid: CellGrid
    /// The meaning of stored samples.
    public let units: ModalityUnits
    /// The distance between samples.
    public let spacing: SampleSpacing?
    /// The digest of the image's samples that goes with the strict mark; zeros where there is none.
    public let imageDigest: [UInt8]
    /// The image's id in the strict mark; zeros where there is none.
    public let imageID: [UInt8]
    let planes: [Plane]
    let windows: [Windowed]

    /// Of parts that have been checked.
    init(
        grid: CellGrid, units: ModalityUnits, spacing: SampleSpacing?, imageDigest: [UInt8], imageID: [UInt8], planes: [Plane],
        windows: [Windowed]
    ) {
        self.grid = grid
        self.units = units
        self.spacing = spacing
        self.imageDigest = imageDigest
        self.imageID = imageID
        self.planes = planes
        self.windows = windows
    }

    /// Records what an image shows.
    ///
    /// - Parameters:
    ///   - image: its `units` are needed; colour has ``ModalityUnits/none``.
    ///   - windows: the VOI windows of its header. The first ``mostWindows`` are recorded, for a grey image only: an export through one of
    ///     them can then be compared as well as the image itself.
    ///   - imageDigest: 32 bytes, the SHA-256 that the strict mark holds of the image.
    ///   - imageID: 4 bytes, the image's id in the strict mark.
    /// - Throws: ``MarksError`` of code `plane` where the units are unknown, or of code `format` for a digest or an id of another length.
    /// - Complexity: O(samples); about a millisecond for 512 × 512.
    public init(
        of image: ContentImage, windows: [ContentWindow] = [], imageDigest: [UInt8] = [UInt8](repeating: 0, count: 32),
        imageID: [UInt8] = [0, 0, 0, 0]
    ) throws {
        guard let units = image.units else { throw MarksError(.plane, "an image without modality units has no content record") }
        guard imageDigest.count == Self.digestByteCount, imageID.count == Self.imageIDByteCount else {
            throw MarksError(.format, "a content record takes an image digest of 32 bytes and an id of 4")
        }
        let grid = CellGrid(imageHeight: image.height, imageWidth: image.width)
        self.init(
            grid: grid, units: units, spacing: image.spacing, imageDigest: imageDigest, imageID: imageID,
            planes: image.planes.map { Plane(of: $0, grid) },
            windows: image.planes.count > 1
                ? [] : windows.prefix(Self.mostWindows).map { Windowed(window: $0, of: image.planes[0], grid, units) })
    }
}

extension ContentRecord {
    /// The digest of a record in a mark's body: the first eight bytes of its SHA-256.
    public static func bound(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes).prefix(8)) }

    /// From the least stored sample to the greatest, rounded up.
    public var recordedRange: Double { planes.map(\.recordedRange).max() ?? 0 }
}

extension ContentRecord.Plane {
    /// Integer arithmetic only: two machines make the same record of the same samples.
    init(of plane: SamplePlane, _ grid: CellGrid) {
        let statistics = CellStatistics(of: plane, grid)
        let lowest = Int(statistics.minima.min() ?? 0)
        let highest = Int(statistics.maxima.max() ?? 0)
        step = max(1, Quotient.nearest(highest - lowest, 2048))
        let coarse = step * ContentRecord.coarseSteps
        means = []
        means.reserveCapacity(grid.count)
        for cell in 0..<grid.count {
            means.append(Int32(Quotient.nearest(Int(statistics.sums[cell]), grid.sampleCount(of: cell) * step)))
        }
        minima = statistics.minima.map { Int32(Quotient.floor(Int($0), coarse)) }
        maxima = statistics.maxima.map { Int32(Quotient.ceiling(Int($0), coarse)) }
    }

    /// Mean, minimum and maximum of a cell in stored samples; the mean is between the others, which rounding alone does not see to.
    func values(of cell: Int) -> (mean: Double, minimum: Double, maximum: Double) {
        let mean = Double(means[cell]) * Double(step)
        let coarse = Double(step * ContentRecord.coarseSteps)
        return (mean, min(Double(minima[cell]) * coarse, mean), max(Double(maxima[cell]) * coarse, mean))
    }
}

extension ContentRecord.Windowed {
    /// Quarters of a shade to one shade.
    static let parts = 4.0

    /// A table of shades, one for each value from the least to the greatest sample, makes a sample cost one look.
    init(window: ContentWindow, of plane: SamplePlane, _ grid: CellGrid, _ units: ModalityUnits) {
        self.window = window
        let line = window.stored(in: units)
        let (least, greatest) = plane.extremes
        let shades = (least...greatest).map { Int32(line.shade(Double($0)).rounded()) }
        // Bounds: no sample is beyond the extremes.
        let shown = shades.withUnsafeBufferPointer { shades in plane.samples.map { shades[Int($0 &- least)] } }
        let statistics = CellStatistics(of: plane.with(samples: shown), grid)
        means = (0..<grid.count).map { cell in
            Int32(Quotient.nearest(Int(statistics.sums[cell]) * Int(Self.parts), grid.sampleCount(of: cell)))
        }
    }
}
