import CTextDetection

/// The passes over a single plane, at each scale.
extension TextDetector {
    func find(_ polarity: Polarity, in plane: [UInt16], _ bitsStored: Int, _ workspace: DetectionWorkspace, _ mask: inout CellMask) {
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
            CTextDetection_noise(kernel, workspace.image, scaledWidth, scaledHeight, workspace.noise, workspace.thresholds(ofCriteria: 0))
            find(polarity, floor, Scaled(level: scale, width: scaledWidth, height: scaledHeight), workspace, &mask)
        }
    }

    /// The starting point of a plane's thresholds.
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

    /// Counts ridges and strokes strip by strip, while a strip's ridges are at hand, and then joins cells.
    private func find(
        _ polarity: Polarity, _ floor: Floor, _ scaled: Scaled, _ workspace: DetectionWorkspace, _ mask: inout CellMask
    ) {
        let (width, height) = (scaled.width, scaled.height)
        let all = profile.alternatives.compactMap { $0.indices.contains(scaled.level) ? $0[scaled.level] : nil }
        for (number, criteria) in all.enumerated() {
            setThresholds(criteria, floor, scaled, workspace.noise, workspace.thresholds(ofCriteria: number))
        }
        let kinds = [(Polarity.light, workspace.bright), (.dark, workspace.dark)].filter { polarity.contains($0.0) }
        let stride = CTextDetection_stride(width)
        let blockColumns = (width + 15) / 16
        for top in Swift.stride(from: 0, to: height, by: workspace.stripRows) {
            let rows = min(workspace.stripRows, height - top)
            var radius = 0
            for (number, criteria) in all.enumerated() {
                // Alternatives of the same radius come one after the other.
                if criteria.radius != radius {
                    radius = criteria.radius
                    CTextDetection_ridges(
                        kernel, workspace.image, width, height, top, rows, Int32(radius), scaled.level == 0, workspace.bright,
                        workspace.dark, workspace.rowScratch)
                }
                var strokes = CTextDetection_criteria(
                    sharpness: Int32(criteria.sharpness), flatness: Int32(criteria.flatness), neighbours: Int32(criteria.neighbours),
                    unconditional: Int32(criteria.takesHighestAlone ? min(floor.range, 32767) : 32767))
                for (kind, ridges) in kinds {
                    CTextDetection_count(
                        kernel, workspace.image + top * stride, ridges, workspace.steepness + top * stride, width, rows,
                        workspace.thresholds(ofCriteria: number) + top / 16 * blockColumns, &strokes,
                        workspace.sums(ofCriteria: number, isDark: kind == .dark) + top / 8 * blockColumns * 2, workspace.rowScratch)
                }
            }
        }
        for (number, criteria) in all.enumerated() {
            for (kind, _) in kinds {
                let clusters = CellClusters(
                    rows: (height + 7) / 8, columns: (width + 7) / 8, sums: workspace.sums(ofCriteria: number, isDark: kind == .dark),
                    stride: blockColumns * 2, criteria)
                Self.put(clusters, scale: scaled.level, into: &mask)
            }
        }
    }

    private func setThresholds(
        _ criteria: StrokeCriteria, _ floor: Floor, _ scaled: Scaled, _ noise: UnsafePointer<Int16>,
        _ thresholds: UnsafeMutablePointer<Int16>
    ) {
        let lowest = max(floor.smallestRidge, floor.range / criteria.rangeDivisor)
        for block in 0..<(scaled.width + 15) / 16 * ((scaled.height + 15) / 16) {
            let noise = Int(noise[block])
            let threshold = noise > 0 ? max(lowest, noise * criteria.noiseFactor / 8) : max(2, lowest / 2)
            thresholds[block] = Int16(min(threshold, 32000))
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
