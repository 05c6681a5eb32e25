/// What a caller may choose about sealing.
public struct SealOptions: Sendable {
    public var method: EmbeddingMethodIdentifier
    /// The codec of instances for which the caller of ``InstanceSealer/seal(_:name:encoding:)`` names none.
    /// Of the trellis of `stc`, 7 … 12; other methods have none.
    public var constraintHeight: Int
    /// What of the pixels must stay as it is.
    public var region: RegionPolicy
    public var codec: StegoCodec
    /// The study key encapsulated for the files' reader at rest; `nil` leaves the file to the session's key alone.
    public var capsule: [UInt8]?

    /// - Parameter region: by default what ``defaultScope(for:)`` says.
    public init(
        method: EmbeddingMethodIdentifier = .reversible, constraintHeight: Int = SyndromeTrellisEmbedding.defaultConstraintHeight,
        region: RegionPolicy? = nil, codec: StegoCodec = .j2k, capsule: [UInt8]? = nil
    ) {
        self.method = method
        self.constraintHeight = constraintHeight
        self.region = region ?? RegionPolicy(scope: Self.defaultScope(for: method))
        self.codec = codec
        self.capsule = capsule
    }

    /// The reversible method gives every sample back, and `lsb` is the classic baseline: both may use all of the image. The others are
    /// made to leave alone what a reader looks at.
    public static func defaultScope(for method: EmbeddingMethodIdentifier) -> RegionPolicy.Scope {
        switch method {
        case .reversible, .leastSignificantBit: .everywhere
        case .hamming, .syndromeTrellis: .regionOfNonInterest
        }
    }

    /// The method with what was chosen about it.
    ///
    /// - Throws: ``EmbeddingError`` `unsupported` for a constraint height that there is no code for.
    func embeddingMethod() throws(EmbeddingError) -> any EmbeddingMethod {
        guard method == .syndromeTrellis else { return Embeddings.method(method) }
        return try SyndromeTrellisEmbedding(constraintHeight: constraintHeight)
    }
}
