import SeededRandomness

/// The protocol of Bennett and Brassard (Quantum Cryptography, 1984) for a classroom: an eavesdropper is found out.
///
/// **Nothing that protects a patient may come from here.** A computer has no photons: the randomness is that of a seed, and the result is a
/// ``ClassroomKey``, which no cipher takes. Real quantum keys come through ``QuantumKeyClient``.
public struct BB84Simulation: Sendable {
    /// Photons that are sent, 64 … 2^20.
    public let photons: Int
    /// The part of the photons that an eavesdropper measures and sends again, 0 … 1.
    public let interception: Double
    /// The part of the bits that the channel flips, 0 … 1.
    public let channelError: Double

    /// Above this error rate of the sifted bits nothing secret is left (Shor and Preskill: Simple Proof of Security of the BB84 Protocol,
    /// 2000).
    public static let largestErrorRate = 0.11
    /// Bits that privacy amplification takes off beyond the parities that were told.
    static let securityBits = 64

    /// - Throws: ``CipherError`` `invalidParameter`.
    public init(photons: Int, interception: Double = 0, channelError: Double = 0) throws(CipherError) {
        guard (64...1 << 20).contains(photons), (0...1).contains(interception), (0...1).contains(channelError) else {
            throw CipherError(.invalidParameter, "64 to 2^20 photons, and parts between 0 and 1")
        }
        (self.photons, self.interception, self.channelError) = (photons, interception, channelError)
    }

    /// The state in which both parties ended.
    public struct Outcome: Sendable {
        /// Bits whose bases were the same.
        public let siftedBits: Int
        /// Of those that both parties compared, the part that differed. An eavesdropper of all photons makes it a quarter.
        public let errorRate: Double
        /// Bits that differed and were corrected.
        public let correctedBits: Int
        /// Parities that were told.
        public let toldParities: Int
        /// nil where the error rate is too high, where errors are left, or where nothing is left after amplification.
        public let key: ClassroomKey?
    }

    public func run(seed: UInt64) -> Outcome {
        var generator = SplitMix64(seed: seed)
        var (alice, bob) = sifted(&generator)
        let siftedBits = alice.count
        // A quarter of the sifted bits is compared openly and thrown away.
        let order = alice.indices.shuffled(using: &generator)
        let compared = order.prefix(siftedBits / 4)
        let differing = compared.count { alice[$0] != bob[$0] }
        let errorRate = compared.isEmpty ? 1 : Double(differing) / Double(compared.count)
        let kept = order.dropFirst(compared.count)
        (alice, bob) = (kept.map { alice[$0] }, kept.map { bob[$0] })
        guard errorRate <= Self.largestErrorRate else {
            return Outcome(siftedBits: siftedBits, errorRate: errorRate, correctedBits: 0, toldParities: 0, key: nil)
        }
        var reconciliation = ParityReconciliation(alice: alice, bob: bob, errorRate: errorRate)
        reconciliation.run(&generator)
        let length =
            Int(Double(alice.count) * (1 - BinaryEntropy.bits(max(errorRate, 0.001)))) - reconciliation.toldParities - Self.securityBits
        var key: ClassroomKey?
        if reconciliation.bob == alice, length > 0 {
            let seed = (0..<alice.count + length - 1).map { _ in Bool.random(using: &generator) }
            key = ClassroomKey(bits: PrivacyAmplification.toeplitz(alice, seed: seed, length: length))
        }
        return Outcome(
            siftedBits: siftedBits, errorRate: errorRate, correctedBits: reconciliation.corrections,
            toldParities: reconciliation.toldParities, key: key)
    }

    /// The bits of both parties where they chose the same basis.
    private func sifted(_ generator: inout SplitMix64) -> (alice: [Bool], bob: [Bool]) {
        var (alice, bob): ([Bool], [Bool]) = ([], [])
        for _ in 0..<photons {
            let (bit, basis) = (Bool.random(using: &generator), Bool.random(using: &generator))
            var photon = (bit: bit, basis: basis)
            if Double.random(in: 0..<1, using: &generator) < interception {
                let eavesdropperBasis = Bool.random(using: &generator)
                photon = (Self.measure(photon, in: eavesdropperBasis, &generator), eavesdropperBasis)
            }
            let bobBasis = Bool.random(using: &generator)
            var measured = Self.measure(photon, in: bobBasis, &generator)
            if Double.random(in: 0..<1, using: &generator) < channelError { measured.toggle() }
            if bobBasis == basis {
                alice.append(bit)
                bob.append(measured)
            }
        }
        return (alice, bob)
    }

    /// The bit in the basis of the photon, a random one in the other.
    private static func measure(_ photon: (bit: Bool, basis: Bool), in basis: Bool, _ generator: inout SplitMix64) -> Bool {
        photon.basis == basis ? photon.bit : Bool.random(using: &generator)
    }

}

/// The result of a simulation. No cipher takes it.
public struct ClassroomKey: Hashable, Sendable {
    public let bits: [Bool]
}
