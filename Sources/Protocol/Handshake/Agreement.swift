import Basics

/// The roles that one side brings to a session: its capabilities, and the parts that it can play in a transfer.
///
/// Who dialled has nothing to do with it: either side may be source, sink, or both.
public struct SessionRoles: Sendable, Hashable {
    public var capabilities: Capabilities
    /// Whether this side may open studies.
    public var isSource: Bool
    /// The terms on which this side takes studies; `nil` when it takes none.
    public var sink: StudyTerms?
    /// Critical attributes of manifests that this side's program understands; a study with others is refused. The peer is not told.
    public var understood: Set<AttributeName>

    public init(capabilities: Capabilities, isSource: Bool, sink: StudyTerms?, understood: Set<AttributeName> = []) {
        self.capabilities = capabilities
        self.isSource = isSource
        self.sink = sink
        self.understood = understood
    }

    /// A side that sends studies and takes none.
    public static func source(_ capabilities: Capabilities) -> SessionRoles {
        SessionRoles(capabilities: capabilities, isSource: true, sink: nil)
    }

    /// A side that takes studies and sends none.
    public static func sink(_ capabilities: Capabilities, _ terms: StudyTerms = StudyTerms()) -> SessionRoles {
        SessionRoles(capabilities: capabilities, isSource: false, sink: terms)
    }
}

/// The terms on which one side takes the other's studies.
public struct StudyTerms: Sendable, Hashable {
    /// Whether stego files are stored, and may therefore hold the study key sealed to the long-term key.
    public var keepsStego: Bool
    public var limits: SessionLimits

    public init(keepsStego: Bool = false, limits: SessionLimits = SessionLimits()) {
        self.keepsStego = keepsStego
        self.limits = limits
    }
}

/// The terms that both sides have agreed on for a session; both signatures cover all of them.
public struct Agreement: Sendable, Hashable {
    public let version: UInt32
    /// The capabilities of both, in the initiator's order of preference. At least one codec and one method.
    public let capabilities: Capabilities
    public let peer: TrustedPeer
    /// The peer's terms for studies that this side opens; `nil` when it may open none.
    public let outgoing: StudyTerms?
    /// This side's terms for studies that the peer opens; `nil` when it may open none.
    public let incoming: StudyTerms?
}

/// The result of a finished greeting: the terms, and the keys with which study keys travel.
struct Greeted: Sendable {
    let agreement: Agreement
    /// For studies that this side opens.
    let sealer: StudyKeyExchange.Sealer?
    /// For studies that the peer opens.
    let opener: StudyKeyExchange.Opener?

    /// - Parameters:
    ///   - own: what this side offered, `freshKey` its key of this session when it takes studies.
    ///   - peers: whether the peer may open studies, and on what terms it takes them.
    init(
        as role: HandshakeRole, peer: TrustedPeer, version: UInt32, capabilities: Capabilities, own: SessionRoles,
        freshKey: FreshKey?, peers: (isSource: Bool, sink: SinkTerms?), transcript: ContentDigest
    ) throws(ProtocolError) {
        guard capabilities.isUsable else {
            throw ProtocolError(.noCommonCapability, "no common codec or embedding method", subject: peer.name.text)
        }
        let outgoing = own.isSource ? peers.sink : nil
        let incoming = peers.isSource ? own.sink : nil
        guard outgoing != nil || incoming != nil else {
            throw ProtocolError(.noCommonCapability, "neither side takes studies that the other sends", subject: peer.name.text)
        }
        agreement = Agreement(
            version: version, capabilities: capabilities, peer: peer, outgoing: outgoing?.terms, incoming: incoming)
        if let outgoing {
            sealer = StudyKeyExchange.Sealer(freshKey: try outgoing.freshKey(), transcript: transcript, source: role)
        } else {
            sealer = nil
        }
        opener = incoming == nil ? nil : freshKey.map { StudyKeyExchange.Opener(freshKey: $0, transcript: transcript, source: role.other) }
    }
}
