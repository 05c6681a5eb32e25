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
