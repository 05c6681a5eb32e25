import Foundation
import SecureChannel
import TestSupport
import Testing

extension ChannelTests {
    @Suite("A trusted peer that does not speak ZeroMQ") struct ProtocolViolationTests {
        static let greeting: [UInt8] = [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0] + Array("NULL".utf8) + [UInt8](repeating: 0, count: 48)
        static let ready: [UInt8] =
            [4, 28, 5] + Array("READY".utf8) + [11] + Array("Socket-Type".utf8) + [0, 0, 0, 6] + Array("DEALER".utf8)

        static let wrongReady: [UInt8] =
            [4, 25, 5] + Array("READY".utf8) + [11] + Array("Socket-Type".utf8) + [0, 0, 0, 3] + Array("SUB".utf8)

        struct Case: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let bytes: [UInt8]
            let code: ChannelError.Code
        }

        static let cases = [
            Case(testDescription: "text", bytes: Array("GET / HTTP/1.1\r\n\r\n".utf8), code: .protocolViolation),
            Case(testDescription: "an old version", bytes: [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 1, 0], code: .protocolViolation),
            Case(
                testDescription: "another mechanism", bytes: Array(greeting[..<12]) + Array("PLAIN".utf8) + greeting[17...] + ready,
                code: .protocolViolation),
            Case(testDescription: "a damaged frame", bytes: greeting + ready + [0x80, 1, 1], code: .protocolViolation),
            Case(testDescription: "a huge command", bytes: greeting + [6, 0, 0, 0, 0, 1, 0, 0, 0], code: .protocolViolation),
            Case(testDescription: "a wrong socket type", bytes: greeting + wrongReady, code: .protocolViolation),
            Case(
                testDescription: "an impossible length", bytes: greeting + ready + [2] + [UInt8](repeating: 0xFF, count: 8),
                code: .messageTooLarge),
            Case(
                testDescription: "endless frames", bytes: greeting + ready + (0..<65).flatMap { _ in [UInt8(1), 0] }, code: .messageTooLarge
            ),
            Case(testDescription: "a message without its end", bytes: greeting + ready + [1, 3, 1, 2, 3], code: .cut),
        ]

        @Test("gets a typed error, and nobody else does", arguments: cases) func violation(example: Case) async throws {
            let listener = try await TestListener()
            let good = try await listener.connect()
            let goodEnd = try await listener.accept()
            let bad = try slowClient(listener, bytes: example.bytes, staysFor: example.code == .cut ? 0 : 5)
            let badEnd = try await listener.accept()
            #expect(await errorCode { try await badEnd.receive() } == example.code)
            bad.signal(SIGKILL)
            try await good.send(Message(frames: [[2]]))
            #expect(try await goodEnd.receive() == Message(frames: [[2]]))
            await listener.listener.stop()
        }

        @Test("is not what these bytes are: they make a session") func control() async throws {
            let listener = try await TestListener()
            let client = try slowClient(listener, bytes: Self.greeting + Self.ready + [1, 3, 1, 2, 3, 0, 1, 9], staysFor: 0)
            let end = try await listener.accept()
            #expect(try await end.receive() == Message(frames: [[1, 2, 3], [9]]))
            #expect(try await end.receive() == nil)
            _ = await client.finish()
            await listener.listener.stop()
        }

        @Test("and says nothing is given up after the handshake's time", .timeLimit(.minutes(1))) func mute() async throws {
            var configuration = ChannelConfiguration()
            configuration.handshakeTimeout = .milliseconds(1500)
            let listener = try await TestListener(configuration: configuration)
            let identity = listener.identities.sender
            let client = try RunningProgram(
                TestIdentity.openssl,
                ["s_client", "-quiet", "-connect", listener.address, "-cert", identity.certificatePath, "-key", identity.keyPath],
                input: .silence)
            let end = try await listener.accept()
            #expect(await errorCode { try await end.receive() } == .protocolViolation)
            client.signal(SIGKILL)
            await listener.listener.stop()
        }
    }
}

/// A trusted TLS client that sends ZeroMQ's greeting, its handshake and the rest one after the other, as the protocol demands, and takes leave.
private func slowClient(_ listener: TestListener, bytes: [UInt8], staysFor seconds: Int) throws -> RunningProgram {
    let identity = listener.identities.sender
    let pieces = [bytes.prefix(64), bytes.dropFirst(64).prefix(30), bytes.dropFirst(94)].map { piece in
        piece.map { "\\" + String($0, radix: 8) }.joined()
    }
    let feed = pieces.map { "printf '\($0)'; sleep 0.2" }.joined(separator: "; ") + "; sleep \(seconds)"
    let client =
        "\(TestIdentity.openssl) s_client -nocommands -connect \(listener.address) -cert \(identity.certificatePath) -key \(identity.keyPath)"
    return try RunningProgram("/bin/sh", ["-c", "(\(feed)) | exec \(client)"])
}
