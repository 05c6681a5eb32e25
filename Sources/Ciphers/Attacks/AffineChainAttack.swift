/// Reads `triangular-propeller`: the ciphertext of a black image gives the masks, differences of neighbours undo the sum, and a
/// permutation is left.
public struct AffineChainAttack: Attack {
    public let model = AttackModel.chosenPlaintext
    public let summary = "a black image gives the masks; images whose samples number the places give the map"

    public init() {}

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        let plane = try target.plane()
        guard plane.frames == 1 else { throw CipherError(.attackNotApplicable, "this attack takes one frame at a time") }
        let black = try plane.with(samples: [UInt16](repeating: 0, count: plane.samples.count))
        let masks = try oracle.encrypt(black).plane().samples
        let mask = plane.mask
        func strip(_ samples: [UInt16]) -> [UInt16] {
            var difference = zip(samples, masks).map { ($0 &- $1) & mask }
            ChainedAddition.undoForward(&difference, mask: mask) { _ in 0 }
            return difference
        }
        let source = try PermutationAttack.source(plane, oracle) { strip($0) }
        return try PermutationAttack.apply(source, to: try plane.with(samples: strip(plane.samples)))
    }
}
