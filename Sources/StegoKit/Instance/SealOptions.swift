/// What a caller may choose about sealing.
public struct SealOptions: Sendable {
    public var method: EmbeddingMethod
    /// What of the pixels must stay as it is.
    public var region: RegionPolicy
    /// The codec of instances for which the caller of ``InstanceSealer/seal(_:name:encoding:showsImage:)`` names none.
    public var codec: StegoCodec
    /// What is done to a record that goes into the pixels, before it is enciphered.
    public var innerStages: InnerStages
    /// The study key encapsulated for the files' reader at rest; `nil` leaves the file to the session's key alone.
    public var capsule: [UInt8]?

    /// - Parameter region: by default what ``EmbeddingMethod/defaultScope`` says.
    public init(
        method: EmbeddingMethod = .reversible, region: RegionPolicy? = nil, codec: StegoCodec = .j2k,
        innerStages: InnerStages = .standard, capsule: [UInt8]? = nil
    ) {
        self.method = method
        self.region = region ?? RegionPolicy(scope: method.defaultScope)
        self.codec = codec
        self.innerStages = innerStages
        self.capsule = capsule
    }
}
