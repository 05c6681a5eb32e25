import Basics
import SecureChannel
import Synchronization
import Testing

extension ChannelTests {
    @Suite("The flow") struct FlowTests {
        @Test("stops at the bounds while the receiver is slow, and loses nothing") func backpressure() async throws {
            var configuration = ChannelConfiguration()
            configuration.sendQueueBytes = 2 << 20
            configuration.receiveQueueBytes = 1 << 20
            let pair = try await ChannelPair(senderConfiguration: configuration, receiverConfiguration: configuration)
            let accepted = Mutex(0)
            let size = 100_000
            let total = 400
            let sending = Task {
                for number in 0..<total {
                    try await pair.sender.send(Message(frames: [[UInt8(number & 0xFF)], [UInt8](repeating: 1, count: size)]))
                    accepted.withLock { $0 += 1 }
                }
            }
            var last = -1
            while last != accepted.withLock({ $0 }) {
                last = accepted.withLock { $0 }
                try await Task.sleep(for: .milliseconds(400))
            }
            // Queues of 3 MB, pump buffers of 1 MB, and what the kernel's sockets hold.
            #expect(last * size < 24 << 20, "\(last) messages were accepted")
            #expect(last < total)
            // What entered this process stays within the receiver's bound, a message and the buffers.
            let received = pair.receiver.statistics
            #expect(received.applicationBytesReceived <= UInt64((1 << 20) + 2 * size + (512 << 10)))
            for number in 0..<total {
                #expect(try await pair.receiver.receive()?.frames.first == [UInt8(number & 0xFF)])
            }
            try await sending.value
            await pair.close()
        }

        @Test("lets a message pass that is larger than the queues") func largeMessage() async throws {
            var configuration = ChannelConfiguration()
            configuration.sendQueueBytes = 1000
            configuration.receiveQueueBytes = 1000
            let pair = try await ChannelPair(senderConfiguration: configuration, receiverConfiguration: configuration)
            let message = Message(frames: [[UInt8](repeating: 9, count: 5_000_000), []])
            for _ in 0..<3 {
                let sending = Task { try await pair.sender.send(message) }
                #expect(try await pair.receiver.receive() == message)
                try await sending.value
            }
            await pair.close()
        }

        @Test("is undisturbed by a cancelled receive") func cancelledReceive() async throws {
            let pair = try await ChannelPair()
            let receiving = Task { try await pair.receiver.receive() }
            try await Task.sleep(for: .milliseconds(30))
            receiving.cancel()
            #expect(await errorCode { try await receiving.value } == .cancelled)
            try await pair.sender.send(Message(frames: [[4]]))
            #expect(try await pair.receiver.receive() == Message(frames: [[4]]))
            await pair.close()
        }

        @Test("is undisturbed by a cancelled send, whose message does not travel") func cancelledSend() async throws {
            var configuration = ChannelConfiguration()
            configuration.sendQueueBytes = 1 << 20
            configuration.receiveQueueBytes = 1 << 20
            let pair = try await ChannelPair(senderConfiguration: configuration, receiverConfiguration: configuration)
            let body = [UInt8](repeating: 0, count: 1 << 20)
            let accepted = Mutex<UInt8>(0)
            let sending = Task {
                while true {
                    let number = accepted.withLock { $0 }
                    try await pair.sender.send(Message(frames: [[number], body]))
                    accepted.withLock { $0 += 1 }
                }
            }
            var last: UInt8 = 255
            while last != accepted.withLock({ $0 }) {
                last = accepted.withLock { $0 }
                try await Task.sleep(for: .milliseconds(300))
            }
            sending.cancel()
            #expect(await errorCode { try await sending.value } == .cancelled)
            async let closing: Bool = pair.sender.close()
            for number in 0..<last {
                #expect(try await pair.receiver.receive()?.frames.first == [number])
            }
            #expect(try await pair.receiver.receive() == nil)
            #expect(await closing)
            await pair.close()
        }

        @Test("does not begin when the connecting task is cancelled") func cancelledConnect() async throws {
            let listener = try await TestListener()
            let (server, port) = try RawSocket.listen()
            let connecting = Task { try await listener.connect(port: port) }
            try await Task.sleep(for: .milliseconds(50))
            connecting.cancel()
            #expect(await errorCode { try await connecting.value } == .cancelled)
            withExtendedLifetime(server) {}
            await listener.listener.stop()
        }
    }
}
