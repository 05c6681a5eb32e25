import DICOM
import Imaging
import StegoKit

/// Pictures and histograms of one image: what a report shows besides figures.
public struct Illustration: Sendable {
    /// PNG files of the cover, in its own display window.
    public let coverPicture: [UInt8]
    public let number: Int
    /// The levels that the histograms show: around the most frequent level that is not the background.
    public let shownLevels: Range<Int>
    public let coverHistogram: [Int]
    public private(set) var stego: [Trial: Stego] = [:]
    private let planes: SamplePlanes

    public struct Stego: Sendable {
        /// PNG of the changes in colour, each plane's first only.
        public let differencePicture: [UInt8]
        /// Occurrences of the shown levels.
        public let histogram: [Int]
        public let changedSamples: Int
    }

    /// Pictures are at most this wide and high, in pixels.
    private static let side = 512
    private static let shownLevelCount = 48

    /// - Throws: `ImagingError` for an image that no PNG holds.
    init?(of subject: Subject) throws {
        let planes = subject.planes
        guard let plane = planes.planes.first else { return nil }
        let histogram = SampleHistogram(of: planes)
        coverPicture = try Self.picture(of: plane, subject)
        number = subject.number
        self.planes = planes
        let middle = Self.interestingLevel(histogram)
        let first = max(0, min(middle - Self.shownLevelCount / 2, histogram.counts.count - Self.shownLevelCount)) / 2 * 2
        shownLevels = first..<min(first + Self.shownLevelCount, histogram.counts.count)
        coverHistogram = Array(histogram.counts[shownLevels])
    }

    mutating func add(_ stegoPlanes: SamplePlanes, of trial: Trial) throws {
        guard let cover = planes.planes.first, let plane = stegoPlanes.planes.first else { return }
        let changed = zip(cover, plane).count { $0 != $1 }
        stego[trial] = Stego(
            differencePicture: try Self.difference(cover, plane, rows: planes.rows, columns: planes.columns),
            histogram: Array(SampleHistogram(of: stegoPlanes).counts[shownLevels]), changedSamples: changed)
    }

    /// The median of the upper half, which is tissue where half or more of an image is background.
    private static func interestingLevel(_ histogram: SampleHistogram) -> Int { histogram.quantile(0.75) }

    private static func picture(of plane: [UInt16], _ subject: Subject) throws(ImagingError) -> [UInt8] {
        let offset = subject.samples.description.isSigned ? Int32(1) << Int32(subject.facts.bitsStored - 1) : 0
        let values = plane.map { Int32($0) - offset }
        let window = DisplayWindow(of: subject.dataSet, samples: values)
        let scale = PanelScale(sourceWidth: subject.facts.columns, sourceHeight: subject.facts.rows, side: side)
        var grey: [UInt8] = []
        grey.reserveCapacity(scale.width * scale.height)
        for y in 0..<scale.height {
            let row = scale.rows(y).lowerBound * subject.facts.columns
            for x in 0..<scale.width { grey.append(window.shade(values[row + scale.columns(x).lowerBound])) }
        }
        return try PNGEncoder.encode(grey: grey, width: scale.width, height: scale.height)
    }

    private static func difference(_ cover: [UInt16], _ stego: [UInt16], rows: Int, columns: Int) throws(ImagingError) -> [UInt8] {
        let scale = PanelScale(sourceWidth: columns, sourceHeight: rows, side: side)
        let palette = DifferencePalette(maximum: 1)
        var canvas = Canvas(width: scale.width, height: scale.height, background: DifferencePalette.none)
        for y in 0..<scale.height {
            for x in 0..<scale.width {
                // Of the samples that share a pixel, the one that changed most, so that no change is lost.
                var largest: Int32 = 0
                for row in scale.rows(y) {
                    for place in row * columns + scale.columns(x).lowerBound..<row * columns + scale.columns(x).upperBound {
                        let difference = Int32(stego[place]) - Int32(cover[place])
                        if difference.magnitude > largest.magnitude { largest = difference }
                    }
                }
                if largest != 0 { canvas.set(x, y, palette.colour(largest)) }
            }
        }
        return try PNGEncoder.encode(canvas)
    }
}
