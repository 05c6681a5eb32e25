extension RegionOfInterest {
    /// The samples inside any of the shapes; what lies outside the image is cut off.
    ///
    /// - Throws: ``RegionError``: `invalidShape`; `outsideImage` for a shape that contains no sample of the image.
    /// - Complexity: O(samples + rows · corners) for each shape.
    public init(rows: Int, columns: Int, shapes: [RegionShape]) throws(RegionError) {
        var mask = BitMask(rows: rows, columns: columns)
        for shape in shapes {
            try shape.check()
            var part = BitMask(rows: rows, columns: columns)
            switch shape {
            case .rectangle(let x, let y, let width, let height): part.fill(x: x, y: y, width: width, height: height)
            case .polygon(let corners): part.fill(polygon: corners)
            }
            guard !part.isEmpty else { throw .outsideImage(shape, rows: rows, columns: columns) }
            mask.formUnion(part)
        }
        self.init(mask)
    }
}

extension BitMask {
    mutating func fill(x: Int, y: Int, width: Int, height: Int) {
        // Saturating: a rectangle may reach beyond every integer.
        let right = x.addingReportingOverflow(width)
        let bottom = y.addingReportingOverflow(height)
        let across = max(0, x)..<max(0, x, right.overflow ? columns : min(columns, right.partialValue))
        let down = max(0, y)..<max(0, y, bottom.overflow ? rows : min(rows, bottom.partialValue))
        guard across.upperBound <= columns, down.upperBound <= rows else { return }
        for row in down { fill(row: row, across) }
    }

    /// Fills by the even–odd rule, row by row: between the places where the row's centre line crosses the polygon's sides, by pairs.
    ///
    /// A side owns its upper end and not its lower one, and a span owns its left end and not its right one, so that polygons
    /// with a common side share no sample.
    mutating func fill(polygon corners: [RegionShape.Point]) {
        guard let top = corners.map(\.y).min(), let bottom = corners.map(\.y).max() else { return }
        let first = Int(min(max(0, top.rounded(.down)), Double(rows)))
        let last = Int(min(max(0, bottom.rounded(.up)), Double(rows)))
        var crossings: [Double] = []
        for row in first..<max(first, last) {
            let centre = Double(row) + 0.5
            crossings.removeAll(keepingCapacity: true)
            for (index, start) in corners.enumerated() {
                let end = corners[index + 1 == corners.count ? 0 : index + 1]
                guard (start.y <= centre) != (end.y <= centre) else { continue }
                // Divided before multiplied: no overflow to infinity however far apart the corners are.
                crossings.append(start.x + (centre - start.y) / (end.y - start.y) * (end.x - start.x))
            }
            crossings.sort()
            for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
                fill(row: row, columnsBetween(crossings[pair], crossings[pair + 1]))
            }
        }
    }

    /// The columns whose centres lie in `left ..< right`.
    private func columnsBetween(_ left: Double, _ right: Double) -> Range<Int> {
        func column(_ x: Double) -> Int { Int(min(max(0, (x - 0.5).rounded(.up)), Double(columns))) }
        guard left < right else { return 0..<0 }
        return column(left)..<column(right)
    }
}
