import Foundation
import GRDB
import TestSupport
import Testing

/// Files that were being sealed each time that the sender ended, as its journal has it.
@Suite(.timeLimit(.minutes(2))) struct SenderAttemptTests {
    /// - Parameter attempts: of the first of two files, before this run.
    private func deliver(after attempts: Int) async throws -> (Finished, Delivery) {
        let delivery = try await Delivery(images: 2)
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        let site = delivery.site
        try await site.succeed(Programs.send, site.sending([site.originals], to: address, ["--no-wait"]))
        try await DatabaseQueue(path: delivery.journal.path).write { database in
            try database.execute(sql: "UPDATE instance SET attempts = ? WHERE name = 'image-1.dcm'", arguments: [attempts])
        }
        let finished = try await delivery.deliverRest()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        return (finished, delivery)
    }

    private func instance(_ finished: Finished, _ name: String) throws -> [String: Any] {
        try #require(finished.events(named: "instance").last { $0["name"] as? String == name })
    }

    /// First it is tried alone, then without decoding anything of it, then it is given up; the other file never suffers.
    @Test func whatEndedTheSenderIsTriedAloneThenEnclosedThenGivenUp() async throws {
        let (alone, first) = try await deliver(after: 2)
        #expect(alone.status == 0)
        #expect(try instance(alone, "image-1.dcm")["record"] as? String == instance(alone, "image-2.dcm")["record"] as? String)
        try await first.expectDelivered()

        let (enclosed, second) = try await deliver(after: 3)
        #expect(enclosed.status == 0, "\(enclosed.output)\(enclosed.errors)")
        #expect(try instance(enclosed, "image-1.dcm")["record"] as? String == "element")
        #expect(try (instance(enclosed, "image-1.dcm")["notes"] as? [String])?.contains { $0.contains("ended this program") } == true)
        try await second.expectDelivered()

        let (givenUp, third) = try await deliver(after: 4)
        #expect(givenUp.status == 65, "\(givenUp.output)\(givenUp.errors)")
        #expect(try (instance(givenUp, "image-1.dcm")["reason"] as? String)?.contains("ended each time") == true)
        #expect(third.site.files(below: third.site.inbox).keys.sorted() == ["image-2.dcm"])
    }

    /// Attempts are in the journal before the work, and gone when the program ends in order.
    @Test func attemptsAreCountedBeforeTheWork() async throws {
        // Enough work that a busy machine looks while it goes on.
        let delivery = try await Delivery(images: 12, size: 2_000)
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        for _ in 0..<2 {
            let sender = try delivery.startSending(to: address)
            #expect(try await delivery.journal.wait(until: "SELECT max(attempts) FROM instance"))
            sender.signal(SIGKILL)
            _ = await sender.finish()
        }
        // Of what is not sealed yet, if the kills came early enough to leave something.
        #expect(delivery.journal.number("SELECT max(attempts) FROM instance WHERE state = 'planned'") ?? 0 <= 2)
        #expect(try await delivery.deliverRest().status == 0)
        try await delivery.expectDelivered()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }
}
