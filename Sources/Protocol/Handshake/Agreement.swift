import Basics

/// What both sides have settled on for a session; both signatures cover all of it.
public struct Agreement: Sendable, Hashable {
    public let version: UInt32
    /// What both can do, in the initiator's order of preference. At least one codec and one method.
    public let capabilities: Capabilities
    public let peer: TrustedPeer
    /// The peer's terms for studies that this side opens; `nil` when it may open none.
    public let outgoing: StudyTerms?
    /// This side's terms for studies that the peer opens; `nil` when it may open none.
    public let incoming: StudyTerms?
}

/// What a finished greeting leaves: the terms, and the keys with which study keys travel.
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
