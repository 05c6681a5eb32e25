import Basics
import Foundation
import SecureChannel
import TestSupport
import Testing

extension ChannelTests {
    @Suite("A handshake") struct HandshakeTests {
        @Test("shows each side the other's certificate") func certificates() async throws {
            let pair = try await ChannelPair()
            #expect(pair.sender.peerCertificateDER == pair.listener.identities.receiver.certificateDER)
            #expect(pair.receiver.peerCertificateDER == pair.listener.identities.sender.certificateDER)
            #expect(pair.sender.peerAddress == pair.listener.listener.localAddress)
            #expect(pair.receiver.peerAddress.host == "127.0.0.1")
            await pair.close()
        }

        @Test("with a stranger fails at the listener before ZeroMQ says anything") func strangerAtListener() async throws {
            let listener = try await TestListener()
            let stranger = listener.identities.stranger
            #expect(await errorCode { try await listener.connect(as: stranger) } == .refusedByPeer)
            #expect(await eventually { listener.events.codes == [.peerNotTrusted] })

            let output = try await openSSLClient(listener, identity: stranger).outputBytes
            #expect(output.isEmpty, "a stranger received \(output.count) bytes")
            #expect(await eventually { listener.events.codes == [.peerNotTrusted, .peerNotTrusted] })
            await listener.listener.stop()
        }

        @Test("with a trusted peer is followed by ZeroMQ's greeting") func greeting() async throws {
            let listener = try await TestListener()
            let output = try await openSSLClient(listener, identity: listener.identities.sender).outputBytes
            #expect(output.first == 0xFF && output.count >= 10)
            await listener.listener.stop()
        }

        @Test("with a stranger fails at the connector before it sends anything") func strangerAtConnector() async throws {
            let identities = try await TestIdentities.shared
            let port = try RawSocket.freePort()
            let server = try RunningProgram(
                TestIdentity.openssl,
                [
                    "s_server", "-accept", "\(port)", "-cert", identities.stranger.certificatePath, "-key", identities.stranger.keyPath,
                    "-Verify", "1",
                    "-quiet", "-naccept", "1",
                ], input: .silence)
            let expected = identities.receiver.certificateDER
            let code = await eventualErrorCode(otherThan: .cannotConnect) {
                try await SecureConnector.connect(
                    host: "127.0.0.1", port: port, credentials: identities.sender.credentials, policy: .pinned { $0 == expected })
            }
            #expect(code == .peerNotTrusted)
            #expect(await server.finish().output.isEmpty)
        }

        @Test("need not be waited for: what is sent at once arrives, and a refusal is told by the first receive") func eagerness()
            async throws
        {
            let listener = try await TestListener()
            var configuration = ChannelConfiguration()
            configuration.awaitsAcceptance = false
            let connection = try await listener.connect(configuration: configuration)
            try await connection.send(Message(frames: [[1], [2]]))
            let accepted = try await listener.accept()
            #expect(try await accepted.receive() == Message(frames: [[1], [2]]))
            try await accepted.send(Message(frames: [[3]]))
            #expect(try await connection.receive() == Message(frames: [[3]]))
            #expect(await connection.close())

            let stranger = try await listener.connect(as: listener.identities.stranger, configuration: configuration)
            // May already be told; the message goes nowhere either way.
            try? await stranger.send(Message(frames: [[1]]))
            #expect(await errorCode { try await stranger.receive() } == .refusedByPeer)
            #expect(await eventually { listener.events.codes == [.peerNotTrusted] })
            await listener.listener.stop()
        }

        @Test("without a client certificate fails") func noCertificate() async throws {
            let listener = try await TestListener()
            let output = try await openSSLClient(listener, identity: nil).outputBytes
            #expect(output.isEmpty)
            #expect(await eventually { listener.events.codes == [.noPeerCertificate] })
            await listener.listener.stop()
        }

        @Test("is TLS 1.3 with X25519 or better") func version() async throws {
            let listener = try await TestListener()
            let identity = listener.identities.sender
            let client = try RunningProgram(
                TestIdentity.openssl,
                ["s_client", "-connect", listener.address, "-cert", identity.certificatePath, "-key", identity.keyPath])
            let text = await client.finish().output
            #expect(text.contains("TLSv1.3"))
            #expect(text.contains("X25519"))
            #expect(text.contains("TLS_AES_256_GCM_SHA384"))
            #expect(!text.contains("Post-Handshake New Session Ticket"))
            await listener.listener.stop()
        }

        @Test("in TLS 1.2 is refused") func oldVersion() async throws {
            let listener = try await TestListener()
            let client = try await openSSLClient(listener, identity: listener.identities.sender, options: ["-tls1_2"])
            #expect(client.output.isEmpty)
            #expect(client.errors.contains("alert protocol version"))
            #expect(await eventually { listener.events.codes == [.unsupportedTLSVersion] })
            await listener.listener.stop()
        }

        @Test("for another application protocol is refused") func otherApplicationProtocol() async throws {
            let listener = try await TestListener()
            var configuration = ChannelConfiguration()
            configuration.applicationProtocol = "another/7"
            #expect(await errorCode { try await listener.connect(configuration: configuration) } != nil)
            #expect(await eventually { listener.events.codes.count == 1 })
            await listener.listener.stop()
        }

