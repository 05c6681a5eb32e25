import SeededRandomness
import Testing

@testable import SecureChannel

extension ChannelTests {
    @Suite("The ZMTP meter") struct ZMTPMeterTests {
        static let limits = ZMTPMeter.Limits(messageBytes: 1000, frames: 3)
        static let ready = ProtocolViolationTests.ready

        static func long(_ flags: UInt8, _ length: UInt64) -> [UInt8] {
            [flags | 2] + withUnsafeBytes(of: length.bigEndian) { Array($0) }
        }

        @Test("counts the same however the stream is cut into pieces") func pieces() throws {
            let seed = UInt64.random(in: 0...UInt64.max)
            print("seed \(seed)")
            var generator = SplitMix64(seed: seed)
            let messages: [UInt8] =
                [0, 0] + [0, 2, 8, 8] + [1, 1, 5, 0, 0] + Self.long(1, 300) + [UInt8](repeating: 1, count: 300) + [0, 1, 1]
            let stream = Self.ready + messages + [4, 3, 4, 0x50, 0x49]
            for _ in 0..<200 {
                var meter = ZMTPMeter(limits: Self.limits)
                var rest = stream[...]
                while !rest.isEmpty {
                    let piece = rest.prefix(Int.random(in: 1...40, using: &generator))
                    rest = rest.dropFirst(piece.count)
                    try Array(piece).withUnsafeBytes { try meter.advance(over: $0) }
                }
                #expect(meter.completedMessages == 4)
                #expect(meter.passedBytes == 304)
                #expect(meter.announcedWeight == UInt64(0 + 2 + 1 + 0 + 300 + 1 + 6 * MessageWeight.frameOverhead))
                #expect(meter.isBetweenMessages)
            }
        }

        @Test("knows whether a message is under way") func boundaries() throws {
            let streams: [([UInt8], Bool)] = [
                ([], true), (Self.ready, true), ([1, 1, 7], false), ([0], false), ([0, 2, 1], false), ([0, 2, 1, 1], true),
                ([1, 0, 4, 1, 9], false),
            ]
            for (stream, isBetween) in streams {
                var meter = ZMTPMeter(limits: Self.limits)
                try stream.withUnsafeBytes { try meter.advance(over: $0) }
                #expect(meter.isBetweenMessages == isBetween, "\(stream)")
            }
        }

        @Test("refuses what exceeds the limits or is no frame") func refusals() throws {
            let body = [UInt8](repeating: 0, count: 600)
            let streams: [([UInt8], ChannelError.Code)] = [
                ([8], .protocolViolation), ([5], .protocolViolation), (Self.long(4, 8193), .protocolViolation),
                (Self.long(0, 1001), .messageTooLarge), (Self.long(1, 600) + body + Self.long(0, 401), .messageTooLarge),
                (Self.long(0, .max), .messageTooLarge), ([1, 0, 1, 0, 1, 0, 0, 0], .messageTooLarge),
            ]
            for (stream, code) in streams {
                var meter = ZMTPMeter(limits: Self.limits)
                #expect(throws: ChannelError.self) { try stream.withUnsafeBytes { try meter.advance(over: $0) } }
                var again = ZMTPMeter(limits: Self.limits)
                do {
                    try stream.withUnsafeBytes { try again.advance(over: $0) }
                } catch {
                    #expect((error as? ChannelError)?.code == code)
                }
            }
        }

        @Test("takes messages of exactly the limits") func exactly() throws {
            var meter = ZMTPMeter(limits: Self.limits)
            let message =
                Self.long(1, 600) + [UInt8](repeating: 0, count: 600) + Self.long(1, 400) + [UInt8](repeating: 0, count: 400) + [0, 0]
            try (message + message).withUnsafeBytes { try meter.advance(over: $0) }
            #expect(meter.completedMessages == 2)
        }

        @Test("never traps on random bytes") func random() {
            let seed = UInt64.random(in: 0...UInt64.max)
            print("seed \(seed)")
            var generator = SplitMix64(seed: seed)
            for _ in 0..<5000 {
                var meter = ZMTPMeter(limits: Self.limits)
                let stream = generator.bytes(Int.random(in: 0..<60, using: &generator))
                _ = try? stream.withUnsafeBytes { try meter.advance(over: $0) }
                #expect(meter.completedMessages <= 60)
            }
        }
    }
}
