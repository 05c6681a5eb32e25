/// The inner stages of a seal, in the order in which they are applied.
///
/// What AES-256-GCM seals is their number, the number of each of them, and what the last of them made. So the list is as secret and as
/// authentic as the rest, and opening needs to be told nothing.
public struct InnerStages: Sendable {
    private let stages: [any InnerStage.Type]

    /// All stages.
    static let registry: [any InnerStage.Type] = [
        DNAStage.self,
        PixelShuffleStage.self,
        TriangularPropellerStage.self,
        QuantumDESStage.self,
        HomomorphicStage.self,
        ArnoldAESStage.self,
        PolicyTreeStage.self,
        ChaoticStreamStage.self,
        ChaoticBlockShuffleStage.self,
        SubkeyRoundsStage.self,
        BlowfishSigncryptionStage.self,
        HuffmanBlowfishStage.self,
        AESGCMStage.self,
        PermutationStage.self,
        AdditionStage.self,
    ]

    /// The names of all stages, in the order of their numbers.
    public static let knownNames = registry.map { $0.name }

    static func stage(named name: String) -> (any InnerStage.Type)? { registry.first { $0.name == name } }

    static func stage(numbered number: UInt8) -> (any InnerStage.Type)? { registry.first { $0.number == number } }

    /// The name in the greeting of a receiver's ability to undo a stage.
    public static func feature(of name: String) -> String { "inner-\(name)" }

    /// More stages than this are refused.
    public static let maximumCount = 8

    /// DNA coding, the stage of every record unless a caller chooses.
    public static let standard = InnerStages([DNAStage.self])
    /// AES-256-GCM alone.
    public static let none = InnerStages([])

    private init(_ stages: [any InnerStage.Type]) { self.stages = stages }

    /// - Throws: ``SealingError``: `unknownInnerStage` for a name that no stage has, `malformed` for too many stages.
    public init(names: [String]) throws(SealingError) {
        guard names.count <= Self.maximumCount else { throw .tooManyInnerStages(names.count) }
        var stages: [any InnerStage.Type] = []
        for name in names {
            guard let stage = Self.stage(named: name) else {
                throw .unknownInnerStage(name, known: Self.knownNames)
            }
            stages.append(stage)
        }
        self.stages = stages
    }

    public var names: [String] { stages.map { $0.name } }

    /// The bytes that the list adds to those that are sealed.
    var byteCount: Int { 1 + stages.count }

    /// The list, and the bytes as the stages make them.
    ///
    /// - Throws: ``SealingError`` `unavailable`.
    func apply(to bytes: [UInt8], key: InstanceKey, nonce: [UInt8]) throws(SealingError) -> [UInt8] {
        var bytes = bytes
        for (position, stage) in stages.enumerated() {
            bytes = try stage.apply(to: bytes, keys: InnerStageKeys(for: stage, at: position, key: key, nonce: nonce))
        }
        return [UInt8(stages.count)] + stages.map { $0.number } + bytes
    }

    /// The inverse of ``apply(to:key:nonce:)``, by the list at the start.
    ///
    /// - Parameter bytes: authentic ones.
    /// - Throws: ``SealingError``: `unknownInnerStage`, `malformed`, `unavailable`.
    static func undo(_ bytes: [UInt8], key: InstanceKey, nonce: [UInt8]) throws(SealingError) -> [UInt8] {
        guard let first = bytes.first, bytes.count > Int(first) else { throw .malformed("the list of inner stages is cut off") }
        let count = Int(first)
        guard count <= maximumCount else { throw .tooManyInnerStages(count) }
        var stages: [any InnerStage.Type] = []
        for number in bytes[1..<count + 1] {
            guard let stage = stage(numbered: number) else { throw .unknownInnerStage(number: number) }
            stages.append(stage)
        }
        var bytes = Array(bytes[(count + 1)...])
        for (position, stage) in stages.enumerated().reversed() {
            bytes = try stage.undo(bytes, keys: InnerStageKeys(for: stage, at: position, key: key, nonce: nonce))
        }
        return bytes
    }
}

extension InnerStages: Hashable, CustomStringConvertible {
    public static func == (left: InnerStages, right: InnerStages) -> Bool { left.names == right.names }

    public func hash(into hasher: inout Hasher) { hasher.combine(names) }

    /// The names as on command lines: `dna`, or `none`.
    public var description: String { stages.isEmpty ? "none" : names.joined(separator: ",") }
}

extension SealingError {
    fileprivate static func tooManyInnerStages(_ count: Int) -> SealingError {
        .malformed("\(count) inner stages, where there are at most \(InnerStages.maximumCount)")
    }
}
