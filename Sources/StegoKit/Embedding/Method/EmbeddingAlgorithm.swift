/// A way to hide bytes in samples, with what was chosen about it: all that the rest of the program knows of a method.
///
/// A new method is a type that conforms, in a folder of its own, and a line in ``EmbeddingMethod/registry``.
///
/// Every method leaves a ``ParameterBlock`` in the samples, from which ``EmbeddingMethod/extract(from:key:)`` finds out what was done.
/// Every method leaves a ``SamplePlanes/regionOfInterest`` bit for bit as it is; extraction needs the stego samples and the key only.
protocol EmbeddingAlgorithm: Sendable {
    /// In the format: 1 … 15. A number never changes its meaning.
    static var number: UInt8 { get }
    /// On command lines, between peers and in reports: lower-case letters and digits.
    static var name: String { get }
    /// For people, behind its name: what it is made for, in a few words.
    static var summary: String { get }
    /// For people: how it works, and what that costs.
    static var explanation: String { get }
    /// The samples that may change unless a caller chooses.
    static var defaultScope: RegionPolicy.Scope { get }
    /// Whether extraction gives the cover back by itself.
    static var isReversible: Bool { get }
    /// The parameters that can be chosen; none by default.
    static var parameters: [EmbeddingParameter] { get }

    /// - Parameter parameters: each in its range.
    init(_ parameters: EmbeddingParameters)

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
    /// - Parameter found: parameters of this method.
    /// - Throws: ``EmbeddingError``: `nothingFound`, `unsupported`, `damaged`, `invalidPlanes`; the planes are unchanged then.
    func extract(_ found: ParameterBlock.Found, from planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> [UInt8]

    /// Turns stego samples into the cover by the restoration data of the embedding. A reversible method has nothing to do.
    ///
    /// - Parameter found: parameters of this method.
    /// - Throws: ``EmbeddingError``: `invalidRestoration`; the planes are unchanged then.
    func restore(_ found: ParameterBlock.Found, in planes: inout SamplePlanes, restoration: [UInt8]) throws(EmbeddingError)
}

extension EmbeddingAlgorithm {
    static var parameters: [EmbeddingParameter] { [] }
}

/// A whole number that can be chosen about a method.
public struct EmbeddingParameter: Hashable, Sendable {
    /// In specifications of methods, in reports and in `--json` lines.
    public let name: String
    public let range: ClosedRange<Int>
    /// Where nothing is chosen.
    public let standard: Int
}

/// The values of a method's parameters.
struct EmbeddingParameters: Hashable, Sendable {
    private(set) var values: [String: Int] = [:]

    /// - Parameter parameter: one of the method's.
    subscript(parameter: EmbeddingParameter) -> Int {
        get { values[parameter.name] ?? parameter.standard }
        set { values[parameter.name] = newValue }
    }
}

/// The result of an embedding.
public struct Embedding: Hashable, Sendable {
    /// Payload bits.
    public let payloadBits: Int
    /// Samples that differ from the cover.
    public let changedSamples: Int
    /// The bytes that the receiver needs besides the stego samples to get the cover back; nil for reversible methods. To be sealed by the
    /// caller.
    public let restoration: [UInt8]?
}
