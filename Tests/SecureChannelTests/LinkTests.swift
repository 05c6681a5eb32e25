import Basics
import LinkSimulator
import SecureChannel
import Testing

extension ChannelTests {
    /// Over links that are slow or dead.
    @Suite("On a bad link") struct LinkTests {
        private func configuration(silence: Duration) -> ChannelConfiguration {
            var configuration = ChannelConfiguration()
            configuration.heartbeatInterval = silence / 4
            configuration.silenceTimeout = silence
            return configuration
        }

        /// Two ends over a link, which is handed to `body` with them.
        private func connected(
            _ conditions: LinkConditions, _ configuration: ChannelConfiguration,
            _ body: (ChannelPair, SimulatedLink) async throws -> Void
        ) async throws {
            let listener = try await TestListener(configuration: configuration)
            let link = try SimulatedLink(to: listener.port, conditions)
            let pair = try await ChannelPair(listener, through: link.port, configuration)
            try await body(pair, link)
            link.stop()
            await listener.listener.stop()
        }

        @Test("silence is noticed at both ends, also while more is to be sent than the link takes", .timeLimit(.minutes(1)))
        func blackhole() async throws {
            let configuration = configuration(silence: .milliseconds(1500))
            try await connected(LinkConditions(bitsPerSecond: 2e6, latency: .milliseconds(10)), configuration) { pair, link in
                let flood = Task {
                    while true { try await pair.sender.send(Message(frames: [[UInt8](repeating: 1, count: 100_000)])) }
                }
                _ = try await pair.receiver.receive()
                link.setBlackhole(true)
                async let sender = errorCode { while try await pair.sender.receive() != nil {} }
                async let receiver = errorCode { while try await pair.receiver.receive() != nil {} }
                #expect(await sender == .peerSilent)
                #expect(await receiver == .peerSilent)
                #expect(await errorCode { try await flood.value } == .peerSilent)
            }
        }

        /// 32 kbit/s: a TLS record of 16 KiB takes four seconds, in which nothing can be decrypted.
        @Test("a record that takes longer than the silence is no silence", .timeLimit(.minutes(1))) func slowRecord() async throws {
            var conditions = LinkConditions(bitsPerSecond: 32e3, latency: .milliseconds(10))
            conditions.bitsPerSecondToSender = 1e6
            conditions.queueBytes = 2_000
            try await connected(conditions, configuration(silence: .seconds(2))) { pair, _ in
                let body = [UInt8](repeating: 7, count: 40_000)
                try await pair.sender.send(Message(frames: [body]))
                #expect(try await pair.receiver.receive() == Message(frames: [body]))
                try await pair.receiver.send(Message(frames: [[1]]))
                #expect(try await pair.sender.receive() == Message(frames: [[1]]))
            }
        }
    }
}
