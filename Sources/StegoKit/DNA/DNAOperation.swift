/// How a strand is combined with the key strand, base by base.
enum DNAOperation: UInt8, CaseIterable, Sendable {
    /// Labels added modulo 4.
    case addition = 0
    /// The key's labels subtracted modulo 4.
    case subtraction = 1
    /// Labels combined by exclusive or.
    case exclusiveOr = 2

    /// The operation as masks, so that the inner loop has no branches.
    struct Masks {
        /// All ones when a bit is carried into the high bit of a pair.
        let carry: UInt64
        /// All ones when the carried bit is a borrow.
        let borrow: UInt64
    }

    /// Three operations out of 256 values as evenly as it goes: 86, 85, 85.
    @inline(__always)
    init(selector: UInt8) {
        switch (UInt16(selector) &* 3) &>> 8 {
        case 0: self = .addition
        case 1: self = .subtraction
        default: self = .exclusiveOr
        }
    }

    @inline(__always)
    var masks: Masks {
        switch self {
        case .addition: Masks(carry: .max, borrow: 0)
        case .subtraction: Masks(carry: .max, borrow: .max)
        case .exclusiveOr: Masks(carry: 0, borrow: 0)
        }
    }

    /// What undoes the operation.
    @inline(__always)
    var inverse: DNAOperation {
        switch self {
        case .addition: .subtraction
        case .subtraction: .addition
        case .exclusiveOr: .exclusiveOr
        }
    }
}