        @Test(
            "with something that is not TLS fails, on either side",
            arguments: ["GET / HTTP/1.1\r\n\r\n", "\u{16}rubbish rubbish rubbish", "A-ASSOCIATE-RQ"])
        func garbage(text: String) async throws {
            let listener = try await TestListener()
            let socket = try RawSocket.connect(port: listener.port)
            socket.send(Array(text.utf8))
            #expect(await eventually { listener.events.codes == [.notTLS] }, "\(listener.events.descriptions)")

            let (server, port) = try RawSocket.listen()
            Thread.detachNewThread {
                guard let peer = server.accept() else { return }
                peer.send(Array(text.utf8))
                _ = peer.receive(100_000)
            }
            #expect(await errorCode { try await listener.connect(port: port) } == .notTLS)
            await listener.listener.stop()
        }

        @Test("that the peer breaks off is reported") func brokenOff() async throws {
            let listener = try await TestListener()
            try RawSocket.connect(port: listener.port).send([22, 3, 1])
            #expect(await eventually { listener.events.codes == [.handshakeInterrupted] })
            await listener.listener.stop()
        }

        @Test("that stalls times out and keeps nobody else waiting") func slowLoris() async throws {
            var configuration = ChannelConfiguration()
            configuration.handshakeTimeout = .seconds(2)
            let listener = try await TestListener(configuration: configuration)
            let silent = try (0..<5).map { _ in try RawSocket.connect(port: listener.port) }
            silent[0].send([22, 3])
            let connection = try await listener.connect()
            let accepted = try await listener.accept()
            #expect(listener.events.codes.isEmpty)
            #expect(await eventually { listener.events.codes == [ChannelError.Code](repeating: .handshakeTimedOut, count: 5) })
            // Being connected, the others are not affected by the handshake's deadline.
            try await connection.send(Message(frames: [[1]]))
            #expect(try await accepted.receive() == Message(frames: [[1]]))
            await listener.listener.stop()
        }

        @Test("gives way to newer ones when strangers hold too many") func displacement() async throws {
            var limits = ListenerLimits()
            limits.maximumHandshakes = 4
            let listener = try await TestListener(limits: limits)
            let silent = try (0..<12).map { _ in try RawSocket.connect(port: listener.port) }
            #expect(await eventually { listener.events.codes.count == 8 })
            let connection = try await listener.connect()
            #expect(await connection.close())
            withExtendedLifetime(silent) {}
            await listener.listener.stop()
        }

        @Test("with a server that never answers times out at the connector") func silentServer() async throws {
            let listener = try await TestListener()
            let (server, port) = try RawSocket.listen()
            var configuration = ChannelConfiguration()
            configuration.handshakeTimeout = .milliseconds(300)
            #expect(await errorCode { try await listener.connect(port: port, configuration: configuration) } == .handshakeTimedOut)
            withExtendedLifetime(server) {}
            await listener.listener.stop()
        }

        @Test("asks the policy every time, so that trust can change while the listener runs") func liveTrust() async throws {
            let trusted = Trust()
            let listener = try await TestListener(policy: .pinned { trusted.contains($0) })
            #expect(await errorCode { try await listener.connect() } == .refusedByPeer)
            trusted.add(listener.identities.sender.certificateDER)
            let connection = try await listener.connect()
            #expect(await connection.close())
            await listener.listener.stop()
        }

        @Test("ends in the same exported keys on both sides, and only there") func exporter() async throws {
            let pair = try await ChannelPair()
            let other = try await ChannelPair()
            let binding = try pair.sender.exporter(label: "EXPORTER-Channel-Binding", context: [], length: 32)
            #expect(binding.count == 32)
            #expect(try pair.receiver.exporter(label: "EXPORTER-Channel-Binding", context: [], length: 32) == binding)
            #expect(try pair.sender.exporter(label: "EXPORTER-Channel-Binding", context: [1], length: 32) != binding)
            #expect(try pair.sender.exporter(label: "EXPORTER-Other", context: [], length: 32) != binding)
            #expect(try other.sender.exporter(label: "EXPORTER-Channel-Binding", context: [], length: 32) != binding)
            #expect(await errorCode { try pair.sender.exporter(label: "EXPORTER-Other", context: [], length: 0) } == .invalidConfiguration)
            await pair.close()
            await other.close()
        }
    }
}

/// `openssl s_client`, which writes to its output what comes inside TLS and leaves after half a second.
private func openSSLClient(_ listener: TestListener, identity: TestIdentity?, options: [String] = []) async throws -> Finished {
    var arguments = ["s_client", "-quiet", "-connect", listener.address] + options
    if let identity {
        arguments += ["-cert", identity.certificatePath, "-key", identity.keyPath]
    }
    let client = try RunningProgram(TestIdentity.openssl, arguments, input: .silence)
    _ = await eventually(within: .seconds(1)) { !client.isRunning }
    client.signal(SIGKILL)
    return await client.finish()
}

/// Tries again while a server that was just started does not listen yet.
func eventualErrorCode<Value>(otherThan ignored: ChannelError.Code, _ body: () async throws -> Value) async -> ChannelError.Code? {
    for _ in 0..<100 {
        let code = await errorCode(of: body)
        guard code == ignored else { return code }
        try? await Task.sleep(for: .milliseconds(30))
    }
    return ignored
}
