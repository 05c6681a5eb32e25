import SeededRandomness
import Testing

@testable import SecureChannel

extension ChannelTests {
    @Suite("ZMTP's opening") struct ZMTPOpeningTests {
        static let greeting = ProtocolViolationTests.greeting
        static let ready = ProtocolViolationTests.ready

        /// A `READY`, its length in eight bytes.
        static func longReady(_ body: [UInt8]) -> [UInt8] {
            [6] + withUnsafeBytes(of: UInt64(body.count).bigEndian) { Array($0) } + body
        }

        @Test("is what libzmq 4.3 says") func ours() {
            #expect(ZMTPOpening.greeting.count == 64)
            let ready =
                [4, 41, 5] + Array("READY".utf8) + [11] + Array("Socket-Type".utf8) + [0, 0, 0, 6] + Array("DEALER".utf8) + [8]
                + Array("Identity".utf8) + [0, 0, 0, 0]
            #expect(ZMTPOpening.ready == ready)
        }

        @Test("is taken off the front, and nothing else, however it is cut into pieces") func pieces() throws {
            let seed = UInt64.random(in: 0...UInt64.max)
            print("seed \(seed)")
            var generator = SplitMix64(seed: seed)
            let openings = [
                Self.greeting + Self.ready, ZMTPOpening.greeting + ZMTPOpening.ready,
                Self.greeting + Self.longReady(Array(Self.ready.dropFirst(2))),
            ]
            for opening in openings {
                for _ in 0..<100 {
                    var reader = ZMTPOpeningReader()
                    var rest = (opening + [0, 1, 7])[...]
                    var taken = 0
                    while !rest.isEmpty {
                        let piece = rest.prefix(Int.random(in: 1...50, using: &generator))
                        rest = rest.dropFirst(piece.count)
                        taken += try reader.take(piece)
                        #expect(reader.isComplete == (taken == opening.count))
                    }
                    #expect(taken == opening.count)
                }
            }
        }

        @Test("is refused at the first byte that does not fit") func refusals() {
            let body = Array(Self.ready.dropFirst(2))
            let cases: [([UInt8], Int)] = [
                ([0x47], 0), ([0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7E], 9), ([0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 2], 10),
                (Array(Self.greeting[..<12]) + Array("PLAIN".utf8), 12), (Array(Self.greeting[..<16]) + [1], 16),
                (Self.greeting + [0], 64), (Self.greeting + [5], 64), (Self.greeting + [6, 0, 0, 0, 0, 1, 0, 0, 0], 72),
                (Self.greeting + ProtocolViolationTests.wrongReady, 64 + 26), (Self.greeting + [4, 1, 9], 66),
                (Self.greeting + [4, 0], 65),
                (Self.greeting + [4, 6, 5] + Array("ERROR".utf8), 71), (Self.greeting + [4, 6, 5] + Array("READY".utf8), 71),
                (Self.greeting + [4, UInt8(body.count - 1)] + body.dropLast(), 64 + body.count),
            ]
            for (bytes, place) in cases {
                var reader = ZMTPOpeningReader()
                #expect(throws: Never.self, "\(bytes)") { try reader.take(bytes[..<place]) }
                #expect(throws: ChannelError.self, "\(bytes)") { try reader.take(bytes[place...]) }
                #expect(!reader.isComplete)
            }
        }

        @Test("never traps on random bytes") func random() {
            let seed = UInt64.random(in: 0...UInt64.max)
            print("seed \(seed)")
            var generator = SplitMix64(seed: seed)
            for _ in 0..<5000 {
                var reader = ZMTPOpeningReader()
                var command = Self.ready + generator.bytes(4)
                for _ in 0..<3 {
                    command[Int.random(in: 0..<command.count, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
                }
                let taken = try? reader.take(Self.greeting + command)
                #expect((taken ?? 0) <= 64 + command.count)
            }
        }
    }
}
