import Basics
import Foundation

/// All there is in the folder of trusted cards, also what a program would not start with: for the commands that look and repair.
public struct TrustSurvey: Sendable {
    /// A file that holds no card, or under a name that nobody has.
    public struct Unreadable: Sendable {
        public let path: String
        /// The name that the file's name states.
        public let name: String
        public let reason: String
    }

    /// By name. One identity may be there more than once.
    public let peers: [TrustedPeer]
    public let unreadable: [Unreadable]
    private let home: Home

    /// - Throws: ``ProtocolError/Code/fileAccess`` when the folder itself cannot be read.
    public init(home: Home) throws(ProtocolError) {
        self.home = home
        var (peers, unreadable): ([TrustedPeer], [Unreadable]) = ([], [])
        for file in try TrustStore.cards(in: home.trusted) {
            do throws(ProtocolError) {
                peers.append(try TrustStore.peer(in: file))
            } catch {
                let name = TrustStore.name(of: file)?.text ?? file.deletingPathExtension().lastPathComponent
                unreadable.append(Unreadable(path: file.path, name: PlainText.harmless(name), reason: error.reason))
            }
        }
        self.peers = peers.sorted { $0.name < $1.name }
        self.unreadable = unreadable.sorted { $0.path < $1.path }
    }

    /// The peers that a person means by a name, in any of Unicode's forms of it.
    public func peers(called text: String) -> [TrustedPeer] {
        peers.filter { $0.name.text == text }
    }

    /// The names under which the identity of `peer` is trusted besides its own.
    public func otherNames(of peer: TrustedPeer) -> [PeerName] {
        peers.filter { $0.fingerprint == peer.fingerprint && $0.name != peer.name }.map(\.name)
    }

    /// Where a peer's card is.
    public func path(of peer: TrustedPeer) -> String {
        TrustStore.file(of: peer.name, in: home.trusted).path
    }

    /// Stops trusting the identities of `peers`, under whatever names, and removes files that cannot be read.
    ///
    /// - Throws: ``ProtocolError/Code/fileAccess``
    public func remove(_ peers: [TrustedPeer], and files: [Unreadable]) throws(ProtocolError) {
        let fingerprints = Set(peers.map(\.fingerprint))
        let gone = self.peers.filter { fingerprints.contains($0.fingerprint) }
        try FormerCards(home: home).keep(gone)
        for peer in gone { try ProtectedFile.remove(TrustStore.file(of: peer.name, in: home.trusted)) }
        for file in files { try ProtectedFile.remove(URL(filePath: file.path)) }
    }
}

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
