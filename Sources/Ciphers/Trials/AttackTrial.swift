/// One attack on one image: whether it read the image, and how long it took.
public struct AttackTrial: Sendable {
    public let label: String
    public let model: AttackModel
    public let summary: String
    public let width, height: Int
    public let queryCount: Int
    public let duration: Duration
    /// The part of the samples that the attack found, 0 … 1; 1 is a break.
    public let recoveredRate: Double
    /// Why the attack could not be made on this image, if so.
    public let reason: String?

    /// - Returns: nil where no attack is known.
    /// - Throws: ``CipherError``.
    public static func run(_ subject: TrialSubject, _ image: Plane, seed: UInt8) throws(CipherError) -> AttackTrial? {
        guard let (make, side, square) = subject.attack else { return nil }
        let plane = try image.limited(to: side, square: square)
        let key = try StageKey(bytes: [UInt8](repeating: seed, count: StageKey.byteCount))
        let attack = try make(plane, key)
        let target = try subject.cipher.encrypt(plane, key: key)
        let oracle = Oracle(subject.cipher, key: key)
        let start = ContinuousClock.now
        var (rate, reason): (Double, String?) = (0, nil)
        do {
            rate = plane.equalRate(try attack.recover(target, with: oracle))
        } catch {
            guard error.code == .attackNotApplicable else { throw error }
            reason = error.reason
        }
        return AttackTrial(
            label: subject.label, model: attack.model, summary: attack.summary, width: plane.width, height: plane.height,
            queryCount: oracle.queryCount, duration: ContinuousClock.now - start, recoveredRate: rate, reason: reason)
    }
}
