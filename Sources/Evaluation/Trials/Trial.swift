public import StegoKit

/// One way of hiding one amount, tried on every image.
public struct Trial: Hashable, Sendable {
    public let method: EmbeddingMethodIdentifier
    public let payload: PayloadSize

    public init(method: EmbeddingMethodIdentifier, payload: PayloadSize) {
        self.method = method
        self.payload = payload
    }
}
