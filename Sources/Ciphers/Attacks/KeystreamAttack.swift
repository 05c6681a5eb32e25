/// Reads any cipher c = p XOR k or p + k whose key stream is used again: one known image gives the stream.
///
/// Against a sound cipher it shows why a key enciphers one image; against a chaotic stream or a fixed one it is the break.
public struct KeystreamAttack: Attack {
    public enum Operation: Hashable, Sendable {
        case exclusiveOr
        case addition
    }

    public let model = AttackModel.knownPlaintext
    public let summary = "one known image gives the key stream"
    private let operation: Operation
    private let known: Plane?

    /// - Parameter known: the image that the attacker knows; a black one of the target's shape by default.
    public init(_ operation: Operation = .exclusiveOr, known: Plane? = nil) {
        self.operation = operation
        self.known = known
    }

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        let plane = try target.plane()
        let known = try knownPlane(plane)
        guard known.samples.count == plane.samples.count, known.bits == plane.bits else {
            throw CipherError(.attackNotApplicable, "the known image has another shape")
        }
        let answer = try oracle.encrypt(known).plane().samples
        let samples = plane.samples.indices.map { index in
            switch operation {
            case .exclusiveOr: plane.samples[index] ^ answer[index] ^ known.samples[index]
            case .addition: (plane.samples[index] &- answer[index] &+ known.samples[index]) & plane.mask
            }
        }
        return try plane.with(samples: samples)
    }

    private func knownPlane(_ plane: Plane) throws(CipherError) -> Plane {
        if let known { return known }
        return try plane.black()
    }
}

extension Plane {
    /// The plane of the same shape whose samples are all 0.
    func black() throws(CipherError) -> Plane { try with(samples: [UInt16](repeating: 0, count: samples.count)) }
}
