import Foundation
import SeededRandomness
import Testing

@testable import LinkSimulator

/// What the simulated link does to bytes: order, rate, delay, sharing, troubles.
@Suite(.serialized) struct SimulatedLinkTests {
    /// A listener that keeps what comes and closes when the peer does.
    private final class Sink: Sendable {
        let port: UInt16
        let received = Locked<[[UInt8]]>([])
        let ends = Locked<[Double]>([])
        private let listener: BlockingSocket

        init(answering answer: [UInt8] = []) throws {
            listener = BlockingSocket()
            port = try listener.listen()
            Thread.detachNewThread { [self] in
                while let peer = listener.accept() {
                    Thread.detachNewThread { [self] in
                        if !answer.isEmpty { peer.send(answer) }
                        var all: [UInt8] = []
                        while case let bytes = peer.receive(), !bytes.isEmpty { all += bytes }
                        received.change { $0.append(all) }
                        ends.change { $0.append(Date().timeIntervalSince1970) }
                    }
                }
            }
        }

        deinit { listener.shutDown() }

        func waitForEnds(_ count: Int) async -> Bool {
            for _ in 0..<1000 {
                if ends.value.count >= count { return true }
                try? await Task.sleep(for: .milliseconds(20))
            }
            return false
        }
    }

    private func bytes(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    @Test func carriesEveryByteInOrderUnderJitter() async throws {
        let sink = try Sink()
        var conditions = LinkConditions(bitsPerSecond: 40e6, latency: .milliseconds(5))
        conditions.jitter = .milliseconds(20)
        let link = try SimulatedLink(to: sink.port, conditions)
        let sent = bytes(600_000)
        let socket = BlockingSocket()
        #expect(socket.connect(to: link.port))
        socket.send(sent)
        socket.endSending()
        #expect(await sink.waitForEnds(1))
        #expect(sink.received.value == [sent])
        #expect(link.counters.bytesToReceiver == sent.count && link.counters.connections == 1)
    }

    @Test func keepsRateAndLatency() async throws {
        let sink = try Sink()
        let link = try SimulatedLink(to: sink.port, LinkConditions(bitsPerSecond: 8e6, latency: .milliseconds(200)))
        let socket = BlockingSocket()
        #expect(socket.connect(to: link.port))
        let sent = bytes(1_000_000)
        let begin = Date().timeIntervalSince1970
        socket.send(sent)
        socket.endSending()
        #expect(await sink.waitForEnds(1))
        let elapsed = sink.ends.value[0] - begin
        // A second of bytes and 0.2 of delay; never less. `LinkLaneTests` say that it is no more either, but for what a busy machine adds.
        #expect(elapsed > 1.19, "\(elapsed) s")
    }

    @Test func connectionsShareTheLink() async throws {
        let sink = try Sink()
        let link = try SimulatedLink(to: sink.port, LinkConditions(bitsPerSecond: 8e5, latency: .zero))
        // All have everything to send before the link takes any of it.
        link.setBlackhole(true)
        var sockets: [BlockingSocket] = []
        for _ in 0..<4 {
            let socket = BlockingSocket()
            #expect(socket.connect(to: link.port))
            socket.send([UInt8](repeating: 1, count: 25_000))
            socket.endSending()
            sockets.append(socket)
        }
        let begin = Date().timeIntervalSince1970
        link.setBlackhole(false)
        #expect(await sink.waitForEnds(4))
        let ends = sink.ends.value.map { $0 - begin }
        // Together they take a second, and none is done long before the others.
        #expect(try #require(ends.min()) > 0.8 && (try #require(ends.max())) > 0.99, "\(ends)")
        withExtendedLifetime(sockets) {}
    }

    @Test(arguments: LinkConditions.CutKind.allCases) func cutsAgainAndAgain(_ kind: LinkConditions.CutKind) async throws {
        let sink = try Sink(answering: [1])
        var conditions = LinkConditions()
        conditions.cutEvery = .milliseconds(300)
        conditions.cutKind = kind
        let link = try SimulatedLink(to: sink.port, conditions)
        for _ in 0..<2 {
            let socket = BlockingSocket()
            #expect(socket.connect(to: link.port))
            #expect(socket.receive() == [1])
            #expect(socket.receive().isEmpty)
        }
        #expect(link.counters.cuts == 2)
        #expect(await sink.waitForEnds(2))
    }

    @Test func blackholeKeepsConnectionsAndBytes() async throws {
        let sink = try Sink()
        let link = try SimulatedLink(to: sink.port)
        let socket = BlockingSocket()
        #expect(socket.connect(to: link.port))
        socket.send([1, 2])
        try await Task.sleep(for: .milliseconds(100))
        link.setBlackhole(true)
        socket.send([3])
        socket.endSending()
        try await Task.sleep(for: .milliseconds(300))
        #expect(sink.ends.value.isEmpty)
        link.setBlackhole(false)
        #expect(await sink.waitForEnds(1))
        #expect(sink.received.value == [[1, 2, 3]])
    }

    @Test func faultsHitTheirByteAndOnlyThat() async throws {
        let sink = try Sink()
        var conditions = LinkConditions()
        conditions.faults = [
            LinkFault(kind: .flip, direction: .toReceiver, offset: 1_000), LinkFault(kind: .cut, direction: .toReceiver, offset: 150_000),
        ]
        conditions.isRecording = true
        let link = try SimulatedLink(to: sink.port, conditions)
        let socket = BlockingSocket()
        #expect(socket.connect(to: link.port))
        let sent = bytes(200_000)
        socket.send(sent)
        #expect(await sink.waitForEnds(1))
        var expected = Array(sent[..<150_000])
        expected[1_000] ^= 0x04
        #expect(sink.received.value == [expected])
        #expect(link.recorded(.toReceiver).starts(with: sent[..<150_001]))
        #expect(link.counters.flips == 1 && link.counters.cuts == 1)
    }

    @Test func endsByItself() async throws {
        let sink = try Sink()
        var conditions = LinkConditions()
        conditions.lifetime = .milliseconds(300)
        let link = try SimulatedLink(to: sink.port, conditions)
        let socket = BlockingSocket()
        #expect(socket.connect(to: link.port))
        #expect(socket.receive().isEmpty)
        #expect(await sink.waitForEnds(1))
    }

    @Test(arguments: UInt64(1)...8) func pieceByPieceFaultsAreThoseOfTheWhole(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var conditions = LinkConditions()
        conditions.flipEvery = Int.random(in: 1...50, using: &generator)
        let whole = bytes(500, seed: seed)
        var atOnce = LinkFaults(conditions)
        let expected = atOnce.apply(to: whole, .toSender)
        var inPieces = LinkFaults(conditions)
        var result: [UInt8] = []
        var rest = whole[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...90, using: &generator))
            rest = rest.dropFirst(piece.count)
            result += inPieces.apply(to: Array(piece), .toSender).bytes
        }
        #expect(result == expected.bytes && expected.flips == 500 / (conditions.flipEvery ?? 1), "seed \(seed)")
    }
}
