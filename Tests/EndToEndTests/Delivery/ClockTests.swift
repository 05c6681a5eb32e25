import Foundation
import LinkSimulator
import TestSupport
import Testing

/// Clocks that are set in the middle of a delivery, by a person, by NTP after a power cut, by an empty battery.
@Suite struct ClockTests {
    @Test(.timeLimit(.minutes(5)), arguments: [10, -10, 9000, -9000] as [Int64])
    func setOnBothSidesInTheMiddle(_ days: Int64) async throws {
        // Many: on a busy machine this test hears of an instance when several more have arrived.
        let delivery = try await Delivery(images: 24)
        let (clinic, radiologist) = (try SettableClock(in: delivery.site.folder), try SettableClock(in: delivery.site.folder))
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"], clock: radiologist)
        let link = try Delivery.slowLink(to: address)
        defer { link.stop() }
        let sender = try RunningProgram(
            Programs.send, delivery.site.sending([delivery.site.originals], to: link.address, ["--give-up-after", "2m"]),
            environment: clinic.environment)
        try await sender.event("instance", number: 2)
        try clinic.set(days: days)
        try await sender.event("instance", number: 4)
        try radiologist.set(days: days)
        try await sender.event("instance", number: 6)
        // Waiting before the next attempt, and taking up the transfer, happen in the other time.
        link.cut()
        try await sender.event("instance", number: 8)
        try clinic.set(days: 0)
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        #expect(!sent.events(named: "retry").isEmpty)
        try await delivery.expectDelivered("\(days) days")
        receiver.signal(SIGTERM)
        let received = await receiver.finish()
        #expect(received.status == 0, "\(received.output)\(received.errors)")
    }

    /// The outbox waits for a receiver while the clock runs wild; nothing is thrown away as too old, and nothing waits for a date.
    @Test(.timeLimit(.minutes(5))) func setWhileTheStudyWaits() async throws {
        let delivery = try await Delivery(images: 3)
        let (first, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        first.signal(SIGTERM)
        _ = await first.finish()
        let clinic = try SettableClock(in: delivery.site.folder)
        let sender = try RunningProgram(
            Programs.send, delivery.site.sending([delivery.site.originals], to: address, ["--give-up-after", "2m"]),
            environment: clinic.environment)
        try await sender.event("retry")
        try clinic.set(days: 400)
        try await sender.event("retry", number: 2)
        try clinic.set(days: -400)
        try await sender.event("retry", number: 3)
        let (receiver, _) = try await delivery.site.startReceiver(["--layout", "flat"], listen: address)
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        try await delivery.expectDelivered()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }
}
