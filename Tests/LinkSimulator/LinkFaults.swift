import Basics

/// What is still to happen to single bytes of each direction.
struct LinkFaults {
    struct Outcome {
        var bytes: [UInt8]
        var flips = 0
        var cut: LinkConditions.CutKind?
    }

    private var remaining: [LinkFault]
    private let flipEvery: Int?
    /// Bytes of each direction so far, all connections together.
    private var passed = LinkDirection.allCases.map { _ in 0 }

    init(_ conditions: LinkConditions) {
        remaining = conditions.faults
        flipEvery = conditions.flipEvery.map { max(1, $0) }
    }

    /// What comes out for these bytes, which are the next of their direction.
    mutating func apply(to bytes: [UInt8], _ direction: LinkDirection) -> Outcome {
        let begin = passed[direction.rawValue]
        let end = begin + bytes.count
        passed[direction.rawValue] = end
        var outcome = Outcome(bytes: bytes)
        if let flipEvery {
            for offset in stride(from: (begin / flipEvery + 1) * flipEvery - 1, to: end, by: flipEvery) {
                outcome.bytes[offset - begin] ^= 0x04
                outcome.flips += 1
            }
        }
        for fault in remaining where fault.direction == direction && (begin..<end).contains(fault.offset) {
            switch fault.kind {
            case .flip:
                outcome.bytes[fault.offset - begin] ^= 0x04
                outcome.flips += 1
            case .cut, .reset:
                outcome.bytes.removeLast(end - fault.offset)
                outcome.cut = fault.kind == .cut ? .finish : .reset
                remaining.removeAll { $0.direction == direction && $0.offset <= fault.offset }
                return outcome
            }
        }
        remaining.removeAll { $0.direction == direction && $0.offset < end }
        return outcome
    }
}
