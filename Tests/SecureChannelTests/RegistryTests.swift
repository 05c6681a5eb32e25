import SeededRandomness
import Synchronization
import Testing

@testable import SecureChannel

extension ChannelTests {
    @Suite("Handshakes under way") struct RegistryTests {
        private func limits(_ handshakes: Int) -> ListenerLimits {
            var limits = ListenerLimits()
            limits.maximumHandshakes = handshakes
            return limits
        }

        private func seeded(_ seed: UInt64) -> @Sendable (Range<Int>) -> Int {
            let generator = Shared(SplitMix64(seed: seed))
            return { range in generator.value.withLock { Int.random(in: range, using: &$0) } }
        }

        private final class Shared: Sendable {
            let value: Mutex<SplitMix64>
            init(_ generator: SplitMix64) { value = Mutex(generator) }
        }

        /// A registry and what it holds.
        private final class Crowd {
            private let registry: ConnectionRegistry
            private var all: [ConnectionSignals] = []

            init(_ registry: ConnectionRegistry) { self.registry = registry }

            deinit { for signals in all { signals.waker.close() } }

            func enter(_ host: String) throws -> ConnectionSignals {
                let signals = try ConnectionSignals()
                all.append(signals)
                _ = try registry.beginHandshake(signals, from: SocketAddress(host: host, port: 1))
                return signals
            }
        }

        private func isAlive(_ signals: ConnectionSignals) -> Bool {
            (try? signals.throwIfAborted()) != nil
        }

        @Test("of one peer outlast any number from one other address") func crowd() throws {
            let crowd = Crowd(ConnectionRegistry(limits(8), choose: seeded(1)))
            let honest = try crowd.enter("192.0.2.1")
            for _ in 0..<100 {
                let signals = try crowd.enter("198.51.100.7")
                #expect(isAlive(signals), "a newcomer is let in")
            }
            #expect(isAlive(honest))
        }

        @Test("of one IPv6 network are one peer's") func network() throws {
            let crowd = Crowd(ConnectionRegistry(limits(8), choose: seeded(2)))
            let honest = try crowd.enter("2001:db8:0:1::1")
            for number in 1...100 { _ = try crowd.enter("2001:db8:0:2::" + String(number, radix: 16)) }
            #expect(isAlive(honest))
            #expect(SocketAddress(host: "192.0.2.1", port: 1).network == "192.0.2.1")
            #expect(SocketAddress(host: "fe80::1%eth0", port: 1).network == SocketAddress(host: "fe80::2", port: 2).network)
        }

        /// Were it the oldest that gives way, nobody would live through one round.
        @Test("give way at random where every one comes from elsewhere") func random() throws {
            let choose = seeded(3)
            var survivors = 0
            for _ in 0..<200 {
                let crowd = Crowd(ConnectionRegistry(limits(16), choose: choose))
                let honest = try crowd.enter("192.0.2.1")
                for number in 0..<31 { _ = try crowd.enter("10.0.0.\(number)") }
                if isAlive(honest) { survivors += 1 }
            }
            // 15 fill the places, and 16 displace one of 16 each: (15/16)^16 = 0.36 of 200.
            #expect((40...110).contains(survivors), "\(survivors) of 200")
        }
    }
}
