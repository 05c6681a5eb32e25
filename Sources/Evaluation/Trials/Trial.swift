public import StegoKit

/// One way of hiding one amount, tried on every image.
public struct Trial: Hashable, Sendable {
    public let method: EmbeddingMethod
    public let payload: PayloadSize

    public init(method: EmbeddingMethod, payload: PayloadSize) {
        self.method = method
        self.payload = payload
    }
}
