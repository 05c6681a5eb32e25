import Foundation

/// Cards that were trusted once, the latest of each identity: `former/FINGERPRINT.card`.
///
/// Nobody is let in by them. What their owners have signed was verified when it came, and stays verifiable by them.
public struct FormerCards: Sendable {
    private let directory: URL

    public init(home: Home) {
        directory = home.former
    }

    /// All that can be read.
    ///
    /// - Throws: ``ProtocolError/Code/fileAccess`` when the folder itself cannot be read.
    public func cards() throws(ProtocolError) -> [Card] {
        try TrustStore.cards(in: directory).sorted { $0.path < $1.path }.compactMap { file in
            (try? ProtectedFile.read(file)).flatMap { try? Card(file: $0) }
        }
    }

    /// Keeps the cards of peers that are about to be trusted no more.
    func keep(_ peers: [TrustedPeer]) throws(ProtocolError) {
        guard !peers.isEmpty else { return }
        try ProtectedFile.makeDirectory(directory)
        for peer in peers.sorted(by: { $0.card.created < $1.card.created }) {
            let file = directory.appending(path: "\(peer.fingerprint).card")
            try ProtectedFile.replace(file, Array(peer.card.text().utf8))
        }
    }
}
