import Crypto

/// A sender's words before it has heard anything from the receiver: its study, and the first bytes of it.
///
/// TLS has authenticated the receiver by the time that the sender may speak, so waiting for the `Welcome` would only cost a round trip.
/// The study's key is not part of it: that is sealed to the key that the `Welcome` brings.
public struct FirstFlight: Sendable {
    /// Bytes of chunks that every receiver takes before it has granted any.
    public static let creditBytes = 512 << 10
    /// Bytes of one chunk that every receiver takes.
    public static let chunkBytes = 16 << 10

    /// A stego file and its header, as for ``Session/send(_:_:turn:)``.
    public struct Instance: Sendable {
        public var header: InstanceHeader
        public var bytes: [UInt8]

        public init(header: InstanceHeader, bytes: [UInt8]) {
            self.header = header
            self.bytes = bytes
        }
    }

    public var manifest: Manifest
    public var studyKey: SymmetricKey
    /// The first instances, from their beginnings; as much of them as ``creditBytes`` covers goes out at once.
    public var instances: [Instance]

    /// - Parameter instances: Empty for a study of which the receiver may have something already: its answer comes in one flight with the
    ///   `Welcome` then, and nothing is sent twice.
    public init(manifest: Manifest, studyKey: SymmetricKey, instances: [Instance] = []) {
        self.manifest = manifest
        self.studyKey = studyKey
        self.instances = instances
    }
}

extension SessionLimits {
    /// The limits that hold until the receiver has told its own.
    static let firstFlight = SessionLimits(creditWindow: FirstFlight.creditBytes, chunkBytes: FirstFlight.chunkBytes)
}
