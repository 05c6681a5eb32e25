/// A cipher, or a variant of one, that is measured beside the others.
public struct TrialSubject: Sendable {
    public let label: String
    public let cipher: any ImageCipher
    /// Bits that a search has to try.
    public let keySpace: String
    /// The largest side of an image that it is measured on: arithmetic with big numbers is slow.
    let largestSide: Int
    /// Whether an image of usual size takes minutes.
    public var isSlow: Bool { largestSide < .max }
    /// The attack that breaks it, and the largest side of an image for it; nil where none is known.
    let attack: (attack: @Sendable (Plane, StageKey) throws(CipherError) -> any Attack, largestSide: Int, square: Bool)?

    /// The part of an image on which it is measured, and with which it is shown.
    ///
    /// - Throws: ``CipherError``.
    public func part(of image: Plane) throws(CipherError) -> Plane {
        if attack?.square == true { return try image.limited(to: .max, square: true) }
        return largestSide == .max ? image : try image.limited(to: largestSide)
    }

    init(
        _ label: String, _ cipher: any ImageCipher, keySpace: String = "256", largestSide: Int = .max, attackSide: Int = .max,
        square: Bool = false, attack: (@Sendable (Plane, StageKey) throws(CipherError) -> any Attack)? = nil
    ) {
        (self.label, self.cipher, self.keySpace, self.largestSide) = (label, cipher, keySpace, largestSide)
        self.attack = attack.map { ($0, attackSide, square) }
    }

    /// The fifteen names, the published variants beside the strengthened ones, and the negative controls.
    ///
    /// - Parameter desBits: unknown bits of the DES key that is searched, 1 … 28.
    public static func all(desBits: Int) -> [TrialSubject] {
        let named = CipherName.allCases.flatMap { name -> [TrialSubject] in
            let cipher = CipherRegistry.cipher(name)
            let label = name.rawValue
            switch name {
            case .pixelShuffle:
                return [
                    TrialSubject("\(label), as published", PixelShuffle(.published), keySpace: "0") { _, _ in HistogramKeyAttack() },
                    TrialSubject(label, cipher, attackSide: 256) { _, _ in PermutationAttack(keepsHistogram: true) },
                ]
            case .triangularPropeller: return [TrialSubject(label, cipher) { _, _ in AffineChainAttack() }]
            case .quantumDES:
                return [
                    TrialSubject(label, cipher, keySpace: "56") { (_, key) throws(CipherError) in
                        try DESKeySearch(key, unknownBits: desBits)
                    }
                ]
            case .homomorphic:
                return [
                    TrialSubject("\(label), modular as published", Homomorphic(.modular), keySpace: "0") { _, _ in
                        RationalReconstructionAttack()
                    },
                    TrialSubject(label, cipher),
                    TrialSubject(
                        "\(label), Paillier", Homomorphic(.paillier(modulusBits: 2048)), keySpace: "≈ 112 (factoring)", largestSide: 12),
                ]
            case .arnoldAES:
                return [
                    TrialSubject("arnold map alone", ArnoldAlone(), keySpace: "< 10", attackSide: 512, square: true) { _, _ in
                        ArnoldSearchAttack()
                    },
                    TrialSubject(label, cipher),
                ]
            case .chaoticStream:
                return [
                    TrialSubject("\(label), as published", ChaoticStream(.published), keySpace: "≤ 64") { _, _ in KeystreamAttack() },
                    TrialSubject(label, cipher),
                ]
            case .chaoticBlockShuffle: return [TrialSubject(label, cipher, attackSide: 512) { _, _ in BlockOrderAttack() }]
            case .subkeyRounds: return [TrialSubject(label, cipher, attackSide: 96) { _, _ in CodebookAttack() }]
            case .huffmanBlowfish:
                return [
                    TrialSubject(label, cipher, keySpace: "448") { (plane, _) throws(CipherError) in
                        SizeLeakAttack(candidates: try plane.lookalikes())
                    }
                ]
            case .blowfishSigncryption: return [TrialSubject(label, cipher, keySpace: "448")]
            case .permutation: return [TrialSubject("\(label), key used again", cipher) { _, _ in PermutationAttack() }]
            case .addition: return [TrialSubject("\(label), key used again", cipher) { _, _ in KeystreamAttack(.addition) }]
            case .dna: return [TrialSubject("\(label), key used again", cipher) { _, _ in BaseCodebookAttack() }]
            case .policyTree, .aesGCM: return [TrialSubject(label, cipher)]
            }
        }
        let controls = NegativeControl.allCases.map { control -> TrialSubject in
            TrialSubject("control: \(control.rawValue)", control, keySpace: control == .permutationOnly ? "256" : "0") { _, _ in
                switch control {
                case .fixedStream: KeystreamAttack()
                case .permutationOnly: PermutationAttack()
                case .additiveChain: AffineChainAttack()
                }
            }
        }
        return named + controls
    }
}

extension Plane {
    /// This image and three that hardly differ: two are cut by a row or a column, one has a sample changed.
    func lookalikes() throws(CipherError) -> [Plane] {
        let last = samples.count - 1
        var images = [self, try with(samples: samples[..<last] + [samples[last] ^ 1])]
        if height > 1 { images.append(try cropped(width: width, height: height - 1)) }
        if width > 1 { images.append(try cropped(width: width - 1, height: height)) }
        return images
    }

    /// The part around the centre of the first frame.
    ///
    /// - Parameters:
    ///   - width: 1 … the plane's.
    ///   - height: 1 … the plane's.
    /// - Throws: ``CipherError`` `invalidShape`.
    public func cropped(width newWidth: Int, height newHeight: Int) throws(CipherError) -> Plane {
        guard (1...width).contains(newWidth), (1...height).contains(newHeight) else {
            throw CipherError(.invalidShape, "\(newWidth) × \(newHeight) pixels are no part of the image")
        }
        let (left, top) = ((width - newWidth) / 2, (height - newHeight) / 2)
        var samples: [UInt16] = []
        for row in top..<top + newHeight {
            let start = (row * width + left) * channels
            samples += self.samples[start..<start + newWidth * channels]
        }
        return try Plane(
            width: newWidth, height: newHeight, channels: channels, bits: bits, isSigned: isSigned, samples: samples)
    }

    /// The first frame, with no more rows and samples in a row than a side, and as many of the one as of the other if asked.
    func limited(to side: Int, square: Bool = false) throws(CipherError) -> Plane {
        let width = max(1, min(square ? min(width, height / channels) : width, side / channels))
        return try cropped(width: width, height: min(square ? width * channels : side, height))
    }
}
