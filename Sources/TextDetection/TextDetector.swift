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
    private static let smallestHalvedSide = 12

    public let profile: DetectionProfile
    private let kernel: CTextDetection_kernel

    public init(profile: DetectionProfile, kernel: DetectionKernel = .best) {
        self.profile = profile
        self.kernel = (kernel.isSupported ? kernel : .portable).identifier
    }

    /// What of an image looks like text in any of its frames, or in what stays the same over all of them: moving anatomy hides less of that.
    ///
    /// - Parameters:
    ///   - planes: row-major samples, `rows × columns` in each; others are left out. Frame by frame, colour by colour.
    ///   - colours: planes of a frame.
    ///   - bitsStored: 1 … 16.
    public func mask(of planes: [[UInt16]], rows: Int, columns: Int, colours: Int, bitsStored: Int) -> CellMask {
        var mask = CellMask(imageRows: rows, imageColumns: columns)
        guard rows >= Self.smallestSide, columns >= Self.smallestSide, colours > 0 else { return mask }
        let planes = planes.filter { $0.count == rows * columns }
        let workspace = DetectionWorkspace(width: columns, height: rows)
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

    /// What of a single frame looks like text.
    ///
    /// - Parameters: as of ``mask(of:rows:columns:colours:bitsStored:)``; `planes` are those of one frame.
    public func mask(ofFrame planes: [[UInt16]], rows: Int, columns: Int, bitsStored: Int) -> CellMask {
        var mask = CellMask(imageRows: rows, imageColumns: columns)
        guard isLookedAt(planes, rows: rows, columns: columns) else { return mask }
        find(inFrame: planes[...], bitsStored, DetectionWorkspace(width: columns, height: rows), &mask)
        return mask
    }

    /// What looks like text in what stays the same over all frames.
    public func mask(of extremes: FrameExtremes, rows: Int, columns: Int, bitsStored: Int) -> CellMask {
        var mask = CellMask(imageRows: rows, imageColumns: columns)
        guard isLookedAt(extremes.smallest, rows: rows, columns: columns) else { return mask }
        find(in: extremes, bitsStored, DetectionWorkspace(width: columns, height: rows), &mask)
        return mask
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

    // MARK: One plane

    private func find(_ polarity: Polarity, in plane: [UInt16], _ bitsStored: Int, _ workspace: DetectionWorkspace, _ mask: inout CellMask)
    {
        let (width, height) = (workspace.width, workspace.height)
        let floor = prepare(plane, bitsStored, workspace)
        CTextDetection_steepness(kernel, workspace.image, width, height, workspace.steepness)
        var (scaledWidth, scaledHeight) = (width, height)
        for scale in 0..<3 {
            if scale > 0 {
                guard min(scaledWidth, scaledHeight) / 2 >= Self.smallestHalvedSide else { return }
                CTextDetection_halve(kernel, workspace.image, scaledWidth, scaledHeight, workspace.nextImage)
                CTextDetection_halve_maxima(kernel, workspace.steepness, scaledWidth, scaledHeight, workspace.nextSteepness)
                workspace.descend()
                (scaledWidth, scaledHeight) = (scaledWidth / 2, scaledHeight / 2)
            }
            CTextDetection_noise(kernel, workspace.image, scaledWidth, scaledHeight, workspace.noise, workspace.thresholds)
            for criteria in profile.alternatives.compactMap({ $0.indices.contains(scale) ? $0[scale] : nil }) {
                find(
                    polarity, by: criteria, floor, Scaled(level: scale, width: scaledWidth, height: scaledHeight), workspace, &mask)
            }
        }
    }

    /// What the thresholds of a plane begin from.
    private struct Floor {
        let range: Int
        let smallestRidge: Int
    }

    /// The size of an image that was halved `level` times.
    private struct Scaled {
        let level: Int
        let width: Int
        let height: Int
    }

    /// The plane as signed samples that span at most 16383.
    private func prepare(_ plane: [UInt16], _ bitsStored: Int, _ workspace: DetectionWorkspace) -> Floor {
        var (smallest, largest) = (UInt16.max, UInt16.min)
        for sample in plane {
            smallest = min(smallest, sample)
            largest = max(largest, sample)
        }
        let isByte = bitsStored <= 8
        let middle = isByte ? 0 : (Int(smallest) + Int(largest)) / 2
        var shift = 0
        while (Int(largest) - Int(smallest)) >> shift > 16383 { shift += 1 }
        CTextDetection_convert(plane, workspace.width, workspace.height, Int32(middle), Int32(shift), workspace.image)
        let statistics = CTextDetection_measure(workspace.image, workspace.width, workspace.height, workspace.histogram)
        let range = Int(statistics.range)
        // Video of few bits has steps that are no noise.
        return Floor(range: range, smallestRidge: max(isByte ? 16 : 2, min(4 * Int(statistics.quantum), range / 8)))
    }

    private func find(
        _ polarity: Polarity, by criteria: StrokeCriteria, _ floor: Floor, _ scaled: Scaled, _ workspace: DetectionWorkspace,
        _ mask: inout CellMask
    ) {
        let (width, height) = (scaled.width, scaled.height)
        CTextDetection_ridges(
            kernel, workspace.image, width, height, Int32(criteria.radius), scaled.level == 0, workspace.bright, workspace.dark,
            workspace.rowScratch)
        let lowest = max(floor.smallestRidge, floor.range / criteria.rangeDivisor)
        let blockColumns = (width + 15) / 16
        // Within `blockCount`: a scaled image has fewer blocks.
        for block in 0..<blockColumns * ((height + 15) / 16) {
            let noise = Int(workspace.noise[block])
            let threshold = noise > 0 ? max(lowest, noise * criteria.noiseFactor / 8) : max(2, lowest / 2)
            workspace.thresholds[block] = Int16(min(threshold, 32000))
        }
        var strokes = CTextDetection_criteria(
            sharpness: Int32(criteria.sharpness), flatness: Int32(criteria.flatness), neighbours: Int32(criteria.neighbours),
            unconditional: Int32(criteria.takesHighestAlone ? min(floor.range, 32767) : 32767))
        for (kind, ridges) in [(Polarity.light, workspace.bright), (.dark, workspace.dark)] where polarity.contains(kind) {
            CTextDetection_count(
                kernel, workspace.image, ridges, workspace.steepness, width, height, workspace.thresholds, &strokes, workspace.ridgeCounts,
                workspace.strokeCounts, workspace.rowScratch)
            let clusters = CellClusters(
                rows: (height + 7) / 8, columns: (width + 7) / 8, ridges: workspace.ridgeCounts, strokes: workspace.strokeCounts,
                stride: blockColumns * 2, criteria)
            Self.put(clusters, scale: scaled.level, into: &mask)
        }
    }

    /// With a margin of a cell at full resolution; at half of it 4 samples of the scale, and 8 more to the left and right; at a quarter 8.
    private static func put(_ clusters: CellClusters, scale: Int, into mask: inout CellMask) {
        let factor = 1 << scale
        let margin = scale == 1 ? 1 : factor
        let sideMargin = scale == 0 ? margin : margin + 1
        for row in 0..<clusters.rows {
            for column in 0..<clusters.columns where clusters.cells[row * clusters.columns + column] {
                mask.fill(
                    rows: row * factor - margin..<(row + 1) * factor + margin,
                    columns: column * factor - sideMargin..<(column + 1) * factor + sideMargin)
            }
        }
    }
}
