import SecureChannel
import SeededRandomness
import Testing

extension ChannelTests {
    @Suite("Messages") struct MessageTests {
        @Test("come back as they went") func echo() async throws {
            let pair = try await ChannelPair()
            try await pair.sender.send(Message(frames: [Array("question".utf8)]))
            let question = try #require(try await pair.receiver.receive())
            #expect(question == Message(frames: [Array("question".utf8)]))
            try await pair.receiver.send(Message(frames: [Array("answer".utf8)]))
            #expect(try await pair.sender.receive() == Message(frames: [Array("answer".utf8)]))
            await pair.close()
        }

        @Test("keep their frames, the empty ones too") func multipart() async throws {
            let pair = try await ChannelPair()
            let messages = [
                Message(frames: [[]]), Message(frames: [[], [], []]), Message(frames: [[1], [], [2, 3]]), Message(frames: [[], [9]]),
                Message(frames: [[9], []]), Message(frames: (0..<64).map { [UInt8](repeating: 5, count: $0 * 9) }),
            ]
            for message in messages {
                try await pair.sender.send(message)
            }
            for message in messages {
                #expect(try await pair.receiver.receive() == message)
            }
            await pair.close()
        }

        @Test("of every length around the framing's boundaries arrive whole") func lengths() async throws {
            let seed = UInt64.random(in: 0...UInt64.max)
            print("seed \(seed)")
            var generator = SplitMix64(seed: seed)
            let pair = try await ChannelPair()
            let boundaries = [0, 255, 256, 8192, 16_384, 65_536, 1 << 18, 1 << 20]
            let lengths =
                boundaries.flatMap { [max(0, $0 - 1), $0, $0 + 1] } + (0..<20).map { _ in Int.random(in: 0..<300_000, using: &generator) }
            for length in lengths {
                let message = Message(frames: [
                    generator.bytes(3), [UInt8](repeating: UInt8(length & 0xFF), count: length), generator.bytes(1),
                ])
                try await pair.sender.send(message)
                #expect(try await pair.receiver.receive() == message, "length \(length)")
            }
            await pair.close()
        }

        @Test("keep their order") func order() async throws {
            let pair = try await ChannelPair()
            let count: UInt32 = 20_000
            let sending = Task {
                for number in 0..<count {
                    try await pair.sender.send(Message(frames: [withUnsafeBytes(of: number.bigEndian) { Array($0) }]))
                }
            }
            for number in 0..<count {
                let message = try #require(try await pair.receiver.receive())
                let received = message.frames[0].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                try #require(received == number)
            }
            try await sending.value
            await pair.close()
        }

        @Test("pass 100 MB each way at the same time") func bothWays() async throws {
            let pair = try await ChannelPair()
            let chunk = [UInt8](repeating: 0xA5, count: 1 << 20)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (from, to) in [(pair.sender, pair.receiver), (pair.receiver, pair.sender)] {
                    group.addTask {
                        for number in 0..<100 {
                            try await from.send(Message(frames: [[UInt8(number)], chunk]))
                        }
                    }
                    group.addTask {
                        for number in 0..<100 {
                            let message = try #require(try await to.receive())
                            #expect(message.frames == [[UInt8(number)], chunk])
                        }
                    }
                }
                try await group.waitForAll()
            }
            let statistics = pair.sender.statistics
            #expect(statistics.applicationBytesSent == 100 * ((1 << 20) + 1))
            #expect(statistics.applicationBytesReceived == 100 * ((1 << 20) + 1))
            #expect(statistics.wireBytesSent > statistics.applicationBytesSent)
            await pair.close()
        }

        @Test("travel on several connections at once without mixing") func severalConnections() async throws {
            let listener = try await TestListener()
            let serving = Task {
                await withTaskGroup(of: Void.self) { group in
                    for await connection in listener.listener.connections {
                        group.addTask {
                            while let message = try? await connection.receive() {
                                try? await connection.send(message)
                            }
                            await connection.close()
                        }
                    }
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<8 {
                    group.addTask {
                        let connection = try await listener.connect()
                        for number in 0..<50 {
                            let message = Message(frames: [
                                [UInt8(client), UInt8(number)], [UInt8](repeating: UInt8(client), count: 50_000),
                            ])
                            try await connection.send(message)
                            #expect(try await connection.receive() == message)
                        }
                        #expect(await connection.close())
                    }
                }
                try await group.waitForAll()
            }
            await listener.listener.stop()
            await serving.value
        }
    }
}
