import GRDB
import Protocol

/// What becomes of queued studies when their receiver has a new identity.
extension Outbox {
    /// Queued studies to other identities than `peer` that were trusted under its name, oldest first.
    func studiesForEarlierIdentities(of peer: TrustedPeer) async throws -> [OutboxStudy] {
        try await studies(under: peer.name, besides: peer.fingerprint)
    }

    /// Queued studies to identities other than `fingerprint` that were trusted under `name`, oldest first.
    package func studies(under name: PeerName, besides fingerprint: Fingerprint) async throws -> [OutboxStudy] {
        try await database.read { database in
            try OutboxStudy.filter(
                Column("state") == OutboxStudy.State.queued && Column("peerName") == name.text && Column("peer") != fingerprint.description
            ).order(Column("created")).fetchAll(database)
        }
    }

    /// Queued studies to an identity, oldest first.
    package func studies(for peer: Fingerprint) async throws -> [OutboxStudy] {
        try await database.read { database in
            try OutboxStudy.filter(Column("state") == OutboxStudy.State.queued && Column("peer") == peer.description)
                .order(Column("created")).fetchAll(database)
        }
    }

    /// A receiver has another name now: that of queued studies to its identity, and to earlier ones that were trusted under `names`. Studies
    /// find their receiver by its fingerprint; the name is what people read, and what tells an earlier identity's studies.
    package func rename(_ peer: TrustedPeer, from names: [PeerName]) async throws {
        let earlier = names.map(\.text)
        try await database.write { database in
            _ = try OutboxStudy.filter(
                Column("state") == OutboxStudy.State.queued
                    && (Column("peer") == peer.fingerprint.description || earlier.contains(Column("peerName")))
            ).updateAll(database, Column("peerName").set(to: peer.name.text))
        }
    }

    /// Makes a queued study one for `peer`, in one transaction. Call it with the transfer's lock held, when a person has confirmed that
    /// `peer` is the same receiver.
    ///
    /// The transfer keeps its number, its key and its manifest, which name no receiver. Files whose capsule only the earlier identity opens
    /// are sealed anew; other sealed files stay. What the earlier identity could not restore is tried again. What it has restored stays
    /// acknowledged until the new one is asked: if it does not have the file, that is sent again, else it signs a receipt of its own.
    ///
    /// - Throws: ``OutboxError``, when there is no such transfer or when it is closed; `DatabaseError`.
    func rebind(_ transferID: String, to peer: TrustedPeer) async throws {
        try await database.write { database in
            guard var study = try OutboxStudy.fetchOne(database, key: transferID) else {
                throw OutboxError(code: .unknownTransfer, description: "the outbox has no transfer \(transferID)")
            }
            guard !study.state.isClosed else {
                throw OutboxError(code: .illegalTransition, description: "the transfer \(transferID) is \(study.state.rawValue) already")
            }
            study.peer = peer.fingerprint.description
            study.peerName = peer.name.text
            study.attempts = 0
            study.lastError = nil
            try study.update(database, columns: ["peer", "peerName", "attempts", "lastError"])
            for var row in try OutboxInstance.filter(Column("transferID") == transferID).fetchAll(database) {
                row.beginAnew()
                try row.update(database)
            }
        }
    }
}

extension OutboxInstance {
    /// Nothing of it is at the receiver that the study goes to now.
    fileprivate mutating func beginAnew() {
        switch state {
        case .planned, .acknowledged, .withdrawn: return
        case .sealed, .sending, .failed: break
        }
        acknowledgedBytes = 0
        receipt = nil
        failure = nil
        failureKind = nil
        guard hasCapsule || sealedDigest == nil else { return state = .sealed }
        state = .planned
        sealedBytes = nil
        sealedDigest = nil
        codec = nil
        hasCapsule = false
        report = nil
    }
}
