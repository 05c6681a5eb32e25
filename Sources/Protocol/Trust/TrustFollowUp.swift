/// What a program keeps for its peers, and what becomes of it when a person changes whom this side trusts.
///
/// Each answer is what to tell the person, a line each.
public protocol TrustFollowUp: Sendable {
    /// Called after a card was put into the store.
    ///
    /// - Parameter replaces: the person has confirmed that it is the same peer as the one that had the name before.
    static func trusted(_ peer: TrustedPeer, replaces: Bool, home: Home) async throws -> [String]

    /// Identities other than `fingerprint` that something waits for under a peer's name.
    static func earlierIdentities(under name: PeerName, besides fingerprint: Fingerprint, home: Home) async throws -> [Fingerprint]

    /// Called after a peer got another name.
    static func renamed(_ peer: TrustedPeer, from names: [PeerName], home: Home) async throws -> [String]

    /// What waits for a peer that is about to be trusted no more.
    static func waiting(for peer: TrustedPeer, home: Home) async throws -> [String]
}

/// For a program that keeps nothing for its peers.
public enum NoTrustFollowUp: TrustFollowUp {
    public static func trusted(_ peer: TrustedPeer, replaces: Bool, home: Home) async throws -> [String] { [] }
    public static func earlierIdentities(under name: PeerName, besides fingerprint: Fingerprint, home: Home) async throws -> [Fingerprint] {
        []
    }
    public static func renamed(_ peer: TrustedPeer, from names: [PeerName], home: Home) async throws -> [String] { [] }
    public static func waiting(for peer: TrustedPeer, home: Home) async throws -> [String] { [] }
}
