import CTextDetection

/// Finds what looks like text in planes of samples: strokes that are narrow, steep, constant along themselves, and many together.
///
/// It knows no language and does not read. Text may be light or dark, 7 to 60 samples high, and turned by quarter turns. Several threads may
/// use one detector. Time: docs/redaction/detector.md.
public struct TextDetector: Sendable {
    /// Whether text is lighter or darker than what it stands on.
    public struct Polarity: OptionSet, Sendable {
        public let rawValue: Int

        public init(rawValue: Int) { self.rawValue = rawValue }

        public static let light = Polarity(rawValue: 1)
        public static let dark = Polarity(rawValue: 2)
        public static let both: Polarity = [.light, .dark]
    }

    /// The smallest sides of an image that is looked at in full, and of one that is halved.
    private static let smallestSide = 3
    static let smallestHalvedSide = 12

    /// Rows that neighbouring strips of a huge frame have in common: four times the tallest text.
    private static let sharedRows = 256

    public let profile: DetectionProfile
    let kernel: CTextDetection_kernel
    private let samplesAtOnce: Int

    /// - Parameter samplesAtOnce: frames of more samples are looked at in strips of about a third as many, since the passes take six bytes for
    ///   each. What is noise, and what contrast, is then judged in each strip by itself.
    public init(profile: DetectionProfile, kernel: DetectionKernel = .best, samplesAtOnce: Int = 1 << 24) {
        self.profile = profile
        self.samplesAtOnce = samplesAtOnce
        self.kernel = (kernel.isSupported ? kernel : .portable).identifier
    }

    /// The part of an image that looks like text in any of its frames, or in the part that stays the same over all of them: moving anatomy
    /// hides less of that.
    ///
    /// - Parameters:
    ///   - planes: row-major samples, `rows × columns` in each; others are left out. Frame by frame, colour by colour.
    ///   - colours: planes of a frame.
    ///   - bitsStored: 1 … 16.
    public func mask(of planes: [[UInt16]], rows: Int, columns: Int, colours: Int, bitsStored: Int) -> CellMask {
        var mask = CellMask(imageRows: rows, imageColumns: columns)
        guard rows >= Self.smallestSide, columns >= Self.smallestSide, colours > 0 else { return mask }
        let planes = planes.filter { $0.count == rows * columns }
        let workspace = workspace(rows: rows, columns: columns)
        let frames = planes.count / colours
        var extremes = FrameExtremes()
        for frame in 0..<frames {
            let own = planes[frame * colours..<(frame + 1) * colours]
            find(inFrame: own, bitsStored, workspace, &mask)
            if frames > 1 { extremes.add(own) }
        }
        if frames > 1 { find(in: extremes, bitsStored, workspace, &mask) }
        return mask
    }

    /// The part of a single frame that looks like text.
    ///
    /// - Parameters: as of ``mask(of:rows:columns:colours:bitsStored:)``; `planes` are those of one frame.
    public func mask(ofFrame planes: [[UInt16]], rows: Int, columns: Int, bitsStored: Int) -> CellMask {
        var mask = CellMask(imageRows: rows, imageColumns: columns)
        guard isLookedAt(planes, rows: rows, columns: columns) else { return mask }
        for strip in strips(rows: rows, columns: columns) {
            let isWhole = strip.count == rows
            let part = isWhole ? planes : planes.map { Array($0[strip.lowerBound * columns..<strip.upperBound * columns]) }
            var found = CellMask(imageRows: strip.count, imageColumns: columns)
            find(inFrame: part[...], bitsStored, workspace(rows: strip.count, columns: columns), &found)
            mask.formUnion(found, fromRow: strip.lowerBound / CellMask.cellSide)
        }
        return mask
    }

    /// Rows of a frame that are looked at together; where there are several, each begins with a cell of every scale.
    private func strips(rows: Int, columns: Int) -> [Range<Int>] {
        guard rows * columns > samplesAtOnce else { return [0..<rows] }
        let step = max(Self.sharedRows, samplesAtOnce / 4 / columns / Self.sharedRows * Self.sharedRows)
        return stride(from: 0, to: max(1, rows - Self.sharedRows), by: step).map { $0..<min(rows, $0 + step + Self.sharedRows) }
    }

    /// The part that looks like text among the samples that stay the same over all frames.
    public func mask(of extremes: FrameExtremes, rows: Int, columns: Int, bitsStored: Int) -> CellMask {
        var mask = CellMask(imageRows: rows, imageColumns: columns)
        guard isLookedAt(extremes.smallest, rows: rows, columns: columns) else { return mask }
        find(in: extremes, bitsStored, workspace(rows: rows, columns: columns), &mask)
        return mask
    }

    private func workspace(rows: Int, columns: Int) -> DetectionWorkspace {
        DetectionWorkspace(width: columns, height: rows, criteriaCount: profile.alternatives.count)
    }

    private func isLookedAt(_ planes: [[UInt16]], rows: Int, columns: Int) -> Bool {
        rows >= Self.smallestSide && columns >= Self.smallestSide && planes.allSatisfy { $0.count == rows * columns }
    }

    private func find(
        inFrame planes: ArraySlice<[UInt16]>, _ bitsStored: Int, _ workspace: DetectionWorkspace, _ mask: inout CellMask
    ) {
        for plane in planes.indices {
            // Grey images in colour have the same plane several times.
            guard plane == planes.startIndex || planes[plane] != planes[plane - 1] else { continue }
            find(.both, in: planes[plane], bitsStored, workspace, &mask)
        }
    }

    private func find(in extremes: FrameExtremes, _ bitsStored: Int, _ workspace: DetectionWorkspace, _ mask: inout CellMask) {
        for plane in extremes.smallest { find(.light, in: plane, bitsStored, workspace, &mask) }
        for plane in extremes.largest { find(.dark, in: plane, bitsStored, workspace, &mask) }
    }
}
