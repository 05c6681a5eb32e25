/// A refusal of the marks, and its reason. Nothing here names a file: the layer above knows it.
public struct MarksError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of refusal.
    public enum Code: Hashable, Sendable {
        /// A plane's size, range and samples contradict each other.
        case plane
        /// Bytes that claim to be a part of a mark are not.
        case format
        /// The image has too little room for a mark in its pixels.
        case capacity
        /// A key, a signature or a secret cannot be used.
        case key
    }

    public let code: Code

    /// What happened, as a sentence without a full stop.
    public let reason: String

    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    public var description: String { reason }
}
