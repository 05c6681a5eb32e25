/// All ciphers by name.
public enum CipherRegistry {
    /// The cipher that a name stands for: the strengthened variant where there is a published one.
    public static func cipher(_ name: CipherName) -> any ImageCipher {
        switch name {
        case .pixelShuffle: PixelShuffle()
        case .triangularPropeller: TriangularPropeller()
        case .quantumDES: QuantumDES()
        case .homomorphic: Homomorphic()
        case .arnoldAES: ArnoldAES()
        case .policyTree: PolicyTree()
        case .chaoticStream: ChaoticStream()
        case .chaoticBlockShuffle: ChaoticBlockShuffle()
        case .subkeyRounds: SubkeyRounds()
        case .blowfishSigncryption: BlowfishSigncryption()
        case .huffmanBlowfish: HuffmanBlowfish()
        case .aesGCM: AESGCMCipher()
        case .permutation: PermutationCipher()
        case .addition: AdditionCipher()
        case .dna: DNA()
        }
    }

    /// Whether ``cipher(_:)`` makes planes; the others make containers.
    public static func makesPlanes(_ name: CipherName) -> Bool {
        switch name {
        case .homomorphic, .policyTree, .blowfishSigncryption, .huffmanBlowfish, .aesGCM: false
        default: true
        }
    }

    /// - Throws: ``CipherError`` `unknownCipher`.
    public static func cipher(named name: String) throws(CipherError) -> any ImageCipher {
        guard let name = CipherName(rawValue: name) else {
            throw CipherError(
                .unknownCipher, "'\(name)' is no cipher; there are: \(CipherName.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return cipher(name)
    }
}

/// Ciphers one after the other, each under a key of its own.
///
/// A cipher that makes containers can only be the last.
public struct CipherChain: Sendable {
    public static let maximumCount = 8

    public let names: [CipherName]

    /// - Throws: ``CipherError`` `invalidParameter` for none, too many, or a container before the end.
    public init(_ names: [CipherName]) throws(CipherError) {
        guard (1...Self.maximumCount).contains(names.count) else {
            throw CipherError(.invalidParameter, "a chain has 1 to \(Self.maximumCount) ciphers, not \(names.count)")
        }
        self.names = names
    }

    /// Refuses a chain whose ciphers are all weak or keep something of the image.
    ///
    /// - Throws: ``CipherError`` `invalidParameter`, naming the chain.
    public func requireProtection() throws(CipherError) {
        guard names.contains(where: { CipherRegistry.cipher($0).strength.isSufficientAlone }) else {
            throw CipherError(
                .invalidParameter, "\(names.map(\.rawValue).joined(separator: ", ")): none of these protects an image by itself")
        }
    }

    /// - Parameter keyOf: the key of the cipher at a place of the chain, from 0 (``StageKey/init(contentKey:stage:index:header:)``).
    /// - Throws: as the ciphers; `invalidParameter` for a container before the end.
    public func encrypt(
        _ plane: Plane, keyOf: (CipherName, UInt8) throws(CipherError) -> StageKey
    ) throws(CipherError) -> Ciphertext {
        var current = Ciphertext.plane(plane)
        for (index, name) in names.enumerated() {
            guard case .plane(let plane) = current else {
                throw CipherError(.invalidParameter, "\(names[index - 1].rawValue) makes a container; no cipher can come after it")
            }
            current = try CipherRegistry.cipher(name).encrypt(plane, key: try keyOf(name, UInt8(index)))
        }
        return current
    }

    /// The inverse of ``encrypt(_:keyOf:)``.
    ///
    /// - Throws: as the ciphers.
    public func decrypt(
        _ ciphertext: Ciphertext, keyOf: (CipherName, UInt8) throws(CipherError) -> StageKey
    ) throws(CipherError) -> Plane {
        var current = ciphertext
        for (index, name) in names.enumerated().reversed() {
            current = .plane(try CipherRegistry.cipher(name).decrypt(current, key: try keyOf(name, UInt8(index))))
        }
        return try current.plane()
    }
}
