/// What both sides have settled on for a session; both signatures cover all of it.
public struct Agreement: Sendable, Hashable {
    public let version: UInt32
    /// What both can do, in the sender's order of preference. At least one codec and one method.
    public let capabilities: Capabilities
    /// The receiver stores stego files: a capsule may ride in them.
    public let keepsStego: Bool
    public let limits: SessionLimits
    public let peer: TrustedPeer

    init(_ welcome: Welcome, peer: TrustedPeer) {
        version = welcome.version
        capabilities = welcome.capabilities
        keepsStego = welcome.keepsStego
        limits = welcome.limits
        self.peer = peer
    }
}

/// A receiver's terms.
public struct ReceiverPolicy: Sendable, Hashable {
    public var capabilities: Capabilities
    /// Whether stego files are stored, and may therefore hold the study key sealed to the long-term key.
    public var keepsStego: Bool
    public var limits: SessionLimits

    public init(capabilities: Capabilities, keepsStego: Bool = false, limits: SessionLimits = SessionLimits()) {
        self.capabilities = capabilities
        self.keepsStego = keepsStego
        self.limits = limits
    }
}
