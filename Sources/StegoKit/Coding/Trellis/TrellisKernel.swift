import CTrellis

/// A version of the inner loops, written for an instruction set. All give the same bits.
public enum TrellisKernel: String, CaseIterable, Sendable {
    case portable, avx2, avx512, neon

    /// Whether this processor can run it.
    public var isSupported: Bool { CTrellis_supports(identifier) }

    /// The fastest that this processor can run.
    public static let best = [TrellisKernel.avx512, .avx2, .neon].first(where: \.isSupported) ?? .portable

    var identifier: CTrellis_kernel {
        switch self {
        case .portable: CTrellis_portable
        case .avx2: CTrellis_avx2
        case .avx512: CTrellis_avx512
        case .neon: CTrellis_neon
        }
    }
}

/// The memory that a trellis may take for the decisions that are not settled yet.
///
/// The decisions are a bit for each state and element. They are kept until the ways into all states have a common ancestor, which is
/// some tens of constraint heights back; what lies before it is then settled, exactly as if everything had been kept to the end.
/// `limit` is reached only where hardly any element may change. Then the way that is best so far is made final, and those that
/// contradict it are given up.
package struct TrellisMemory {
    /// Bytes to begin with: few enough for the cache.
    var start = 256 << 10
    /// Bytes never to be exceeded, unless a single block needs more.
    var limit = 64 << 20

    package init() {}

    init(start: Int, limit: Int) {
        self.start = start
        self.limit = limit
    }
}

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
