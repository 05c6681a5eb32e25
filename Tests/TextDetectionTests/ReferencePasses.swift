import CTextDetection

/// A plane of signed samples with nothing around it.
struct ReferencePlane: Equatable {
    let width: Int
    let height: Int
    var samples: [Int]

    init(width: Int, height: Int, _ sample: (_ x: Int, _ y: Int) -> Int) {
        self.width = width
        self.height = height
        samples = (0..<height).flatMap { y in (0..<width).map { sample($0, y) } }
    }

    /// Beyond the edge samples repeat.
    subscript(x: Int, y: Int) -> Int { samples[min(max(y, 0), height - 1) * width + min(max(x, 0), width - 1)] }

    func contains(_ x: Int, _ y: Int) -> Bool { x >= 0 && y >= 0 && x < width && y < height }
}

/// The passes of CTextDetection as their header describes them, sample by sample.
enum ReferencePasses {
    static func steepness(_ image: ReferencePlane) -> ReferencePlane {
        ReferencePlane(width: image.width, height: image.height) { x, y in
            [(-1, 0), (1, 0), (0, -1), (0, 1)].map { abs(image[x, y] - image[x + $0.0, y + $0.1]) }.max() ?? 0
        }
    }

    static func halved(_ image: ReferencePlane) -> ReferencePlane {
        ReferencePlane(width: image.width / 2, height: image.height / 2) { x, y in (square(image, x, y).reduce(0, +) + 2) >> 2 }
    }

    static func halvedMaxima(_ image: ReferencePlane) -> ReferencePlane {
        ReferencePlane(width: image.width / 2, height: image.height / 2) { x, y in square(image, x, y).max() ?? 0 }
    }

    private static func square(_ image: ReferencePlane, _ x: Int, _ y: Int) -> [Int] {
        [image[2 * x, 2 * y], image[2 * x + 1, 2 * y], image[2 * x, 2 * y + 1], image[2 * x + 1, 2 * y + 1]]
    }

    // MARK: Noise

    static func noise(_ image: ReferencePlane) -> [Int] {
        let (columns, rows) = ((image.width + 15) / 16, (image.height + 15) / 16)
        let own = (0..<rows).map { row in (0..<columns).map { noise(image, blockX: $0, blockY: row) } }
        return (0..<rows).flatMap { row in
            (0..<columns).map { column in
                let around = (max(0, row - 1)...min(rows - 1, row + 1)).flatMap { y in
                    (max(0, column - 1)...min(columns - 1, column + 1)).map { own[y][$0] }
                }.sorted()
                return max(own[row][column], around[around.count / 2])
            }
        }
    }

    private static func noise(_ image: ReferencePlane, blockX: Int, blockY: Int) -> Int {
        var differences: [Int] = []
        for y in stride(from: blockY * 16, to: min(blockY * 16 + 16, image.height - 1), by: 2) {
            for x in stride(from: blockX * 16 + (y / 2) % 2, to: min(blockX * 16 + 16, image.width - 1), by: 2) {
                differences.append(min(abs(image[x, y] - image[x + 1, y]), abs(image[x, y] - image[x, y + 1])))
            }
        }
        guard !differences.isEmpty else { return 0 }
        let median = differences.sorted()[differences.count / 2]
        guard median > 0 else { return differences.count { $0 == 0 } * 4 < differences.count * 3 ? 1 : 0 }
        guard median >= 8 else { return median }
        // Quarters of an octave.
        var step = 8
        while step * 2 <= median { step *= 2 }
        return step + (median - step) / (step / 4) * (step / 4)
    }

    // MARK: Ridges

    static func ridges(_ image: ReferencePlane, radius: Int, repeats: Bool) -> (bright: ReferencePlane, dark: ReferencePlane) {
        func isWhole(_ position: Int, _ count: Int) -> Bool { repeats || (position >= radius && position < count - radius) }
        func around(_ x: Int, _ y: Int) -> [[Int]] {
            let steps = 1...radius
            return [
                steps.map { image[x - $0, y] }, steps.map { image[x + $0, y] }, steps.map { image[x, y - $0] },
                steps.map { image[x, y + $0] },
            ]
        }
        let bright = ReferencePlane(width: image.width, height: image.height) { x, y in
            let lowest = around(x, y).map { $0.min() ?? 0 }
            let across = isWhole(x, image.width) ? image[x, y] - max(lowest[0], lowest[1]) : 0
            let along = isWhole(y, image.height) ? image[x, y] - max(lowest[2], lowest[3]) : 0
            return max(0, across, along)
        }
        let dark = ReferencePlane(width: image.width, height: image.height) { x, y in
            let highest = around(x, y).map { $0.max() ?? 0 }
            let across = isWhole(x, image.width) ? min(highest[0], highest[1]) - image[x, y] : 0
            let along = isWhole(y, image.height) ? min(highest[2], highest[3]) - image[x, y] : 0
            return max(0, across, along)
        }
        return (bright, dark)
    }

    // MARK: Strokes

    static func sums(
        _ image: ReferencePlane, ridges: ReferencePlane, steepness: ReferencePlane, thresholds: [Int], _ criteria: CTextDetection_criteria
    ) -> [[CellSums]] {
        let (columns, rows) = ((image.width + 15) / 16 * 2, (image.height + 7) / 8)
        var sums = [[CellSums]](repeating: [CellSums](repeating: CellSums(), count: columns), count: rows)
        for y in 0..<image.height {
            for x in 0..<image.width {
                let ridge = ridges[x, y]
                guard ridge >= thresholds[y / 16 * (columns / 2) + x / 16] else { continue }
                sums[y / 8][x / 8].add(x: x % 8, y: y % 8)
                guard steepness[x, y] * 16 >= ridge * Int(criteria.sharpness) else { continue }
                let neighbours = (-1...1).flatMap { down in (-1...1).map { (x + $0, y + down) } }.count { (i, j) in
                    (i, j) != (x, y) && ridges.contains(i, j) && ridges[i, j] >= ridge / 2
                        && abs(image[i, j] - image[x, y]) <= ridge * Int(criteria.flatness) / 64
                }
                if neighbours >= Int(criteria.neighbours) || ridge >= Int(criteria.unconditional) { sums[y / 8][x / 8].strokes += 1 }
            }
        }
        return sums
    }
}

/// Of a cell: samples on ridges and on strokes, and sums of the places of the former.
struct CellSums: Equatable {
    var (ridges, strokes, x, y, xx, xy, yy) = (0, 0, 0, 0, 0, 0, 0)

    init() {}

    init(_ cell: CTextDetection_cell) {
        (ridges, strokes, x, y) = (Int(cell.ridges), Int(cell.strokes), Int(cell.x), Int(cell.y))
        (xx, xy, yy) = (Int(cell.xx), Int(cell.xy), Int(cell.yy))
    }

    mutating func add(x: Int, y: Int) {
        ridges += 1
        self.x += x
        self.y += y
        xx += x * x
        xy += x * y
        yy += y * y
    }
}
