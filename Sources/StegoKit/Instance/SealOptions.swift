/// How the pixel data of a stego file is compressed.
public enum StegoCodec: String, Sendable, Codable, CaseIterable {
    /// JPEG 2000 lossless, reversible 5/3 wavelet (transfer syntax 1.2.840.10008.1.2.4.90).
    case j2k
    /// Native, explicit VR little endian.
    case none
}

/// What a caller may choose about sealing.
public struct SealOptions: Sendable {
    public var method: EmbeddingMethodIdentifier
    public var codec: StegoCodec
    /// The study key encapsulated for the files' reader at rest; `nil` leaves the file to the session's key alone.
    public var capsule: [UInt8]?

    public init(method: EmbeddingMethodIdentifier = .reversible, codec: StegoCodec = .j2k, capsule: [UInt8]? = nil) {
        self.method = method
        self.codec = codec
        self.capsule = capsule
    }
}
