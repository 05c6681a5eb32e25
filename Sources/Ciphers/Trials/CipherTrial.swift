import Basics

/// The measurements of one cipher on one image: exactness, statistics beside their critical values, speed.
public struct CipherTrial: Sendable {
    public static let alpha = 0.001

    public let label: String
    public let strength: CipherStrength
    public let keySpace: String
    /// Whether every bit came back.
    public let isExact: Bool
    /// The fastest of the runs.
    public let encryption, decryption: Duration
    /// Of the image as stored: a byte a sample for at most 8 bits, else two.
    public let storedByteCount: Int
    public let statistics: Statistics
    /// Bits of ciphertext for each sample, less the sample's own.
    public let expansion: Double
    /// The part of the ciphertext's bits that is left after a Huffman code of differences: 1 or more where it does not compress.
    public let compressedRate: Double
    /// The part of the samples that are exact after a tenth of the ciphertext's samples became random, or a quarter of its area black; nil
    /// for containers, which nothing restores, or which refuse.
    public let afterNoise, afterCrop: Double?

    public struct Statistics: Sendable {
        public let entropy, expectedEntropy: Double
        public let chiSquare: ChiSquare?
        /// To the right, down, and along the diagonal.
        public let correlations: [Correlation?]
        /// One sample changed, fresh keys.
        public let difference: DifferenceMetrics
        /// The same image, keys that differ in one bit.
        public let keySensitivity: DifferenceMetrics
    }

    /// Megabytes a second, of the slower direction.
    public var speed: Double { Double(storedByteCount) / 1e6 / max(encryption.seconds, decryption.seconds) }

    /// - Parameters:
    ///   - runs: at least 1; the fastest counts.
    ///   - seed: of the keys.
    /// - Throws: ``CipherError``.
    public init(_ subject: TrialSubject, _ image: Plane, runs: Int, seed: UInt8) throws(CipherError) {
        let plane = try subject.part(of: image)
        let cipher = subject.cipher
        let key = try StageKey(bytes: [UInt8](repeating: seed, count: StageKey.byteCount))
        (label, strength, keySpace) = (subject.label, cipher.strength, subject.keySpace)

        var ciphertext = try cipher.encrypt(plane, key: key)
        var opened = try cipher.decrypt(ciphertext, key: key)
        var (fastest, fastestBack) = (Duration.seconds(3600), Duration.seconds(3600))
        for _ in 0..<max(1, runs) {
            let start = ContinuousClock.now
            ciphertext = try cipher.encrypt(plane, key: key)
            let middle = ContinuousClock.now
            opened = try cipher.decrypt(ciphertext, key: key)
            fastest = min(fastest, middle - start)
            fastestBack = min(fastestBack, ContinuousClock.now - middle)
        }
        isExact = opened == plane
        (encryption, decryption) = (fastest, fastestBack)
        storedByteCount = plane.samples.count * (plane.bits > 8 ? 2 : 1)
        expansion = Double(ciphertext.bitCount) / Double(plane.samples.count) - Double(plane.bits)

        let seen = try ciphertext.seen()
        compressedRate = Double(HuffmanBlowfish.compress(seen).count * 8) / Double(seen.samples.count * seen.bits)
        var changed = plane.samples
        changed[changed.count / 2] ^= 1
        let fresh = try StageKey(bytes: [UInt8](repeating: seed &+ 1, count: StageKey.byteCount))
        let near = try StageKey(bytes: [seed ^ 1] + [UInt8](repeating: seed, count: StageKey.byteCount - 1))
        statistics = Statistics(
            entropy: CipherMetrics.entropy(seen.samples, bits: seen.bits),
            expectedEntropy: CipherMetrics.expectedEntropy(sampleCount: seen.samples.count, bits: seen.bits),
            chiSquare: CipherMetrics.chiSquare(seen.samples, bits: seen.bits),
            correlations: [(1, 0), (0, 1), (1, 1)].map { CipherMetrics.correlation(seen, right: $0.0, down: $0.1) },
            difference: try Self.difference(seen, try cipher.encrypt(try plane.with(samples: changed), key: fresh)),
            keySensitivity: try Self.difference(seen, try cipher.encrypt(plane, key: near)))

        func exactRate(_ damage: Damage) throws(CipherError) -> Double? {
            guard case .plane(let whole) = ciphertext else { return nil }
            return plane.equalRate(try cipher.decrypt(.plane(try damage.applied(to: whole, seed: UInt64(seed))), key: key))
        }
        afterNoise = try exactRate(.noise(oneIn: 10))
        afterCrop = try exactRate(.crop)
    }

    /// Of containers as far as both reach: their lengths may differ.
    private static func difference(_ left: Plane, _ right: Ciphertext) throws(CipherError) -> DifferenceMetrics {
        let right = try right.seen()
        let count = min(left.samples.count, right.samples.count)
        func part(_ plane: Plane) throws(CipherError) -> Plane {
            try Plane(width: count, height: 1, bits: plane.bits, samples: Array(plane.samples.prefix(count)))
        }
        return try DifferenceMetrics(try part(left), try part(right))
    }
}

extension Ciphertext {
    /// The ciphertext as a plane for statistics: a container's bytes as a nearly square image of 8 bits, without those that do not fill a
    /// row.
    public func seen() throws(CipherError) -> Plane {
        switch self {
        case .plane(let plane): return plane
        case .container(let bytes):
            let width = max(1, Int(Double(bytes.count).squareRoot()))
            let height = max(1, bytes.count / width)
            return try Plane(width: width, height: height, bits: 8, samples: bytes.prefix(width * height).map(UInt16.init))
        }
    }
}

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
