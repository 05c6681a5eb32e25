/// The reason that something could not be embedded, extracted or restored.
public struct EmbeddingError: Error, Hashable, Sendable {
    /// Stable, to switch on.
    public enum Code: Hashable, Sendable {
        /// Nothing is embedded under this key: another key, another image, or changed parameter samples.
        case nothingFound
        /// The payload does not fit; `capacity` bytes surely do.
        case payloadTooLarge(capacity: Int)
        /// The planes contradict themselves.
        case invalidPlanes
        /// The parameters are authentic, but the samples were changed since.
        case damaged
        /// Restoration data that does not belong to these planes.
        case invalidRestoration
        /// Embedded by a version or method that this one does not know.
        case unsupported
    }

    public let code: Code
    /// The sentence for people: what happened and what to do.
    public let reason: String

    static let nothingFound = EmbeddingError(
        code: .nothingFound, reason: "nothing is embedded in these pixels under this key; check the key and that the pixels are unchanged")

    static func payloadTooLarge(byteCount: Int, capacity: Int) -> EmbeddingError {
        EmbeddingError(
            code: .payloadTooLarge(capacity: capacity),
            reason: "\(byteCount) bytes do not fit; these pixels surely hold \(capacity). Let the rest travel beside them")
    }

    static func invalidPlanes(_ what: String) -> EmbeddingError {
        EmbeddingError(code: .invalidPlanes, reason: "not a usable image: \(what)")
    }

    static func damaged(_ what: String) -> EmbeddingError {
        EmbeddingError(code: .damaged, reason: "the pixels were changed after embedding: \(what); ask for the instance again")
    }

    static func invalidRestoration(_ what: String) -> EmbeddingError {
        EmbeddingError(code: .invalidRestoration, reason: "the restoration data does not fit these pixels: \(what)")
    }

    static func unsupported(_ what: String) -> EmbeddingError {
        EmbeddingError(code: .unsupported, reason: "\(what); a newer Veilray is needed")
    }
}

extension EmbeddingError: CustomStringConvertible {
    public var description: String { reason }
}
