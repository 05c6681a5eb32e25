import Foundation
import LinkSimulator
import SeededRandomness
import Testing

/// Kills at random moments: a few in `make test`, a hundred each in `make soak` (VEILRAY_SOAK=100).
@Suite struct SoakTests {
    private static let rounds = ProcessInfo.processInfo.environment["VEILRAY_SOAK"].flatMap(Int.init) ?? 3
    private static let seed = ProcessInfo.processInfo.environment["VEILRAY_SEED"].flatMap(UInt64.init) ?? .random(in: 0...UInt64.max)

    /// Each round is a study of its own; the sender is killed at a random moment, again and again, until one comes through.
    @Test(.timeLimit(.minutes(60))) func senderKilledAtRandomMoments() async throws {
        var random = SplitMix64(seed: Self.seed)
        print("senderKilledAtRandomMoments: \(Self.rounds) rounds, seed \(Self.seed)")
        for round in 1...Self.rounds {
            let delivery = try await Delivery(images: 8, size: 96)
            let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
            let link = try Delivery.slowLink(to: address, bitsPerSecond: 2e6)
            defer { link.stop() }
            // Longer and longer, so that it ends.
            for attempt in 1... {
                let sender = try delivery.startSending(to: link.address, ["--give-up-after", "1m"])
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...500 * attempt, using: &random)))
                sender.signal(SIGKILL)
                if await sender.finish().status == 0 || delivery.journal.number(Self.delivered) == 1 { break }
            }
            let rest = try await delivery.deliverRest("--give-up-after", "1m")
            #expect(rest.status == 0, "\(rest.output)\(rest.errors)")
            try await delivery.expectDelivered("round \(round) of seed \(Self.seed)")
            receiver.signal(SIGTERM)
            _ = await receiver.finish()
        }
    }

    private static let delivered = "SELECT COUNT(*) FROM study WHERE state = 'delivered'"

    /// The receiver is killed at random moments and started again while one sender goes on.
    @Test(.timeLimit(.minutes(60))) func receiverKilledAtRandomMoments() async throws {
        var random = SplitMix64(seed: Self.seed &+ 1)
        print("receiverKilledAtRandomMoments: \(Self.rounds) rounds, seed \(Self.seed)")
        for round in 1...Self.rounds {
            let delivery = try await Delivery(images: 8, size: 96)
            var (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
            let link = try Delivery.slowLink(to: address, bitsPerSecond: 2e6)
            defer { link.stop() }
            let sender = try delivery.startSending(to: link.address, ["--give-up-after", "5m"])
            for attempt in 1...5 {
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...500 * attempt, using: &random)))
                guard sender.isRunning else { break }
                receiver.signal(SIGKILL)
                _ = await receiver.finish()
                (receiver, _) = try await delivery.site.startReceiver(["--layout", "flat"], listen: address)
            }
            let sent = await sender.finish()
            #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
            try await delivery.expectDelivered("round \(round) of seed \(Self.seed)")
            receiver.signal(SIGTERM)
            _ = await receiver.finish()
        }
    }
}
