import DICOM

/// Finds the anatomy in an image: what stands out from the background, whole, with a margin.
///
/// Frame by frame: the brightness on a coarse grid; a threshold by Otsu's method in three classes, whose darkest is the background;
/// parts that contain bright samples and survive an opening (so that a table's shell and burnt-in letters do not count);
/// of those all but the ones that are small beside the largest; gaps closed; everything enclosed filled in; a margin.
/// The region of a multi-frame image is the union over its frames.
struct AnatomyFinder {
    private let description: PixelDescription
    private let air: ClosedRange<Int>?
    /// Sectors of ultrasound are convex, and what is dark in them (cysts, shadows) belongs to them.
    private let isUltrasound: Bool

    /// Parts smaller than this share of the largest are left out.
    private static let smallestPart = 0.01
    /// Less than this share of the frame is no anatomy.
    private static let leastCoverage = 0.002
    /// More than this share of the frame leaves nothing to speak of.
    private static let greatestCoverage = 0.98

    init(description: PixelDescription, dataSet: DataSet) {
        self.description = description
        air = BackgroundThreshold.airLevels(description: description, dataSet: dataSet)
        isUltrasound = ["US", "IVUS"].contains(dataSet.string(.modality))
    }

    func region(in planes: SamplePlanes) -> FoundRegion {
        func without(_ reason: FoundRegion.Absence) -> FoundRegion {
            FoundRegion(rows: planes.rows, columns: planes.columns, without: .none(reason))
        }
        guard let brightness = Brightness(description, maximumLevel: planes.maximumLevel) else { return without(.palette) }
        guard planes.rows > 0, planes.columns > 0 else { return without(.uniform) }
        var all: BitMask?
        var factor = 1
        var contrast = false
        let padding = brightness.padding(planes.forbiddenLevels)
        for first in stride(from: 0, to: planes.planes.count, by: max(1, description.samplesPerPixel)) {
            let frame = planes.planes[first..<min(first + max(1, description.samplesPerPixel), planes.planes.count)]
            let grid = AnatomyGrid(
                brightness: brightness.levels(of: frame), rows: planes.rows, columns: planes.columns, padding: padding)
            factor = grid.factor
            do throws(BackgroundThreshold.Failure) {
                let threshold = try BackgroundThreshold(of: grid, air: air)
                contrast = true
                let mask = anatomy(in: grid, threshold)
                all = all?.union(mask) ?? mask
            } catch {
                // A dark frame shows nothing; one without background leaves no sample to change.
                guard error == .uniform else { return without(.fillsFrame) }
            }
        }
        guard contrast, let all else { return without(.uniform) }
        guard all.coverage >= Self.leastCoverage else { return without(.nothingFound) }
        let mask = all.dilated(radius: margin(all)).enlarged(by: factor, rows: planes.rows, columns: planes.columns)
        guard mask.coverage <= Self.greatestCoverage else { return without(.fillsFrame) }
        return FoundRegion(region: RegionOfInterest(mask), source: .anatomy)
    }

    // MARK: One frame

    private func anatomy(in grid: AnatomyGrid, _ threshold: BackgroundThreshold) -> BitMask {
        let bright = Self.cells(of: grid, from: threshold.background)
        let seeds = Self.cells(of: grid, from: threshold.anatomy).opened(radius: openingRadius(bright))
        var parts = Self.largestParts(of: bright, with: seeds).closed(radius: closingRadius(bright))
        if isUltrasound { parts = parts.convexHull }
        return parts.withHolesFilled
    }

    private static func cells(of grid: AnatomyGrid, from level: Int) -> BitMask {
        let level = UInt16(clamping: level)
        return grid.levels.withUnsafeBufferPointer { levels in
            // Indices run over the mask's samples, of which the grid has as many.
            guard let isPadding = grid.isPadding else {
                return BitMask(rows: grid.rows, columns: grid.columns) { levels[$0] >= level }
            }
            return BitMask(rows: grid.rows, columns: grid.columns) { levels[$0] >= level && !isPadding[$0] }
        }
    }

    private static func largestParts(of mask: BitMask, with seeds: BitMask) -> BitMask {
        let components = MaskComponents(of: mask, connectivity: .eight)
        let seeded = components.components(meeting: seeds)
        let largest = components.areas.indices.filter { seeded[$0] }.map { components.areas[$0] }.max() ?? 0
        return components.mask { seeded[$0] && Double(components.areas[$0]) >= smallestPart * Double(largest) }
    }

    // Radii in cells; 512 cells are a usual image.
    private func openingRadius(_ mask: BitMask) -> Int { max(mask.rows, mask.columns) / 256 }
    private func closingRadius(_ mask: BitMask) -> Int { max(1, max(mask.rows, mask.columns) / 64) }
    private func margin(_ mask: BitMask) -> Int { max(1, max(mask.rows, mask.columns) / 128) }
}
