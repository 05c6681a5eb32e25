import Crypto

/// A keyed transformation of a record that comes before AES-256-GCM. The GCM alone carries the security claim: every key of a stage is
/// derived for that stage alone, and what a stage makes is enciphered whole.
///
/// A new stage is a type that conforms, in a folder of its own, and a line in ``InnerStages/registry``.
protocol InnerStage: Sendable {
    /// In the format: 1 … 255. A number never changes its meaning.
    static var number: UInt8 { get }
    /// On command lines, and in the labels of the stage's keys: lower-case letters, digits and hyphens.
    static var name: String { get }

    /// The record transformed; the length may change.
    ///
    /// - Throws: ``SealingError`` `unavailable` where this machine lacks the stage's algorithm.
    static func apply(to bytes: [UInt8], keys: InnerStageKeys) throws(SealingError) -> [UInt8]

    /// The inverse of ``apply(to:keys:)`` under the same keys.
    ///
    /// - Throws: ``SealingError`` `malformed` for bytes that the stage never makes, `unavailable`.
    static func undo(_ bytes: [UInt8], keys: InnerStageKeys) throws(SealingError) -> [UInt8]
}

/// The keys of one stage in one seal.
struct InnerStageKeys: Sendable {
    private let instance: InstanceKey
    private let stage: String
    private let position: Int
    /// 12 random bytes, drawn anew for every seal.
    let nonce: [UInt8]

    /// - Parameter position: of the stage among those of the seal, from 0: a stage that is applied twice has other keys each time.
    init(for stage: any InnerStage.Type, at position: Int, key: InstanceKey, nonce: [UInt8]) {
        instance = key
        self.stage = stage.name
        self.position = position
        self.nonce = nonce
    }

    /// The key for one use.
    ///
    /// - Parameter use: lower-case letters; each use of a stage has a word of its own.
    func key(for use: String) -> SymmetricKey {
        instance.key(domain: KeyLabel.domain(of: "inner-\(stage)-\(use)"), suffix: "/\(position)")
    }

    /// The first bytes of AES-256-CTR under the key for one use and the seal's nonce.
    func stream(_ use: String, byteCount: Int) -> [UInt8] {
        KeyStream.bytes(byteCount, key: key(for: use), nonce: nonce)
    }
}
