import Basics
import SecureChannel
import Testing

extension ChannelTests {
    @Suite("Limits") struct LimitTests {
        @Test("hold for what is sent") func outgoing() async throws {
            var configuration = ChannelConfiguration()
            configuration.maximumMessageBytes = 1000
            configuration.maximumFrames = 3
            let pair = try await ChannelPair(senderConfiguration: configuration)
            let tooLong = Message(frames: [[UInt8](repeating: 0, count: 500), [UInt8](repeating: 0, count: 501)])
            #expect(await errorCode { try await pair.sender.send(tooLong) } == .messageTooLarge)
            #expect(await errorCode { try await pair.sender.send(Message(frames: [[], [], [], []])) } == .messageTooLarge)
            #expect(await errorCode { try await pair.sender.send(Message(frames: [])) } == .invalidMessage)
            let largest = Message(frames: [[UInt8](repeating: 0, count: 500), [UInt8](repeating: 0, count: 500), []])
            try await pair.sender.send(largest)
            #expect(try await pair.receiver.receive() == largest)
            await pair.close()
        }

        @Test("end the session of a peer that exceeds them, and no other", arguments: [[1001], [600, 600], [0, 0, 0, 0]])
        func incoming(frameLengths: [Int]) async throws {
            let message = Message(frames: frameLengths.map { [UInt8](repeating: 0, count: $0) })
            var configuration = ChannelConfiguration()
            configuration.maximumMessageBytes = 1000
            configuration.maximumFrames = 3
            let listener = try await TestListener(configuration: configuration)
            let good = try await listener.connect()
            let goodEnd = try await listener.accept()
            let bad = try await listener.connect()
            let badEnd = try await listener.accept()
            try await bad.send(Message(frames: [[1]]))
            #expect(try await badEnd.receive() == Message(frames: [[1]]))
            try await bad.send(message)
            #expect(await errorCode { try await badEnd.receive() } == .messageTooLarge)
            #expect(await errorCode { try await bad.receive() } == .cut)
            try await good.send(Message(frames: [[2]]))
            #expect(try await goodEnd.receive() == Message(frames: [[2]]))
            await listener.listener.stop()
        }

        @Test("on connections turn a peer away until another leaves") func connections() async throws {
            var limits = ListenerLimits()
            limits.maximumConnections = 2
            let listener = try await TestListener(limits: limits)
            let first = try await listener.connect()
            let second = try await listener.connect()
            let accepted = (try await listener.accept(), try await listener.accept())
            #expect(await errorCode { try await listener.connect() } == .turnedAway)
            #expect(await eventually { listener.events.codes == [.tooManyConnections] })
            #expect(await first.close())
            #expect(await eventuallySucceeds { try await listener.connect() })
            #expect(await second.close())
            _ = accepted
            await listener.listener.stop()
        }

        @Test("that make no sense are refused") func configuration() async throws {
            let changes: [@Sendable (inout ChannelConfiguration) -> Void] = [
                { $0.maximumMessageBytes = 0 }, { $0.maximumMessageBytes = .max }, { $0.maximumFrames = 0 }, { $0.sendQueueBytes = -1 },
                { $0.receiveQueueBytes = 0 }, { $0.handshakeTimeout = .zero }, { $0.heartbeatInterval = .seconds(-1) },
                { $0.silenceTimeout = .seconds(1) },
                { $0.lingerTimeout = .seconds(1_000_000) }, { $0.transmissionTimeout = .zero }, { $0.applicationProtocol = "" },
                { $0.applicationProtocol = String(repeating: "a", count: 256) },
            ]
            for change in changes {
                var configuration = ChannelConfiguration()
                change(&configuration)
                #expect(await errorCode { try await TestListener(configuration: configuration) } == .invalidConfiguration)
            }
            var limits = ListenerLimits()
            limits.maximumHandshakes = 0
            #expect(await errorCode { try await TestListener(limits: limits) } == .invalidConfiguration)
        }
    }
}

private func eventuallySucceeds(_ body: () async throws -> SecureConnection) async -> Bool {
    for _ in 0..<100 {
        if let connection = try? await body() {
            await connection.close()
            return true
        }
        try? await Task.sleep(for: .milliseconds(20))
    }
    return false
}
