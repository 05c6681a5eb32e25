import Basics
import Foundation

/// The relation of a card to those that are trusted already.
public enum CardStanding: Sendable, Equatable {
    /// Its identity is not trusted.
    case new
    /// A later card of an identity that is trusted.
    case renewal(of: TrustedPeer)
    /// The very card that is trusted.
    case known(TrustedPeer)
}

/// Changes by a person. Another process may have changed the files meanwhile: they are read anew for each change.
extension TrustStore {
    /// The change that trusting `card` would make; nothing is changed.
    ///
    /// - Throws: as ``trust(_:as:)`` does.
    public func standing(of card: Card, as name: PeerName? = nil) throws(ProtocolError) -> CardStanding {
        let peers = try Self.read(directory)
        return try standing(of: try Self.newcomer(card, name, peers), among: peers)
    }

    /// Trusts `card` from now on and after a restart. Call it after a person has compared the fingerprint.
    ///
    /// A later card of an identity that is trusted replaces its card (a new address, a renewed certificate).
    ///
    /// - Parameter name: what to call the peer; `nil` for the name that it has here, or else for what its card says.
    /// - Throws: ``ProtocolError/Code/trustConflict`` when the name, or one that looks like it, belongs to another identity, or the identity is
    ///   there under another name; ``ProtocolError/Code/cardOutdated`` when a later card of it is trusted; ``ProtocolError/Code/invalidName``
    ///   when its own name is none to trust it under; ``ProtocolError/Code/fileAccess``.
    @discardableResult
    public func trust(_ card: Card, as name: PeerName? = nil) throws(ProtocolError) -> TrustedPeer {
        let text = Array(try card.text().utf8)
        try ProtectedFile.makeDirectory(directory)
        return try changing { (peers) throws(ProtocolError) in
            let peer = try Self.newcomer(card, name, peers)
            switch try standing(of: peer, among: peers) {
            case .known(let known): return known
            case .renewal(let known):
                let renewed = TrustedPeer(name: known.name, card: card)
                try ProtectedFile.replace(file(of: known.name), text)
                peers[known.name] = renewed
                return renewed
            case .new:
                guard try ProtectedFile.addUnlessPresent(file(of: peer.name), text) else { throw nameTaken(peer.name, by: nil) }
                peers[peer.name] = peer
                return peer
            }
        }
    }

    /// Trusts `card` instead of another identity's, under the name of that one. Call it after a person has confirmed that both are the same
    /// peer, and has compared the new fingerprint.
    ///
    /// The name has the old card or the new one at each moment, also after a power cut.
    ///
    /// - Parameter name: under which another identity is trusted, or was.
    /// - Throws: as ``trust(_:as:)`` does.
    @discardableResult
    public func replace(_ name: PeerName, with card: Card) throws(ProtocolError) -> TrustedPeer {
        let peer = TrustedPeer(name: name, card: card)
        let text = Array(try card.text().utf8)
        try ProtectedFile.makeDirectory(directory)
        return try changing { (peers) throws(ProtocolError) in
            let former = peers[name].map(\.fingerprint)
            let others = peers.filter { $0.value.fingerprint != former || former == card.fingerprint }
            if case .known(let known) = try standing(of: peer, among: others) { return known }
            if former != card.fingerprint { try FormerCards(home: home).keep(peers.values.filter { $0.fingerprint == former }) }
            // Killed in between, the old identity still has the name, and this may be repeated.
            for (rest, _) in peers.filter({ $0.value.fingerprint == former && $0.key != name }) {
                try ProtectedFile.remove(file(of: rest))
                peers[rest] = nil
            }
            try ProtectedFile.replace(file(of: name), text)
            peers[name] = peer
            return peer
        }
    }

    /// Calls a peer by another name. Where its identity is trusted under several names, this one becomes the only one, with its latest card.
    ///
    /// - Throws: ``ProtocolError/Code/trustConflict`` when another identity has the name, or one that looks like it;
    ///   ``ProtocolError/Code/fileAccess``
    @discardableResult
    public func rename(_ peer: TrustedPeer, to name: PeerName) throws(ProtocolError) -> TrustedPeer {
        try changing { (peers) throws(ProtocolError) in
            let own = peers.filter { $0.value.fingerprint == peer.fingerprint }
            let latest = own.values.max { $0.card.created < $1.card.created }?.card ?? peer.card
            try checkLikeness(name, of: peer.fingerprint, among: peers)
            let text = Array(try latest.text().utf8)
            if own[name] != nil {
                try ProtectedFile.replace(file(of: name), text)
            } else {
                // Killed before the old file is gone, the peer has both names, and this may be repeated.
                guard try ProtectedFile.addUnlessPresent(file(of: name), text) else { throw nameTaken(name, by: nil) }
            }
            for old in own.keys where old != name {
                try ProtectedFile.remove(file(of: old))
                peers[old] = nil
            }
            let renamed = TrustedPeer(name: name, card: latest)
            peers[name] = renamed
            return renamed
        }
    }

