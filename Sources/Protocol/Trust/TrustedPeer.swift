/// A card that this side trusts, and what this side calls it.
public struct TrustedPeer: Sendable, Hashable {
    /// The local name; the card's own unless it was trusted under another.
    public let name: PeerName
    public let card: Card

    public init(name: PeerName? = nil, card: Card) {
        self.name = name ?? card.name
        self.card = card
    }

    public var fingerprint: Fingerprint { card.fingerprint }
}
