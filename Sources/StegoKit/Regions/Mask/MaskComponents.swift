/// The connected parts of a mask, found run by run with a union–find forest [Rosenfeld and Pfaltz 1966; Tarjan 1975].
///
/// - Complexity: of making: O(rows · columns / 64 + runs), but for a factor that grows slower than any logarithm.
struct MaskComponents {
    enum Connectivity {
        /// Samples that share a side are joined.
        case four
        /// Samples that share a side or a corner are joined.
        case eight
    }

    struct Run {
        let row: Int
        let columns: Range<Int>
        /// A number from 0; the same for all runs of a component.
        fileprivate(set) var component: Int
    }

    let rows: Int
    let columns: Int
    private(set) var runs: [Run] = []
    /// Samples of each component.
    private(set) var areas: [Int] = []
    /// Whether a component has a sample in the first or last row or column.
    private(set) var touchesEdge: [Bool] = []

    init(of mask: BitMask, connectivity: Connectivity) {
        rows = mask.rows
        columns = mask.columns
        var forest = UnionFind()
        var above = 0..<0
        for row in 0..<rows {
            let start = runs.count
            for columns in mask.runs(ofRow: row) {
                runs.append(Run(row: row, columns: columns, component: forest.add()))
            }
            link(above, with: start..<runs.count, connectivity, &forest)
            above = start..<runs.count
        }
        number(by: &forest)
    }

    /// Joins overlapping runs of two rows; both lists run from left to right.
    private func link(_ above: Range<Int>, with below: Range<Int>, _ connectivity: Connectivity, _ forest: inout UnionFind) {
        let reach = connectivity == .eight ? 1 : 0
        var (upper, lower) = (above.lowerBound, below.lowerBound)
        while upper < above.upperBound, lower < below.upperBound {
            let (first, second) = (runs[upper].columns, runs[lower].columns)
            if first.lowerBound < second.upperBound + reach, second.lowerBound < first.upperBound + reach { forest.join(upper, lower) }
            // The run that ends first meets no other.
            if first.upperBound < second.upperBound { upper += 1 } else { lower += 1 }
        }
    }

    private mutating func number(by forest: inout UnionFind) {
        var numbers = [Int](repeating: -1, count: runs.count)
        for index in runs.indices {
            let root = forest.root(of: index)
            if numbers[root] < 0 {
                numbers[root] = areas.count
                areas.append(0)
                touchesEdge.append(false)
            }
            let component = numbers[root]
            let run = runs[index]
            runs[index].component = component
            areas[component] += run.columns.count
            if run.row == 0 || run.row == rows - 1 || run.columns.lowerBound == 0 || run.columns.upperBound == columns {
                touchesEdge[component] = true
            }
        }
    }

    /// The components that have a sample in `mask`.
    func components(meeting mask: BitMask) -> [Bool] {
        var meets = [Bool](repeating: false, count: areas.count)
        for run in runs where !meets[run.component] {
            meets[run.component] = mask.contains(anyOf: run.columns, inRow: run.row)
        }
        return meets
    }

    /// A mask of the components that are wanted.
    func mask(where isWanted: (Int) -> Bool) -> BitMask {
        let wanted = areas.indices.map(isWanted)
        var mask = BitMask(rows: rows, columns: columns)
        for run in runs where wanted[run.component] { mask.fill(row: run.row, run.columns) }
        return mask
    }
}

extension BitMask {
    /// With all that is enclosed: whatever cannot reach the image's edge without passing through the mask.
    var withHolesFilled: BitMask {
        let outside = MaskComponents(of: inverted, connectivity: .four)
        return union(outside.mask { !outside.touchesEdge[$0] })
    }
}

/// Disjoint sets of numbers, joined by size and found with path halving [Tarjan and van Leeuwen 1984].
struct UnionFind {
    private var parents: [Int] = []
    private var sizes: [Int] = []

    /// A new set of one; the numbers count from 0.
    mutating func add() -> Int {
        parents.append(parents.count)
        sizes.append(1)
        return parents.count - 1
    }

    /// The number that stands for the set of `element`.
    mutating func root(of element: Int) -> Int {
        var element = element
        while parents[element] != element {
            parents[element] = parents[parents[element]]
            element = parents[element]
        }
        return element
    }

    /// Makes one set of two.
    mutating func join(_ first: Int, _ second: Int) {
        let (first, second) = (root(of: first), root(of: second))
        guard first != second else { return }
        let (small, large) = sizes[first] < sizes[second] ? (first, second) : (second, first)
        parents[small] = large
        sizes[large] += sizes[small]
    }
}
