import DICOM

/// Finds the anatomy in an image: what stands out from the background, whole, with a margin.
///
/// Frame by frame: the brightness on a coarse grid; a threshold by Otsu's method in three classes, whose darkest is the background;
/// parts that contain bright samples and survive an opening (so that a table's shell and burnt-in letters do not count);
/// of those all but the ones that are small beside the largest; gaps closed; everything enclosed filled in; a margin.
/// The region of a multi-frame image is the union over its frames.
struct AnatomyFinder {
    private let description: PixelDescription
    private let scale: LevelScale
    private let modality: String?

    /// Sectors of ultrasound are convex, and what is dark in them (cysts, shadows) belongs to them.
    private var isUltrasound: Bool { modality == "US" || modality == "IVUS" }
    /// Slices and volumes have no collimator; in ultrasound a white edge is a part of the screen.
    private var mayBeCollimated: Bool { !["CT", "MR", "NM", "PT", "US", "IVUS"].contains(modality) }
    /// Parts smaller than this share of the largest are left out: noise and burnt-in letters, of which ultrasound has the larger ones.
    private var smallestPart: Double { isUltrasound ? 0.05 : 0.01 }

    /// More air than this share has no lung.
    private static let largestShareOfAir = 0.15
    /// Less than this share of the frame is no anatomy.
    private static let leastCoverage = 0.002
    /// More than this share of the frame leaves nothing to speak of.
    private static let greatestCoverage = 0.98

    init(description: PixelDescription, dataSet: DataSet) {
        self.description = description
        scale = LevelScale(description: description, dataSet: dataSet)
        modality = dataSet.string(.modality)
    }

    func region(in planes: SamplePlanes) -> FoundRegion {
        func without(_ reason: FoundRegion.Absence) -> FoundRegion {
            FoundRegion(rows: planes.rows, columns: planes.columns, without: .none(reason))
        }
        guard Brightness(description, maximumLevel: planes.maximumLevel) != nil else { return without(.palette) }
        guard planes.rows > 0, planes.columns > 0 else { return without(.uniform) }
        let colours = max(1, description.samplesPerPixel)
        var sum = Sum()
        for first in stride(from: 0, to: planes.planes.count, by: colours) {
            sum.add(shown(planes.planes[first..<min(first + colours, planes.planes.count)], of: planes))
            if sum.isFilled { break }
        }
        return region(sum, rows: planes.rows, columns: planes.columns)
    }

    /// The content of one frame.
    enum Shown: Sendable {
        /// Nothing: it is dark.
        case nothing
        /// No background, so no sample may change.
        case noBackground
        /// Cells of a grid whose sides are so many samples.
        case anatomy(BitMask, factor: Int)
    }

    /// The content of the frames together.
    struct Sum {
        fileprivate var all: BitMask?
        fileprivate var factor = 1
        fileprivate(set) var isFilled = false

        mutating func add(_ shown: Shown) {
            switch shown {
            case .nothing: break
            case .noBackground: isFilled = true
            case .anatomy(let mask, let factor):
                self.factor = factor
                all = all?.union(mask) ?? mask
            }
        }
    }

    /// - Parameters:
    ///   - frame: planes of one frame.
    ///   - planes: what the frame is of.
    func shown(_ frame: ArraySlice<[UInt16]>, of planes: SamplePlanes) -> Shown {
        guard let brightness = Brightness(description, maximumLevel: planes.maximumLevel) else { return .nothing }
        let grid = grid(brightness.levels(of: frame), of: planes, padding: brightness.padding(planes.forbiddenLevels))
        do throws(BackgroundThreshold.Failure) {
            return .anatomy(anatomy(in: grid, try BackgroundThreshold(of: grid, scale: scale)), factor: grid.factor)
        } catch {
            return error == .uniform ? .nothing : .noBackground
        }
    }

