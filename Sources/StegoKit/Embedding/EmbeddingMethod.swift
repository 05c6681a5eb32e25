/// A way to hide bytes in samples. Conformers are stateless values.
///
/// Every method leaves parameters in the least significant bits of a few keyed samples (``ParameterBlock``), so that
/// ``Embeddings/extract(from:key:)`` finds out by itself what was done. Every method leaves a ``SamplePlanes/regionOfInterest`` bit for
/// bit as it is; extraction needs the stego samples and the key only.
public protocol EmbeddingMethod: Sendable {
    static var identifier: EmbeddingMethodIdentifier { get }

    /// Payload bytes that surely fit, whatever they are. Costs as much as an embedding or more: call ``embed(_:into:key:)`` first and
    /// take the figure from the error when it does not fit.
    func capacity(of planes: SamplePlanes) -> Int

    /// Hides a payload.
    ///
    /// - Parameters:
    ///   - payload: should look random (it is sealed bytes); what is embedded is enciphered once more all the same.
    ///   - planes: the cover; the stego samples afterwards, or unchanged when an error is thrown.
    /// - Throws: ``EmbeddingError``: `payloadTooLarge`, `invalidPlanes`.
    func embed(_ payload: [UInt8], into planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> Embedding

    /// Takes the payload out. A reversible method leaves the cover in `planes`, another leaves the stego samples.
    ///
    /// - Throws: ``EmbeddingError``: `nothingFound`, `unsupported`, `damaged`, `invalidPlanes`; the planes are unchanged then.
    func extract(from planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> [UInt8]

    /// Turns stego samples into the cover by the restoration data of the embedding. A reversible method has nothing to do.
    ///
    /// - Throws: ``EmbeddingError``: `invalidRestoration`, `nothingFound`, `unsupported`; the planes are unchanged then.
    func restore(_ planes: inout SamplePlanes, restoration: [UInt8], key: InstanceKey) throws(EmbeddingError)
}

/// The methods by name. Raw values are part of the format and never change their meaning.
public enum EmbeddingMethodIdentifier: UInt8, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    case reversible = 1
    case leastSignificantBit = 2
    case hamming = 3
    case syndromeTrellis = 4

    /// The name on command lines and in reports.
    public var name: String {
        switch self {
        case .reversible: "reversible"
        case .leastSignificantBit: "lsb"
        case .hamming: "hamming"
        case .syndromeTrellis: "stc"
        }
    }

    public init?(name: String) {
        guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }

    public var description: String { name }
}

/// What an embedding did.
public struct Embedding: Hashable, Sendable {
    public let method: EmbeddingMethodIdentifier
    /// Payload bits.
    public let payloadBits: Int
    /// Samples that differ from the cover.
    public let changedSamples: Int
    /// What the receiver needs besides the stego samples to get the cover back; nil for reversible methods. To be sealed by the caller.
    public let restoration: [UInt8]?
}
