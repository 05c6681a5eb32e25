/// All methods, and extraction that finds out which one was used.
public enum Embeddings {
    /// The method with this identifier.
    public static func method(_ identifier: EmbeddingMethodIdentifier) -> any EmbeddingMethod {
        switch identifier {
        case .reversible: ReversibleEmbedding()
        case .leastSignificantBit: LeastSignificantBitEmbedding()
        case .hamming: HammingEmbedding()
        case .syndromeTrellis: SyndromeTrellisEmbedding()
        }
    }

    /// What is embedded under this key, if anything, without taking it out.
    ///
    /// - Throws: ``EmbeddingError``: `nothingFound`, `unsupported`, `invalidPlanes`.
    public static func detect(in planes: SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> EmbeddingMethodIdentifier {
        try ParameterBlock.read(from: planes, key: key).block.method
    }

    /// Takes the payload out by the method that put it in.
    ///
    /// - Parameter planes: stego samples; afterwards the cover if `isRestored`, else the stego samples still.
    /// - Throws: ``EmbeddingError``: `nothingFound`, `unsupported`, `damaged`, `invalidPlanes`; the planes are unchanged then.
    public static func extract(from planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> Extraction {
        let found = try ParameterBlock.read(from: planes, key: key)
        let payload =
            switch found.block.method {
            case .reversible: try ReversibleEmbedding().extract(found, from: &planes, key: key)
            case .leastSignificantBit: try LeastSignificantBitEmbedding().extract(found, from: planes, key: key)
            case .hamming: try HammingEmbedding().extract(found, from: planes, key: key)
            case .syndromeTrellis: try SyndromeTrellisEmbedding().extract(found, from: planes, key: key)
            }
        return Extraction(method: found.block.method, payload: payload, isRestored: found.block.method == .reversible)
    }
}

/// What ``Embeddings/extract(from:key:)`` found.
public struct Extraction: Hashable, Sendable {
    public let method: EmbeddingMethodIdentifier
    public let payload: [UInt8]
    /// Whether the planes are the cover again; otherwise ``EmbeddingMethod/restore(_:restoration:key:)`` is still due.
    public let isRestored: Bool
}
