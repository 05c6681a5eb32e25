import CommandLineSupport
import Protocol
import SecureChannel

/// This side's identity and the trusted receiver it writes to.
struct Correspondent: Sendable {
    let identity: Identity
    let peer: TrustedPeer

    /// - Throws: ``ProtocolError`` when there is no identity; ``CommandFailure`` `.notTrusted` when no card is trusted under `name`.
    init(home: Home, to name: String) throws {
        identity = try Identity.load(from: home)
        let trust = try TrustStore(home: home)
        guard let peer = trust.peer(named: try PeerName(name)) else {
            let known = trust.peers.map(\.name.text).joined(separator: ", ")
            throw CommandFailure(
                .notTrusted, "no card is trusted under the name \"\(name)\"; \(known.isEmpty ? "none is trusted" : "there are: \(known)")")
        }
        self.peer = peer
    }

    /// Where the receiver listens.
    func address(override: String?) throws -> PeerAddress {
        if let override { return try PeerAddress(override) }
        guard let address = peer.card.address else {
            throw CommandFailure(.usage, "the card of \(peer.name) names no address; give --address HOST:PORT")
        }
        return address
    }

    /// Connects, greets, and ends the session in an orderly way when `body` returns.
    func withSession<Result: Sendable>(
        at address: PeerAddress, capabilities: Capabilities, _ body: (SenderSession, SecureConnection) async throws -> Result
    ) async throws -> Result {
        let card = peer.card
        let connection = try await SecureConnector.connect(
            host: address.host, port: address.port,
            credentials: TLSCredentials(certificateChainPEM: identity.tlsCertificatePEM, privateKeyPEM: identity.tlsPrivateKeyPEM),
            policy: .pinned { ContentDigest(of: $0) == card.certificateDigest })
        let session = try await SenderSession.begin(
            over: connection, identity: identity, peer: peer, capabilities: capabilities)
        do {
            let result = try await body(session, connection)
            await session.end()
            return result
        } catch {
            await session.end()
            throw error
        }
    }
}