    /// Stops trusting an identity: every card of it goes, under whatever name. Returns whether there was such a peer.
    @discardableResult
    public func forget(_ name: PeerName) throws(ProtocolError) -> Bool {
        try changing { (peers) throws(ProtocolError) in
            guard let peer = peers[name] else { return false }
            try FormerCards(home: home).keep(peers.values.filter { $0.fingerprint == peer.fingerprint })
            for (same, _) in peers.filter({ $0.value.fingerprint == peer.fingerprint }) {
                try ProtectedFile.remove(file(of: same))
                peers[same] = nil
            }
            return true
        }
    }

    private func changing<Result>(
        _ change: (inout [PeerName: TrustedPeer]) throws(ProtocolError) -> Result
    ) throws(ProtocolError) -> Result {
        try peersByName.withLock { (peers) throws(ProtocolError) in
            peers = try Self.read(directory)
            return try change(&peers)
        }
    }
}

// MARK: What must not be trusted side by side

extension TrustStore {
    private static func newcomer(
        _ card: Card, _ name: PeerName?, _ peers: [PeerName: TrustedPeer]
    ) throws(ProtocolError) -> TrustedPeer {
        let known = peers.values.filter { $0.fingerprint == card.fingerprint }.max { $0.card.created < $1.card.created }
        if name == nil, let known { return TrustedPeer(name: known.name, card: card) }
        if name == nil, let fault = card.name.fault {
            throw ProtocolError(
                .invalidName, "\(fault); people could take it for another. Give the peer a name of your own with --as",
                subject: card.name.text)
        }
        return TrustedPeer(name: name, card: card)
    }

    private func standing(of peer: TrustedPeer, among peers: [PeerName: TrustedPeer]) throws(ProtocolError) -> CardStanding {
        let own = peers.values.filter { $0.fingerprint == peer.fingerprint }
        try checkLikeness(peer.name, of: peer.fingerprint, among: peers)
        guard let known = own.max(by: { $0.card.created < $1.card.created }) else { return .new }
        guard own.contains(where: { $0.name == peer.name }) else {
            throw ProtocolError(
                .trustConflict, "this identity is trusted already, as '\(known.name)'; 'trust rename' gives it another name",
                subject: peer.name.text)
        }
        guard peer.card.created >= known.card.created else {
            throw ProtocolError(
                .cardOutdated,
                "this card is of \(Timestamp.text(peer.card.created)), and a later one of the same identity is trusted, of "
                    + "\(Timestamp.text(known.card.created)): it may name an address or a certificate that the peer has given up. If the peer's "
                    + "clock was wrong, 'trust remove' the later one first",
                subject: known.name.text)
        }
        if peer.card == known.card, own.count == 1 { return .known(known) }
        return .renewal(of: TrustedPeer(name: peer.name, card: known.card))
    }

    private func checkLikeness(
        _ name: PeerName, of fingerprint: Fingerprint, among peers: [PeerName: TrustedPeer]
    ) throws(ProtocolError) {
        if let holder = peers[name], holder.fingerprint != fingerprint { throw nameTaken(name, by: holder) }
        let others = peers.values.filter { $0.fingerprint != fingerprint }
        guard let double = others.filter({ $0.name.looksLike(name) }).min(by: { $0.name < $1.name }) else { return }
        throw ProtocolError(
            .trustConflict,
            "the name looks like '\(double.name)', under which another identity is trusted, \(double.fingerprint); give another name with --as",
            subject: name.text)
    }

    private func nameTaken(_ name: PeerName, by holder: TrustedPeer?) -> ProtocolError {
        ProtocolError(
            .trustConflict,
            "another identity is trusted under this name\(holder.map { ", \($0.fingerprint)" } ?? ""). If the peer has new keys, "
                + "'trust --replaces \(name.word)' with its new card puts them in place of the old ones; if not, somebody pretends to be it",
            subject: name.text)
    }
}
