/// The Viterbi algorithm on the syndrome trellis [Filler, Judas, Fridrich 2011, §III] as the paper states it, in double precision.
///
/// A state is what the columns of the changes so far add up to in the rows that later elements still reach: the row of the current block
/// is the most significant bit. It is the reference that ``VectorTrellis`` is compared with; it takes 2^(height + 1) additions and
/// 2^height bits of memory for each element.
enum ReferenceTrellis {
    /// The cheapest changes (1 for each changed element) with the wanted syndrome; nil if every such word changes a wet element.
    /// Of equally cheap ways into a state, the one that leaves the element alone is taken; of equally cheap last states, the smallest.
    ///
    /// - Parameter costs: of changing each element, at least 0; infinity for a wet one.
    static func cheapestChanges(_ problem: TrellisProblem, costs: [Double]) -> [UInt8]? {
        let stateCount = 1 << problem.constraintHeight
        let half = stateCount / 2
        var reached = [Double](repeating: .infinity, count: stateCount)
        reached[0] = 0
        var changedInto = [Bool](repeating: false, count: costs.count * stateCount)

        for block in 0..<problem.placement.blockCount {
            let elements = problem.placement.elements(of: block)
            for (element, column) in zip(elements, problem.columns(width: elements.count)) {
                var next = reached
                for state in 0..<stateCount {
                    let changing = reached[state ^ Int(column)] + costs[element]
                    if changing < reached[state] {
                        next[state] = changing
                        changedInto[element * stateCount + state] = true
                    }
                }
                reached = next
            }
            // The block's row is complete: keep the states that agree with its bit, and let the next row enter at the bottom.
            let kept = Int(problem.syndrome[block]) * half
            var shifted = [Double](repeating: .infinity, count: stateCount)
            for state in 0..<half { shifted[2 * state] = reached[kept + state] }
            reached = shifted
        }

        // Rows beyond the last block bind nothing: every state will do.
        guard let cheapest = reached.min(), cheapest < .infinity, var state = reached.firstIndex(of: cheapest) else { return nil }
        var changes = [UInt8](repeating: 0, count: costs.count)
        for block in (0..<problem.placement.blockCount).reversed() {
            state = state / 2 + Int(problem.syndrome[block]) * half
            let elements = problem.placement.elements(of: block)
            for (element, column) in zip(elements, problem.columns(width: elements.count)).reversed() {
                guard changedInto[element * stateCount + state] else { continue }
                changes[element] = 1
                state ^= Int(column)
            }
        }
        return changes
    }
}
