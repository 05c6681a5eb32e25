/// An embedding method with what was chosen about it: one value from the command line and the outbox to the sealer.
public struct EmbeddingMethod: Sendable {
    private let type: any EmbeddingAlgorithm.Type
    private let values: EmbeddingParameters

    /// All methods, in the order in which they are listed for people.
    static let registry: [any EmbeddingAlgorithm.Type] = [
        ReversibleEmbedding.self,
        LeastSignificantBitEmbedding.self,
        HammingEmbedding.self,
        SyndromeTrellisEmbedding.self,
    ]

    /// All methods, with the usual parameters.
    public static let all = registry.map { EmbeddingMethod($0) }

    public static let reversible = EmbeddingMethod(ReversibleEmbedding.self)
    public static let leastSignificantBit = EmbeddingMethod(LeastSignificantBitEmbedding.self)
    public static let hamming = EmbeddingMethod(HammingEmbedding.self)
    public static let syndromeTrellis = EmbeddingMethod(SyndromeTrellisEmbedding.self)

    private init(_ type: any EmbeddingAlgorithm.Type, _ chosen: EmbeddingParameters = EmbeddingParameters()) {
        self.type = type
        // All values are kept, the usual ones too: a release with other usual values embeds alike.
        var values = EmbeddingParameters()
        for parameter in type.parameters { values[parameter] = chosen[parameter] }
        self.values = values
    }

    /// - Throws: ``EmbeddingError`` `unsupported` for a number that no method has.
    init(number: UInt8) throws(EmbeddingError) {
        guard let type = Self.registry.first(where: { $0.number == number }) else {
            throw .unsupported("embedding method number \(number)")
        }
        self.init(type)
    }

    /// The method that a specification names: `stc`, or, with parameters, `stc:constraintHeight=12`.
    ///
    /// - Throws: ``EmbeddingError`` `unsupported` for names and numbers that there are not, with those that there are.
    public init(specification: String) throws(EmbeddingError) {
        let parts = specification.split(separator: ":", omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let type = Self.registry.first(where: { $0.name == name }) else { throw .noMethod(name, Self.all.map(\.name)) }
        var method = EmbeddingMethod(type)
        for part in parts.dropFirst() {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, let value = Int(sides[1]) else { throw .malformedParameter(String(part), of: name) }
            method = try method.setting(String(sides[0]), to: value)
        }
        self = method
    }

    /// The method with one parameter chosen.
    ///
    /// - Throws: ``EmbeddingError`` `unsupported` if the method has no such parameter or the value is out of its range.
    public func setting(_ name: String, to value: Int) throws(EmbeddingError) -> EmbeddingMethod {
        guard let parameter = type.parameters.first(where: { $0.name == name }) else {
            throw .noParameter(name, of: self.name, type.parameters.map(\.name))
        }
        guard parameter.range.contains(value) else { throw .outOfRange(parameter, value) }
        var values = values
        values[parameter] = value
        return EmbeddingMethod(type, values)
    }

    /// In the format.
    public var number: UInt8 { type.number }
    /// On command lines, between peers and in reports.
    public var name: String { type.name }
    /// For people, behind its name: what it is made for, in a few words.
    public var summary: String { type.summary }
    /// For people: how it works, and what that costs.
    public var explanation: String { type.explanation }
    /// The samples that may change unless a caller chooses.
    public var defaultScope: RegionPolicy.Scope { type.defaultScope }
    /// Whether extraction gives the cover back by itself.
    public var isReversible: Bool { type.isReversible }
    /// The parameters that can be chosen.
    public var parameters: [EmbeddingParameter] { type.parameters }
    /// The value of every parameter, by name.
    public var parameterValues: [String: Int] { values.values }

    /// The method and its parameters in one word, which ``init(specification:)`` reads.
    public var specification: String {
        ([name] + parameters.map { "\($0.name)=\(values[$0])" }).joined(separator: ":")
    }
}

extension EmbeddingMethod: Hashable, Codable, CustomStringConvertible {
    public static func == (left: EmbeddingMethod, right: EmbeddingMethod) -> Bool {
        left.number == right.number && left.values == right.values
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(number)
        hasher.combine(values)
    }

    public init(from decoder: any Decoder) throws {
        try self.init(specification: decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(specification)
    }

    /// For people: the name, and what was chosen other than usual.
    public var description: String {
        let chosen = parameters.filter { values[$0] != $0.standard }
        return ([name] + chosen.map { "\($0.name)=\(values[$0])" }).joined(separator: ":")
    }
}

// MARK: Embedding, extraction

extension EmbeddingMethod {
    private var algorithm: any EmbeddingAlgorithm { type.init(values) }

    /// Payload bytes that surely fit, whatever they are. Costs as much as an embedding or more: call ``embed(_:into:key:)`` first and
    /// take the figure from the error when it does not fit.
    public func capacity(of planes: SamplePlanes) -> Int { algorithm.capacity(of: planes.band ?? planes) }

