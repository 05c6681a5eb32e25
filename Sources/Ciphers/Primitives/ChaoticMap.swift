/// Chaotic maps in fixed point: no floating point anywhere, so that every machine makes the same numbers and every image comes back whole.
///
/// Their numbers look random and are not: a finite state runs into a cycle, and some of its numbers may give the state away.
public enum ChaoticMap: UInt8, CaseIterable, Hashable, Sendable {
    /// x ← 4x(1 − x) on 64 binary places.
    case logistic = 0
    /// x ← 1 − 1.4x² + y, y ← 0.3x on 60 binary places.
    case henon = 1
}

/// The state of a chaotic map.
struct ChaoticOrbit {
    private static let henonA: Int64 = 0x1666_6666_6666_6666  // floor(1.4 · 2^60)
    private static let henonB: Int64 = 0x04CC_CCCC_CCCC_CCCC  // floor(0.3 · 2^60)
    private static let one: Int64 = 1 << 60

    let map: ChaoticMap
    /// The logistic map's x as a fraction of 2^64.
    private(set) var x: UInt64
    /// The Hénon map's x and y as multiples of 2^−60.
    private var point: (x: Int64, y: Int64)

    /// - Parameter seed: the logistic map's x; the Hénon map begins with x = (seed mod 2^60) − 2^59 and y = 0, in multiples of 2^−60.
    init(_ map: ChaoticMap, seed: UInt64) {
        self.map = map
        x = seed
        point = (Int64(seed & ((1 << 60) - 1)) - (1 << 59), 0)
    }

    /// Mixes random bits into the state: all bits of the logistic map's x, the low 40 bits of the Hénon map's x.
    @inline(__always)
    mutating func perturb(_ bits: UInt64) {
        switch map {
        case .logistic: x ^= bits
        case .henon: point.x ^= Int64(bits & 0xFF_FFFF_FFFF)
        }
    }

    /// One step; bits 16 … 47 of the new x.
    @inline(__always)
    mutating func next() -> UInt32 {
        switch map {
        case .logistic:
            x = x.multipliedFullWidth(by: 0 &- x).high &<< 2
            return UInt32(truncatingIfNeeded: x &>> 16)
        case .henon:
            let square = Self.product(point.x, point.x)
            var next = Self.one &- Self.product(Self.henonA, square) &+ point.y
            // Outside the map's basin x would run away; a quarter of it is inside again.
            if next.magnitude > UInt64(Self.one) &<< 1 { next &>>= 2 }
            point = (next, Self.product(Self.henonB, point.x))
            return UInt32(truncatingIfNeeded: next &>> 16)
        }
    }

    /// floor(l · r / 2^60), for a product below 2^123.
    @inline(__always)
    private static func product(_ left: Int64, _ right: Int64) -> Int64 {
        let (high, low) = left.multipliedFullWidth(by: right)
        return high &<< 4 | Int64(truncatingIfNeeded: low &>> 60)
    }
}

/// The numbers of a chaotic map under a key: seeded from the stream, and perturbed with 64 of its bits after every 64 steps.
struct PerturbedOrbit: ~Copyable {
    private static let stepsBetweenPerturbations = 64

    private var orbit: ChaoticOrbit
    private var stream: PseudorandomStream
    private var remaining = Self.stepsBetweenPerturbations

    init(_ map: ChaoticMap, _ key: StageKey) throws(CipherError) {
        var stream = try PseudorandomStream(key, "chaos")
        let seed = try stream.nextDoubleWord()
        orbit = ChaoticOrbit(map, seed: seed)
        self.stream = stream
    }

    @inline(__always)
    mutating func next() throws(CipherError) -> UInt32 {
        if remaining == 0 {
            orbit.perturb(try stream.nextDoubleWord())
            remaining = Self.stepsBetweenPerturbations
        }
        remaining &-= 1
        return orbit.next()
    }
}