    func region(_ sum: Sum, rows: Int, columns: Int) -> FoundRegion {
        func without(_ reason: FoundRegion.Absence) -> FoundRegion {
            FoundRegion(rows: rows, columns: columns, without: .none(reason))
        }
        guard !sum.isFilled else { return without(.fillsFrame) }
        guard let all = sum.all else { return without(.uniform) }
        guard all.coverage >= Self.leastCoverage else { return without(.nothingFound) }
        let mask = all.dilated(radius: margin(all)).enlarged(by: sum.factor, rows: rows, columns: columns)
        guard mask.coverage <= Self.greatestCoverage else { return without(.fillsFrame) }
        return FoundRegion(region: RegionOfInterest(mask), source: .anatomy)
    }

    // MARK: One frame

    private func grid(_ levels: [UInt16], of planes: SamplePlanes, padding: ClosedRange<UInt16>?) -> AnatomyGrid {
        guard scale.endOfAir != nil else {
            var grid = AnatomyGrid(brightness: levels, rows: planes.rows, columns: planes.columns, padding: padding)
            // Cells at its rim are grey: part white, part what is beside it.
            if mayBeCollimated, let surround = BrightSurround.cells(of: grid) { grid.exclude(surround.dilated(radius: 2)) }
            return grid
        }
        // In computed tomography there is air besides what lies outside the field of view.
        let unmeasured = padding ?? BrightnessHistogram(levels).unmeasuredLevel.map { $0...$0 }
        var grid = AnatomyGrid(brightness: levels, rows: planes.rows, columns: planes.columns, padding: unmeasured)
        grid.excludePadding()
        return grid
    }

    private func anatomy(in grid: AnatomyGrid, _ threshold: BackgroundThreshold) -> BitMask {
        var bright = grid.cells(from: threshold.background)
        // Speckle holds together only as a whole.
        if isUltrasound { bright = bright.closed(radius: max(1, closingRadius(bright) / 8)) }
        let seeds = grid.cells(from: threshold.anatomy).opened(radius: openingRadius(bright))
        var parts = largestParts(of: bright, with: seeds).closed(radius: closingRadius(bright))
        if isUltrasound { parts = hulls(of: parts) }
        if let lung = scale.lung { parts.formUnion(Self.cutLungs(outside: parts, in: grid, from: lung)) }
        return parts.withHolesFilled
    }

    private func largestParts(of mask: BitMask, with seeds: BitMask) -> BitMask {
        let components = MaskComponents(of: mask, connectivity: .eight)
        let seeded = components.components(meeting: seeds)
        let largest = components.areas.indices.filter { seeded[$0] }.map { components.areas[$0] }.max() ?? 0
        return components.mask { seeded[$0] && Double(components.areas[$0]) >= smallestPart * Double(largest) }
    }

    private func hulls(of mask: BitMask) -> BitMask {
        let components = MaskComponents(of: mask, connectivity: .eight)
        return components.areas.indices.reduce(BitMask(rows: mask.rows, columns: mask.columns)) { hulls, component in
            hulls.union(components.mask { $0 == component }.convexHull)
        }
    }

    /// Lungs that the image's edge cuts: as dark as background and open to the edge, and yet hardly anywhere as dark as air.
    private static func cutLungs(outside anatomy: BitMask, in grid: AnatomyGrid, from lung: Int) -> BitMask {
        let outside = MaskComponents(of: anatomy.inverted, connectivity: .four)
        var cells = [Int](repeating: 0, count: outside.areas.count)
        var air = cells
        for run in outside.runs {
            for cell in run.columns.lowerBound + run.row * grid.columns..<run.columns.upperBound + run.row * grid.columns
            where !(grid.isExcluded?[cell] ?? false) {
                cells[run.component] += 1
                air[run.component] += Int(grid.levels[cell]) < lung ? 1 : 0
            }
        }
        return outside.mask { cells[$0] > 0 && Double(air[$0]) < largestShareOfAir * Double(cells[$0]) }
    }

    // Radii in cells; 512 cells are a usual image.
    private func openingRadius(_ mask: BitMask) -> Int { min(mask.rows, mask.columns) / 160 }
    private func closingRadius(_ mask: BitMask) -> Int { max(1, max(mask.rows, mask.columns) / 48) }
    private func margin(_ mask: BitMask) -> Int { max(1, max(mask.rows, mask.columns) / 128) }
}
