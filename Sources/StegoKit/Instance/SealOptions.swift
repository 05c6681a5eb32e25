/// What a caller may choose about sealing.
public struct SealOptions: Sendable {
    public var method: EmbeddingMethodIdentifier
    /// The codec of instances for which the caller of ``InstanceSealer/seal(_:name:encoding:)`` names none.
    public var codec: StegoCodec
    /// The study key encapsulated for the files' reader at rest; `nil` leaves the file to the session's key alone.
    public var capsule: [UInt8]?

    public init(method: EmbeddingMethodIdentifier = .reversible, codec: StegoCodec = .j2k, capsule: [UInt8]? = nil) {
        self.method = method
        self.codec = codec
        self.capsule = capsule
    }
}
