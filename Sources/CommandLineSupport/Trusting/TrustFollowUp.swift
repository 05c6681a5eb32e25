public import Protocol

/// What a program has to do when a person has trusted a card.
public protocol TrustFollowUp: Sendable {
    /// Called after the card is in the store.
    ///
    /// - Parameter replaces: the person has confirmed that it is the same peer as the one that had the name before.
    /// - Returns: what to tell the person, a line each.
    static func trusted(_ peer: TrustedPeer, replaces: Bool, home: Home) async throws -> [String]
}

/// For a program that keeps nothing for its peers.
public enum NoTrustFollowUp: TrustFollowUp {
    public static func trusted(_ peer: TrustedPeer, replaces: Bool, home: Home) async throws -> [String] { [] }
}
