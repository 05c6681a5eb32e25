import SecureChannel
import Testing

extension ChannelTests {
    @Suite("A listener") struct ListenerTests {
        @Test("that stops frees its port, ends its sequence and lets connections live") func stop() async throws {
            let pair = try await ChannelPair()
            let listener = pair.listener.listener
            let iterating = Task {
                for await _ in listener.connections {}
                return true
            }
            await listener.stop()
            #expect(await iterating.value)
            #expect(await errorCode { try await pair.listener.connect() } == .cannotConnect)
            try await pair.sender.send(Message(frames: [[1]]))
            #expect(try await pair.receiver.receive() == Message(frames: [[1]]))
            let identity = pair.listener.identities.receiver
            let again = try await SecureListener.bind(
                host: "127.0.0.1", port: listener.localAddress.port, credentials: identity.credentials, policy: .pinned { _ in true })
            #expect(again.localAddress == listener.localAddress)
            await again.stop()
            await pair.close()
        }

        @Test("cuts connections that nobody took when it stops") func untaken() async throws {
            let listener = try await TestListener()
            let connection = try await listener.connect()
            await listener.listener.stop()
            #expect(await errorCode { try await connection.receive() } == .cut)
        }

        @Test("listens on every address for *, and shows IPv4 peers as such") func wildcard() async throws {
            let identities = try await TestIdentities.shared
            let listener = try await SecureListener.bind(
                host: "*", port: 0, credentials: identities.receiver.credentials, policy: .pinned { _ in true })
            let connection = try await SecureConnector.connect(
                host: "127.0.0.1", port: listener.localAddress.port, credentials: identities.sender.credentials,
                policy: .pinned { _ in true })
            var iterator = listener.connections.makeAsyncIterator()
            let accepted = try #require(await iterator.next())
            #expect(accepted.peerAddress.host == "127.0.0.1")
            #expect(await connection.close())
            await listener.stop()
        }

        @Test("says why it cannot listen") func cannotListen() async throws {
            let listener = try await TestListener()
            let credentials = try listener.identities.receiver.credentials
            func bind(_ host: String, _ port: UInt16) async -> ChannelError.Code? {
                await errorCode {
                    try await SecureListener.bind(host: host, port: port, credentials: credentials, policy: .pinned { _ in true })
                }
            }
            #expect(await bind("127.0.0.1", listener.port) == .cannotListen)
            #expect(await bind("192.0.2.1", 0) == .cannotListen)
            #expect(await bind("no such host", 0) == .unknownHost)
            await listener.listener.stop()
        }

        @Test("ends the wait of a cancelled iterator only") func cancelledIteration() async throws {
            let listener = try await TestListener()
            let waiting = Task {
                var iterator = listener.listener.connections.makeAsyncIterator()
                return await iterator.next() == nil
            }
            try await Task.sleep(for: .milliseconds(30))
            waiting.cancel()
            #expect(await waiting.value)
            let connection = try await listener.connect()
            let accepted = try await listener.accept()
            #expect(await connection.close())
            #expect(try await accepted.receive() == nil)
            await listener.listener.stop()
        }

        @Test("is named in the error of those who cannot reach it") func unreachable() async throws {
            let identities = try await TestIdentities.shared
            let port = try RawSocket.freePort()
            let credentials = try identities.sender.credentials
            do throws(ChannelError) {
                _ = try await SecureConnector.connect(
                    host: "127.0.0.1", port: port, credentials: credentials, policy: .pinned { _ in true })
                Issue.record("connected to a port where nobody listens")
            } catch {
                #expect(error.code == .cannotConnect)
                #expect(error.description.contains("127.0.0.1:\(port)"))
            }
        }
    }
}
