/// The costs of the states between two blocks, and room for those within one, aligned for vector registers.
///
/// A class so that it alone owns and frees the memory; it is used by one ``VectorTrellis`` and never shared.
final class TrellisStates {
    private static let alignment = 64
    private static let infinity = UInt16.max

    /// 2^(height − 1) costs.
    let reached: UnsafeMutablePointer<UInt16>
    /// 2^height values.
    let scratch: UnsafeMutablePointer<UInt16>
    private let count: Int
    private let memory: UnsafeMutableRawPointer

    /// The state before the first block: nothing has been changed, so nothing but the state 0 is reached.
    init(height: Int) {
        count = 1 << (height - 1)
        memory = .allocate(byteCount: 3 * count * MemoryLayout<UInt16>.size, alignment: Self.alignment)
        // Both parts begin on the alignment: `count` is a multiple of 64.
        reached = memory.bindMemory(to: UInt16.self, capacity: 3 * count)
        scratch = reached + count
        reached.initialize(repeating: Self.infinity, count: 3 * count)
        reached[0] = 0
    }

    deinit { memory.deallocate() }

    private var costs: UnsafeMutableBufferPointer<UInt16> { UnsafeMutableBufferPointer(start: reached, count: count) }

    /// The index of the least cost, the smallest of several.
    var cheapest: Int {
        costs.indices.min { costs[$0] < costs[$1] } ?? 0
    }

    /// The indices that can be reached.
    var alive: [UInt16] {
        costs.indices.compactMap { costs[$0] == Self.infinity ? nil : UInt16($0) }
    }

    func giveUp(_ index: Int) { costs[index] = Self.infinity }
}
