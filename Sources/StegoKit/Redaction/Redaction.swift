import DICOM
import TextDetection

/// A part of an image that is filled with one value a colour, in all frames.
struct Redaction: Sendable {
    let mask: CellMask
    /// A level for each colour.
    let fill: [UInt16]

    init(mask: CellMask, fill: [UInt16]) {
        self.mask = mask
        self.fill = fill
    }

    /// With the fill that suits the image: what is most frequent along the mask's border, among the samples that stay. It does not depend on
    /// what is filled.
    init(_ mask: CellMask, of planes: SamplePlanes, _ description: PixelDescription) {
        self.mask = mask
        fill = Self.fill(around: mask, in: planes, colours: description.samplesPerPixel) ?? Self.dark(description, planes.maximumLevel)
    }

    /// The planes with the fill.
    func filled(_ planes: SamplePlanes) -> SamplePlanes {
        var planes = planes
        let runs = SampleRuns(of: mask)
        for plane in planes.planes.indices {
            let level = fill[plane % fill.count]
            planes.planes[plane].withUnsafeMutableBufferPointer { samples in
                // Runs lie within the image, whose samples the plane has; `SamplePlanes` checks that.
                for run in runs.ranges { samples[run].update(repeating: level) }
            }
        }
        return planes
    }

    // MARK: Fill

    private static func fill(around mask: CellMask, in planes: SamplePlanes, colours: Int) -> [UInt16]? {
        guard colours > 0, planes.planes.count >= colours else { return nil }
        var kept: [UInt64] = []
        let columns = planes.columns
        func add(_ row: Int, _ column: Int) {
            let index = row * columns + column
            kept.append((0..<min(colours, 4)).reduce(0) { $0 << 16 | UInt64(planes.planes[$1][index]) })
        }
        for row in 0..<mask.rows {
            let samples = mask.samples(ofRow: row)
            for column in 0..<mask.columns where mask[row, column] {
                let across = mask.samples(ofColumn: column)
                // Every other sample: a border is long.
                for x in stride(from: across.lowerBound, to: across.upperBound, by: 2) {
                    if row > 0, !mask[row - 1, column] { add(samples.lowerBound - 1, x) }
                    if row + 1 < mask.rows, !mask[row + 1, column] { add(samples.upperBound, x) }
                }
                for y in stride(from: samples.lowerBound, to: samples.upperBound, by: 2) {
                    if column > 0, !mask[row, column - 1] { add(y, across.lowerBound - 1) }
                    if column + 1 < mask.columns, !mask[row, column + 1] { add(y, across.upperBound) }
                }
            }
        }
        kept.sort()
        var (best, bestCount, count) = (UInt64(0), 0, 0)
        for index in kept.indices {
            count = index > 0 && kept[index] == kept[index - 1] ? count + 1 : 1
            if count > bestCount { (best, bestCount) = (kept[index], count) }
        }
        guard bestCount > 0 else { return nil }
        let used = min(colours, 4)
        return (0..<used).map { UInt16(truncatingIfNeeded: best >> UInt64(16 * (used - 1 - $0))) }
    }

    /// Black, where nothing of the image stays.
    private static func dark(_ description: PixelDescription, _ maximumLevel: UInt16) -> [UInt16] {
        switch description.photometricInterpretation {
        case "MONOCHROME1": [maximumLevel]
        case let name where name.hasPrefix("YBR") && description.samplesPerPixel == 3: [0, maximumLevel / 2 + 1, maximumLevel / 2 + 1]
        default: [UInt16](repeating: 0, count: max(1, min(4, description.samplesPerPixel)))
        }
    }
}

/// The samples of a mask as they lie in a plane.
struct SampleRuns {
    /// Row by row, from left to right.
    let ranges: [Range<Int>]
    let count: Int

    init(of mask: CellMask) {
        var ranges: [Range<Int>] = []
        for cellRow in 0..<mask.rows {
            let runs = mask.runs(ofRow: cellRow)
            for row in mask.samples(ofRow: cellRow) {
                for run in runs { ranges.append(row * mask.imageColumns + run.lowerBound..<row * mask.imageColumns + run.upperBound) }
            }
        }
        self.ranges = ranges
        count = ranges.reduce(0) { $0 + $1.count }
    }
}
