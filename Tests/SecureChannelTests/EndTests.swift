import Basics
import SecureChannel
import Testing

extension ChannelTests {
    @Suite("The end of a connection") struct EndTests {
        @Test("comes after every queued message", arguments: [true, false]) func flush(senderCloses: Bool) async throws {
            let pair = try await ChannelPair()
            let (closer, other) = senderCloses ? (pair.sender, pair.receiver) : (pair.receiver, pair.sender)
            let body = [UInt8](repeating: 3, count: 200_000)
            let receiving = Task {
                var count = 0
                while let message = try await other.receive() {
                    #expect(message.frames == [[UInt8(count & 0xFF)], body])
                    count += 1
                }
                return count
            }
            for number in 0..<300 {
                try await closer.send(Message(frames: [[UInt8(number & 0xFF)], body]))
            }
            #expect(await closer.close())
            #expect(try await receiving.value == 300)
            #expect(await errorCode { try await other.send(Message(frames: [[1]])) } == .closed)
            #expect(await errorCode { try await closer.send(Message(frames: [[1]])) } == .closed)
            #expect(try await closer.receive() == nil)
            await pair.close()
        }

        @Test("may follow the first message at once") func immediateClose() async throws {
            for _ in 0..<20 {
                let pair = try await ChannelPair()
                try await pair.receiver.send(Message(frames: [[1], [2]]))
                try await pair.sender.send(Message(frames: [[3]]))
                #expect(try await pair.sender.receive() == Message(frames: [[1], [2]]))
                #expect(await pair.sender.close())
                #expect(try await pair.receiver.receive() == Message(frames: [[3]]))
                #expect(try await pair.receiver.receive() == nil)
                await pair.close()
            }
        }

        @Test("leaves delivered messages to be taken later") func lateReceive() async throws {
            let pair = try await ChannelPair()
            for number in 0..<10 {
                try await pair.sender.send(Message(frames: [[UInt8(number)]]))
            }
            #expect(await pair.sender.close())
            for number in 0..<10 {
                #expect(try await pair.receiver.receive() == Message(frames: [[UInt8(number)]]))
            }
            #expect(try await pair.receiver.receive() == nil)
            #expect(try await pair.receiver.receive() == nil)
            await pair.close()
        }

        @Test("need not wait for the peer, and comes after every queued message all the same") func leave() async throws {
            for _ in 0..<10 {
                let pair = try await ChannelPair()
                for number in 0..<20 {
                    try await pair.sender.send(Message(frames: [[UInt8(number)], [UInt8](repeating: 1, count: 50_000)]))
                }
                await pair.sender.leave()
                for number in 0..<20 { #expect(try await pair.receiver.receive()?.frames[0] == [UInt8(number)]) }
                #expect(try await pair.receiver.receive() == nil)
                #expect(try await pair.sender.receive() == nil)
                await pair.close()
            }
        }

        @Test("by both sides at once is clean") func bothClose() async throws {
            for _ in 0..<20 {
                let pair = try await ChannelPair()
                async let first: Bool = pair.sender.close()
                async let second: Bool = pair.receiver.close()
                _ = await (first, second)
                #expect(try await pair.sender.receive() == nil)
                #expect(try await pair.receiver.receive() == nil)
                await pair.listener.listener.stop()
            }
        }

        @Test("wakes those who wait to receive on the side that closes") func closeWhileReceiving() async throws {
            let pair = try await ChannelPair()
            let waiting = Task { try await pair.sender.receive() }
            try await Task.sleep(for: .milliseconds(50))
            await pair.sender.close()
            #expect(try await waiting.value == nil)
            await pair.close()
        }

        @Test("without leave-taking is a cut, after what had arrived", arguments: [true, false]) func cut(withReset: Bool) async throws {
            let (pair, relay) = try await relayedPair()
            try await pair.sender.send(Message(frames: [[7]]))
            #expect(try await pair.receiver.receive() == Message(frames: [[7]]))
            relay.cut(withReset: withReset)
            #expect(await errorCode { try await pair.receiver.receive() } == .cut)
            #expect(await errorCode { try await pair.sender.receive() } == .cut)
            #expect(await errorCode { try await pair.sender.send(Message(frames: [[1]])) } == .cut)
            #expect(await pair.sender.close() == false)
            await pair.close()
        }

        @Test("in the middle of a stream is a cut for those who send, and does not end the process") func cutWhileSending() async throws {
            let (pair, relay) = try await relayedPair()
            let sending = Task {
                while true {
                    try await pair.sender.send(Message(frames: [[UInt8](repeating: 1, count: 1 << 20)]))
                }
            }
            for _ in 0..<5 {
                _ = try await pair.receiver.receive()
            }
            relay.cut(withReset: true)
            #expect(await errorCode { try await sending.value } == .cut)
            #expect(await errorCode { while try await pair.receiver.receive() != nil {} } == .cut)
            await pair.close()
        }

        @Test("by dropping it is a cut for the peer") func drop() async throws {
            let listener = try await TestListener()
            var connection: SecureConnection? = try await listener.connect()
            let accepted = try await listener.accept()
            #expect(connection != nil)
            connection = nil
            #expect(await errorCode { try await accepted.receive() } == .cut)
            await listener.listener.stop()
        }

        @Test("is noticed when the peer's link goes dead", .timeLimit(.minutes(1))) func silence() async throws {
            var configuration = ChannelConfiguration()
            configuration.heartbeatInterval = .milliseconds(100)
            configuration.silenceTimeout = .milliseconds(1500)
            let (pair, relay) = try await relayedPair(configuration)
            // Idle, but alive: heartbeats keep it up for longer than the timeout.
            try await Task.sleep(for: .milliseconds(3000))
            try await pair.sender.send(Message(frames: [[1]]))
            #expect(try await pair.receiver.receive() == Message(frames: [[1]]))
            relay.fallSilent()
            #expect(await errorCode { try await pair.receiver.receive() } == .peerSilent)
            #expect(await errorCode { try await pair.sender.receive() } == .peerSilent)
            await pair.close()
        }

        @Test("does not wait for ever for a peer that no longer answers") func linger() async throws {
            var configuration = ChannelConfiguration()
            configuration.lingerTimeout = .milliseconds(500)
            let (pair, relay) = try await relayedPair(configuration)
            relay.fallSilent()
            try await pair.sender.send(Message(frames: [[UInt8](repeating: 0, count: 1 << 20)]))
            #expect(await pair.sender.close() == false)
            relay.cut(withReset: true)
            await pair.close()
        }

        @Test("comes at once when the closing task is cancelled") func cancelledClose() async throws {
            var configuration = ChannelConfiguration()
            configuration.lingerTimeout = .seconds(3_600)
            let (pair, relay) = try await relayedPair(configuration)
            relay.fallSilent()
            let closing = Task { await pair.sender.close() }
            try await Task.sleep(for: .milliseconds(100))
            closing.cancel()
            #expect(await closing.value == false)
            relay.cut(withReset: true)
            await pair.close()
        }
    }
}

private func relayedPair(_ configuration: ChannelConfiguration = ChannelConfiguration()) async throws -> (ChannelPair, TCPRelay) {
    let created = RelayBox()
    let pair = try await ChannelPair(senderConfiguration: configuration, receiverConfiguration: configuration) { port in
        try created.make(to: port)
    }
    return (pair, try created.relay())
}