    /// Hides a payload.
    ///
    /// - Parameters:
    ///   - payload: should look random (it is sealed bytes); what is embedded is enciphered once more all the same.
    ///   - planes: the cover; the stego samples afterwards, or unchanged when an error is thrown.
    /// - Throws: ``EmbeddingError``: `payloadTooLarge`, `invalidPlanes`.
    public func embed(_ payload: [UInt8], into planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> Embedding {
        try planes.withBand { (band) throws(EmbeddingError) in try algorithm.embed(payload, into: &band, key: key) }
    }

    /// The embedding under this key, if there is any, without taking it out. Its parameters are the usual ones.
    ///
    /// - Throws: ``EmbeddingError``: `nothingFound`, `unsupported`, `invalidPlanes`.
    public static func detect(in planes: SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> EmbeddingMethod {
        try EmbeddingMethod(number: ParameterBlock.read(from: planes.band ?? planes, key: key).block.method)
    }

    /// Takes the payload out by the method that put it in.
    ///
    /// - Parameter planes: stego samples; afterwards the cover if `isRestored`, else the stego samples still.
    /// - Throws: ``EmbeddingError``: `nothingFound`, `unsupported`, `damaged`, `invalidPlanes`; the planes are unchanged then.
    public static func extract(from planes: inout SamplePlanes, key: InstanceKey) throws(EmbeddingError) -> Extraction {
        try planes.withBand { (band) throws(EmbeddingError) in
            let found = try ParameterBlock.read(from: band, key: key)
            let method = try EmbeddingMethod(number: found.block.method)
            let payload = try method.algorithm.extract(found, from: &band, key: key)
            return Extraction(method: method, payload: payload, isRestored: method.isReversible)
        }
    }

    /// Turns stego samples into the cover by the restoration data of the embedding. A reversible method has nothing to do.
    ///
    /// - Throws: ``EmbeddingError``: `invalidRestoration`, `nothingFound`, `unsupported`; the planes are unchanged then.
    public func restore(_ planes: inout SamplePlanes, restoration: [UInt8], key: InstanceKey) throws(EmbeddingError) {
        guard !isReversible else { return }
        try planes.withBand { (band) throws(EmbeddingError) in
            let found = try ParameterBlock.read(from: band, key: key)
            guard found.block.method == number else { throw .nothingFound }
            try algorithm.restore(found, in: &band, restoration: restoration)
        }
    }
}

/// The result of ``EmbeddingMethod/extract(from:key:)``.
public struct Extraction: Hashable, Sendable {
    public let method: EmbeddingMethod
    public let payload: [UInt8]
    /// Whether the planes are the cover again; otherwise ``EmbeddingMethod/restore(_:restoration:key:)`` is still due.
    public let isRestored: Bool
}

extension EmbeddingError {
    fileprivate static func noMethod(_ name: String, _ names: [String]) -> EmbeddingError {
        EmbeddingError(code: .unsupported, reason: "'\(name)' is no method; there are: \(names.joined(separator: ", "))")
    }

    fileprivate static func noParameter(_ name: String, of method: String, _ names: [String]) -> EmbeddingError {
        let known = names.isEmpty ? "it has none" : "there are: \(names.joined(separator: ", "))"
        return EmbeddingError(code: .unsupported, reason: "'\(name)' is no parameter of the method \(method); \(known)")
    }

    fileprivate static func malformedParameter(_ text: String, of method: String) -> EmbeddingError {
        EmbeddingError(code: .unsupported, reason: "'\(text)' behind the method \(method) is not of the form parameter=number")
    }

    fileprivate static func outOfRange(_ parameter: EmbeddingParameter, _ value: Int) -> EmbeddingError {
        let range = "\(parameter.range.lowerBound) to \(parameter.range.upperBound)"
        return EmbeddingError(code: .unsupported, reason: "\(parameter.name) is \(range), not \(value)")
    }
}

extension EmbeddingMethod {
    /// Whether a payload finds a place where little room is left depends on its bits, which each sealing draws anew.
    static let embeddingTrials = 8

    /// - Returns: the embedding and the bytes of its payload; `nil` where more was asked for than the pixels hold.
    func embed(
        _ sealed: () throws -> [UInt8], into planes: inout SamplePlanes, key: InstanceKey
    ) throws -> (Embedding, payloadByteCount: Int)? {
        for _ in 0..<Self.embeddingTrials {
            let payload = try sealed()
            do {
                return (try embed(payload, into: &planes, key: key), payload.count)
            } catch let error {
                guard case .payloadTooLarge(let capacity) = error.code else { throw error }
                guard payload.count <= capacity else { return nil }
            }
        }
        return nil
    }
}
