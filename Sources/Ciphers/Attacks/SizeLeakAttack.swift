/// Tells which of some images `huffman-blowfish` enciphered: by the size alone.
public struct SizeLeakAttack: Attack {
    public let model = AttackModel.ciphertextOnly
    public let summary = "the size tells which of the images it is"
    private let candidates: [Plane]

    /// - Parameter candidates: images, one of which was enciphered.
    public init(candidates: [Plane]) { self.candidates = candidates }

    public func recover(_ target: Ciphertext, with oracle: Oracle) throws(CipherError) -> Plane {
        let size = try target.container().count - PlaneCoding.headerByteCount
        let fitting = candidates.filter { HuffmanBlowfish.compress($0).count == size }
        guard let only = fitting.first, fitting.count == 1 else {
            throw CipherError(.attackNotApplicable, "\(fitting.count) of the images have this size")
        }
        return only
    }
}
