/// Matrix embedding with the binary [2^k − 1, k] Hamming code [Crandall 1998; Westfeld 2001]: k bits in 2^k − 1 elements with at most one
/// change.
///
/// Element i (from 0) has the column i + 1, so the syndrome of a block is the exclusive or of i + 1 over all elements whose bit is 1, and to
/// turn syndrome s into message t the element with column s XOR t changes. Where that element is wet, or two others are cheaper together,
/// several elements change whose columns add up to the same.
public struct HammingCode: Hashable, Sendable {
    /// The parameters there is sense in: from a bit an element to a change in 4 095.
    public static let parameters = 1...12

    /// k: the bits that a block carries.
    public let parameter: Int

    /// - Throws: ``CodingError`` (`invalidArguments`) for a parameter that is not in ``parameters``.
    public init(parameter: Int) throws(CodingError) {
        guard Self.parameters.contains(parameter) else {
            throw .invalidArguments("Hamming parameter \(parameter) is not in \(Self.parameters)")
        }
        self.parameter = parameter
    }

    /// 2^k − 1: the elements of a block.
    public var blockLength: Int { (1 << parameter) - 1 }

    /// Bits that change for each that is carried when every element costs the same: (1 − 2^−k) / k.
    public var changesPerBit: Double { (1 - 1 / Double(1 << parameter)) / Double(parameter) }

    /// The message that a block carries.
    ///
    /// - Parameter bits: ``blockLength`` of them; the last bit of each counts.
    public func syndrome(of bits: some Collection<UInt8>) -> Int {
        var syndrome = 0
        for (index, bit) in bits.enumerated() where bit & 1 == 1 { syndrome ^= index + 1 }
        return syndrome
    }

    /// The elements to change so that a block with one syndrome has another, cheapest together: none if they are equal, one or two where
    /// that can be, else as many as it takes.
    ///
    /// - Parameters:
    ///   - message: the wanted syndrome, 0 ..< 2^k.
    ///   - syndrome: the block's own.
    ///   - costs: of changing each of the ``blockLength`` elements, at least 0; infinity for a wet one.
    /// - Returns: indices in ascending order.
    /// - Throws: ``CodingError``: `infeasible` if no set of dry elements will do, `invalidArguments` for a message or costs that are not
    ///   the code's.
    /// - Complexity: O(2^k); O(2^2k) when no two dry elements suffice.
    public func changes(toCarry message: Int, insteadOf syndrome: Int, costs: some Collection<Float>) throws(CodingError) -> [Int] {
        let costs = Array(costs)
        guard costs.count == blockLength, (0...blockLength).contains(message), (0...blockLength).contains(syndrome) else {
            throw .invalidArguments("a block of \(costs.count) for \(blockLength) elements, or a message of more than \(parameter) bits")
        }
        let difference = message ^ syndrome
        guard difference != 0 else { return [] }
        var (best, bestCost) = ([difference - 1], costs[difference - 1])
        for first in 1...blockLength {
            let second = first ^ difference
            // Each pair once; a second column of 0 is the single element again.
            guard second > first else { continue }
            let cost = costs[first - 1] + costs[second - 1]
            if cost < bestCost { (best, bestCost) = ([first - 1, second - 1], cost) }
        }
        if bestCost < .infinity { return best }
        guard let several = cheapestSet(addingUpTo: difference, costs: costs) else {
            throw .infeasible(bitCount: parameter, elements: blockLength)
        }
        return several
    }

    /// The cheapest set of dry elements with a given sum of columns: shortest paths through all sums, element by element.
    private func cheapestSet(addingUpTo difference: Int, costs: [Float]) -> [Int]? {
        let sums = blockLength + 1
        var reached = [Float](repeating: .infinity, count: sums)
        reached[0] = 0
        var changedInto = [Bool](repeating: false, count: costs.count * sums)
        for (index, cost) in costs.enumerated() where cost < .infinity {
            let before = reached
            for sum in 0..<sums where before[sum ^ (index + 1)] + cost < before[sum] {
                reached[sum] = before[sum ^ (index + 1)] + cost
                changedInto[index * sums + sum] = true
            }
        }
        guard reached[difference] < .infinity else { return nil }
        var (sum, members) = (difference, [Int]())
        for index in costs.indices.reversed() where changedInto[index * sums + sum] {
            members.append(index)
            sum ^= index + 1
        }
        return members.reversed()
    }
}
