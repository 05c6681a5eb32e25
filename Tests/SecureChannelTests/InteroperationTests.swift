import Foundation
import SecureChannel
import TestSupport
import Testing

extension ChannelTests {
    /// Foreign ZeroMQ behind a foreign TLS tunnel: libzmq under Python, stunnel.
    @Suite("stunnel and pyzmq", .needs("stunnel4"), .needsPython("zmq"), .timeLimit(.minutes(2)))
    struct InteroperationTests {
        @Test("reach our listener") func foreignClient() async throws {
            let listener = try await TestListener()
            let port = try RawSocket.freePort()
            let identity = listener.identities.sender
            let tunnel = try runTunnel(
                identity: identity, peer: listener.identities.receiver,
                options: ["client = yes", "accept = 127.0.0.1:\(port)", "connect = \(listener.address)"])
            let script = """
                import sys, zmq
                socket = zmq.Context().socket(zmq.DEALER)
                socket.connect("tcp://127.0.0.1:\(port)")
                socket.send_multipart([b"hello", b"", bytes(1000000)])
                answer = socket.recv_multipart()
                assert answer == [b"", b"welcome", b"\\x07" * 500000], len(answer)
                socket.send(b"bye")
                socket.close(); zmq.Context.instance().term(); print("done")
                """
            let client = try RunningProgram(try #require(ForeignPrograms.path(of: "python3")), ["-c", script])
            let connection = try await listener.accept()
            #expect(connection.peerCertificateDER == identity.certificateDER)
            #expect(try await connection.receive() == Message(frames: [Array("hello".utf8), [], [UInt8](repeating: 0, count: 1_000_000)]))
            try await connection.send(Message(frames: [[], Array("welcome".utf8), [UInt8](repeating: 7, count: 500_000)]))
            #expect(try await connection.receive() == Message(frames: [Array("bye".utf8)]))
            let finished = await client.finish()
            #expect(finished.status == 0, "\(finished.errors)")
            // stunnel takes leave properly when its client does.
            #expect(try await connection.receive() == nil)
            tunnel.signal(SIGKILL)
            await listener.listener.stop()
        }

        @Test("are reached by our connector") func foreignServer() async throws {
            let identities = try await TestIdentities.shared
            let (tunnelPort, serverPort) = (try RawSocket.freePort(), try RawSocket.freePort())
            let script = """
                import zmq
                socket = zmq.Context().socket(zmq.DEALER)
                socket.bind("tcp://127.0.0.1:\(serverPort)")
                while True:
                    frames = socket.recv_multipart()
                    socket.send_multipart([b"echo"] + frames)
                """
            let server = try RunningProgram(try #require(ForeignPrograms.path(of: "python3")), ["-c", script])
            let tunnel = try runTunnel(
                identity: identities.receiver, peer: identities.sender,
                options: ["accept = 127.0.0.1:\(tunnelPort)", "connect = 127.0.0.1:\(serverPort)"])
            let expected = identities.receiver.certificateDER
            let connection = try await connectWhenUp(port: tunnelPort) {
                try await SecureConnector.connect(
                    host: "127.0.0.1", port: tunnelPort, credentials: identities.sender.credentials, policy: .pinned { $0 == expected })
            }
            for number in 0..<20 {
                let frames: [[UInt8]] = [[UInt8(number)], [], [UInt8](repeating: 3, count: number * 50_000)]
                try await connection.send(Message(frames: frames))
                #expect(try await connection.receive() == Message(frames: [Array("echo".utf8)] + frames))
            }
            await connection.close()
            tunnel.signal(SIGKILL)
            server.signal(SIGKILL)
        }

        private func runTunnel(identity: TestIdentity, peer: TestIdentity, options: [String]) throws -> RunningProgram {
            let lines =
                ["foreground = yes", "pid =", "debug = notice", "[channel]"] + options + [
                    "cert = \(identity.certificatePath)", "key = \(identity.keyPath)", "CAfile = \(peer.certificatePath)",
                    "verifyPeer = yes",
                    "sslVersion = TLSv1.3",
                ]
            let file = "stunnel-\(UUID().uuidString).conf"
            let path = try identity.directory.write(lines.joined(separator: "\n") + "\n", as: file)
            return try RunningProgram(try #require(ForeignPrograms.path(of: "stunnel4")), [path])
        }

        /// Waits until the foreign programs are up, which takes Python a moment.
        private func connectWhenUp(port: UInt16, _ connect: () async throws -> SecureConnection) async throws -> SecureConnection {
            var last: any Error = ProgramFailure("not tried")
            for _ in 0..<100 {
                do {
                    return try await connect()
                } catch {
                    last = error
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            throw last
        }
    }
}
