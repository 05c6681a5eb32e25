/// What a derived key is for. Every use has a label of its own, so that no two uses ever share a key.
///
/// The label is the HKDF salt (RFC 5869), the identifier it is bound to (a SOP Instance UID) is the HKDF info. The labels of inner stages
/// begin with `inner-` (``InnerStageKeys``), which none of these does.
public enum KeyLabel: String, CaseIterable, Sendable {
    /// AES-256-GCM key of the sealed record.
    case aes = "aes"
    /// Key check value of the sealed record.
    case recordCheck = "record-check"
    /// AES-256-GCM key of the sealed private element.
    case element = "element"
    /// Key check value of the sealed private element.
    case elementCheck = "element-check"
    /// HMAC key of derived UIDs; bound to the study, not to an instance.
    case uid = "uid"
    /// Keyed order in which samples are visited.
    case embeddingPath = "embedding-path"
    /// Encryption and authentication of the parameters and of what is embedded.
    case embeddingParameters = "embedding-parameters"

    /// The label as it enters HKDF; the prefix separates Veilray and its format generation from every other use of a key.
    public var domain: String { Self.domain(of: rawValue) }

    static func domain(of label: String) -> String { "veilray/1 " + label }
}
