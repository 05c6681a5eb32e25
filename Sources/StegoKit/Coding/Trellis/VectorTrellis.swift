import CTrellis

/// The trellis of ``ReferenceTrellis`` in 16-bit saturating arithmetic, many states at a time, in bounded memory.
///
/// For costs whose sums stay below 65 535 the changes are the reference's, bit for bit.
package struct VectorTrellis {
    private let problem: TrellisProblem
    private let kernel: TrellisKernel
    private let memory: TrellisMemory
    private let states: TrellisStates
    private var decisions: [UInt8]
    /// Bytes of decisions made since block `settled`.
    private var pending = 0
    /// The blocks whose changes are final, and those that have been stepped over.
    private var settled = 0
    private var reached = 0
    private var changes: [UInt8]

    /// The cheapest changes (1 for each changed element) with the wanted syndrome.
    ///
    /// - Parameters:
    ///   - costs: of changing each element; 65 535 for a wet one.
    ///   - kernel: one that this processor supports.
    /// - Returns: nil if every word with the syndrome changes a wet element or costs too much for 16 bits.
    package static func cheapestChanges(
        _ problem: TrellisProblem, costs: [UInt16], kernel: TrellisKernel = .best, memory: TrellisMemory = TrellisMemory()
    ) -> [UInt8]? {
        var trellis = VectorTrellis(problem, kernel: kernel, memory: memory)
        return trellis.run(costs: costs) ? trellis.changes : nil
    }

    private init(_ problem: TrellisProblem, kernel: TrellisKernel, memory: TrellisMemory) {
        self.problem = problem
        self.kernel = kernel
        self.memory = memory
        states = TrellisStates(height: problem.constraintHeight)
        let widest = CTrellis_decision_bytes(Int32(problem.constraintHeight), problem.placement.narrowWidth + 1)
        let all = widest * problem.placement.blockCount
        decisions = [UInt8](repeating: 0, count: min(all, max(memory.start, min(memory.limit, Self.usualDepth(problem) * widest), widest)))
        changes = [UInt8](repeating: 0, count: problem.placement.elementCount)
    }

    /// How many blocks back a common ancestor is usually found, with a margin that makes looking for it cheap.
    private static func usualDepth(_ problem: TrellisProblem) -> Int { 32 * problem.constraintHeight }

    private mutating func run(costs: [UInt16]) -> Bool {
        while reached < problem.placement.blockCount {
            let blocks = reached..<lastBlockWithRoom()
            if blocks.isEmpty {
                makeRoom()
                continue
            }
            guard advance(over: blocks, costs: costs) else { return false }
        }
        settle(upTo: reached, from: states.cheapest)
        return true
    }

    /// The blocks that surely fit in the memory.
    private func lastBlockWithRoom() -> Int {
        let widest = decisionBytes(width: problem.placement.narrowWidth + 1)
        return min(problem.placement.blockCount, reached + (decisions.count - pending) / widest)
    }

    /// Steps over blocks that ``lastBlockWithRoom()`` has room for. The loops read the costs and syndrome bits of these blocks, which every
    /// problem has for all its elements and blocks, and write ``decisionBytes(of:)`` behind what is pending.
    private mutating func advance(over blocks: Range<Int>, costs: [UInt16]) -> Bool {
        let elements = problem.placement.start(of: blocks.lowerBound)..<problem.placement.start(of: blocks.upperBound)
        let offset = pending
        let (states, kernel) = (states, kernel)
        let feasible = problem.withCode { code, syndrome in
            costs.withUnsafeBufferPointer { costs in
                decisions.withUnsafeMutableBufferPointer { decisions in
                    CTrellis_advance(
                        kernel.identifier, code, blocks.lowerBound, blocks.count, costs.baseAddress.map { $0 + elements.lowerBound },
                        syndrome.map { $0 + blocks.lowerBound }, states.reached, states.scratch, decisions.baseAddress.map { $0 + offset })
                }
            }
        }
        reached = blocks.upperBound
        pending += decisionBytes(of: blocks)
        return feasible
    }

    private func decisionBytes(of blocks: Range<Int>) -> Int {
        let narrow = problem.placement.narrowWidth
        let elements = problem.placement.start(of: blocks.upperBound) - problem.placement.start(of: blocks.lowerBound)
        let wideCount = elements - blocks.count * narrow
        return (blocks.count - wideCount) * decisionBytes(width: narrow) + wideCount * decisionBytes(width: narrow + 1)
    }

    private func decisionBytes(width: Int) -> Int { CTrellis_decision_bytes(Int32(problem.constraintHeight), width) }

    /// Settles what all ways agree on; where that is too little, takes more memory, and where there is no more, the best way.
    private mutating func makeRoom() {
        let blocks = settled..<reached
        var alive = states.alive
        var ancestor = 0
        let end = pending
        let count = problem.withCode { code, syndrome in
            decisions.withUnsafeBufferPointer { decisions in
                alive.withUnsafeMutableBufferPointer { alive in
                    CTrellis_settled_blocks(
                        code, blocks.lowerBound, blocks.count, decisions.baseAddress.map { $0 + end },
                        syndrome.map { $0 + blocks.lowerBound }, alive.baseAddress, alive.count, &ancestor)
                }
            }
        }
        let boundary = blocks.lowerBound + count
        if count > 0 { forget(before: boundary, ancestor: ancestor) }
        if pending > decisions.count / 2, decisions.count * 2 <= memory.limit {
            decisions.append(contentsOf: repeatElement(0, count: decisions.count))
        } else if pending > decisions.count / 8 * 7 || lastBlockWithRoom() == reached {
            decideForTheBest()
        }
    }

    /// Settles the first half of the pending blocks as the best way has them, and gives up the states whose ways differ.
    private mutating func decideForTheBest() {
        let boundary = (settled + reached + 1) / 2
        let alive = states.alive.map(Int.init)
        let ancestors = ancestors(of: alive, before: boundary)
        guard let best = zip(alive, ancestors).first(where: { $0.0 == states.cheapest })?.1 else { return }
        for (state, ancestor) in zip(alive, ancestors) where ancestor != best { states.giveUp(state) }
        forget(before: boundary, ancestor: best)
    }

    /// The indices before a block that the ways into these indices after the last block come from. Ways that have met are followed once.
    private mutating func ancestors(of alive: [Int], before boundary: Int) -> [Int] {
        var ways = alive
        var wayOfState = Array(alive.indices)
        var end = pending
        for block in (boundary..<reached).reversed() {
            let blocks = block..<block + 1
            var distinct: [Int] = []
            var place: [Int: Int] = [:]
            let merged = ways.map { index in
                let before = trace(blocks, from: index, end: end, recording: false)
                if let known = place[before] { return known }
                place[before] = distinct.count
                distinct.append(before)
                return distinct.count - 1
            }
            wayOfState = wayOfState.map { merged[$0] }
            ways = distinct
            end -= decisionBytes(of: blocks)
        }
        return wayOfState.map { ways[$0] }
    }

    private mutating func forget(before boundary: Int, ancestor: Int) {
        let bytes = decisionBytes(of: settled..<boundary)
        let rest = pending - bytes
        pending = bytes
        settle(upTo: boundary, from: ancestor)
        decisions.withUnsafeMutableBufferPointer { decisions in
            guard let base = decisions.baseAddress else { return }
            base.update(from: base + bytes, count: rest)
        }
        pending = rest
    }

    /// Writes the changes of the blocks from `settled` on, following the way back from an index after the last of them, where
    /// `pending` bytes of decisions end.
    private mutating func settle(upTo block: Int, from index: Int) {
        _ = trace(settled..<block, from: index, end: pending, recording: true)
        settled = block
    }

    private mutating func trace(_ blocks: Range<Int>, from index: Int, end: Int, recording: Bool) -> Int {
        let firstElement = problem.placement.start(of: blocks.lowerBound)
        return problem.withCode { code, syndrome in
            decisions.withUnsafeBufferPointer { decisions in
                changes.withUnsafeMutableBufferPointer { changes in
                    CTrellis_trace(
                        code, blocks.lowerBound, blocks.count, decisions.baseAddress.map { $0 + end },
                        syndrome.map { $0 + blocks.lowerBound }, index,
                        recording ? changes.baseAddress.map { $0 + firstElement } : nil)
                }
            }
        }
    }
}
