import Foundation
import SecureChannel
import Testing

@testable import Protocol

/// A session where it belongs: over TLS and ZeroMQ on the loopback interface.
@Suite(.timeLimit(.minutes(2))) struct SecureSessionTests {
    private func credentials(_ identity: Identity) throws -> TLSCredentials {
        try TLSCredentials(certificateChainPEM: identity.tlsCertificatePEM, privateKeyPEM: identity.tlsPrivateKeyPEM)
    }

    private func listen(trusting trust: TrustStore) async throws -> SecureListener {
        try await SecureListener.bind(
            host: "127.0.0.1", port: 0, credentials: credentials(People.radiologist),
            policy: .pinned { trust.isTrusted(certificateDER: $0) })
    }

    private func connect(_ identity: Identity, to listener: SecureListener) async throws -> SecureConnection {
        let card = try People.radiologist.card()
        return try await SecureConnector.connect(
            host: "127.0.0.1", port: listener.localAddress.port, credentials: credentials(identity),
            policy: .pinned { $0 == card.certificateDER })
    }

    @Test func studyOverTLS() async throws {
        let home = try TemporaryHome()
        let trust = try home.trust(People.clinic)
        let listener = try await listen(trusting: trust)
        let serving = Task {
            for await connection in listener.connections {
                let session = try await Session.respond(
                    over: connection, identity: People.radiologist, trust: trust, roles: Fixtures.sink)
                return try await TestReceiver().run(session)
            }
            throw MemoryTransport.Failure()
        }
        let connection = try await connect(People.clinic, to: listener)
        let session = try await Session.initiate(
            over: connection, identity: People.clinic, peer: Fixtures.peer(People.radiologist), roles: .source(Fixtures.capabilities))
        let stego = Array(repeating: UInt8(3), count: 20 << 20)
        _ = try await session.openStudy(Fixtures.manifest(count: 2), studyKey: Fixtures.studyKey())
        try await session.send(Fixtures.header(0, stego), stego)
        try await session.send(Fixtures.header(1, [1]), [1])
        #expect(try await session.finishStudy().tally.isComplete)
        await session.end()
        #expect(try await serving.value.received[0] == stego)
        await listener.stop()
    }

    /// Who was turned away can be told: by what the certificate claims, though nothing of it was parsed.
    @Test func theRefusedCertificateIsTold() async throws {
        let home = try TemporaryHome()
        let trust = try home.trust(People.clinic)
        let (rejections, signal) = AsyncStream.makeStream(of: ChannelError.self)
        let listener = try await SecureListener.bind(
            host: "127.0.0.1", port: 0, credentials: credentials(People.radiologist),
            policy: .pinned { trust.isTrusted(certificateDER: $0) }
        ) { event in
            if case .rejected(_, let error) = event { signal.yield(error) }
        }
        await #expect(throws: ChannelError.self) { _ = try await connect(People.stranger, to: listener) }
        var iterator = rejections.makeAsyncIterator()
        let error = try #require(await iterator.next())
        #expect(error.code == .peerNotTrusted)
        let certificate = try #require(error.refusedCertificateDER)
        #expect(certificate == People.stranger.certificateDER)
        #expect(CertificateClaim(certificateDER: certificate)?.fingerprint == People.stranger.fingerprint)
        await listener.stop()
    }

    @Test func strangerDoesNotGetToTheGreeting() async throws {
        let home = try TemporaryHome()
        let listener = try await listen(trusting: home.trust(People.clinic))
        do {
            let connection = try await connect(People.stranger, to: listener)
            _ = try await Session.initiate(
                over: connection, identity: People.stranger, peer: Fixtures.peer(People.radiologist), roles: .source(Fixtures.capabilities))
            Issue.record("the stranger was let in")
        } catch let error as ChannelError {
            #expect(error.code == .refusedByPeer)
        }
        await listener.stop()
    }
}
