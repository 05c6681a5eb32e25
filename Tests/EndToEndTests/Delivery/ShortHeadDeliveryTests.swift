import Foundation
import LinkSimulator
import TestSupport
import Testing

/// The beginnings of files that are nearly the same, over a slow link, with real programs: fewer bytes, and the same files.
@Suite struct ShortHeadDeliveryTests {
    /// Twelve images of 4 kB, each with a record of 20 kB beside its pixels.
    private static let images = 12
    private static let recordBytes = 20_000

    @Test func aHeaderTravelsOnce() async throws {
        let delivery = try await Delivery(images: Self.images, size: 48, privateByteCount: Self.recordBytes)
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        let link = try Delivery.slowLink(to: address)
        defer { link.stop() }
        let sent = try await delivery.startSending(to: link.address, ["--codec", "j2k"]).finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        let wireBytes = sent.events(named: "instance").reduce(0) { $0 + ($1["wireBytes"] as? Int ?? 0) }
        let stegoBytes = sent.events(named: "instance").reduce(0) { $0 + ($1["stegoBytes"] as? Int ?? 0) }
        #expect(stegoBytes > Self.images * Self.recordBytes)
        // A file or two may go before the key is there, as they are.
        #expect(wireBytes < stegoBytes / 2, "\(wireBytes) of \(stegoBytes)")
        try await delivery.expectDelivered()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }

    /// A cut where heads are short: nothing in the next session depends on what the lost one has said.
    @Test func aCutBetweenShortHeads() async throws {
        let delivery = try await Delivery(images: Self.images, size: 48, privateByteCount: Self.recordBytes)
        let (receiver, address) = try await delivery.site.startReceiver(["--layout", "flat"])
        let link = try Delivery.slowLink(to: address, bitsPerSecond: 2.5e5)
        defer { link.stop() }
        let sender = try delivery.startSending(to: link.address, ["--codec", "j2k", "--give-up-after", "2m"])
        try await sender.event("instance", number: 4)
        link.cut()
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        #expect(!sent.events(named: "retry").isEmpty)
        let wireBytes = sent.events(named: "instance").reduce(0) { $0 + ($1["wireBytes"] as? Int ?? 0) }
        let stegoBytes = sent.events(named: "instance").reduce(0) { $0 + ($1["stegoBytes"] as? Int ?? 0) }
        // Both sessions need a whole header, and what was on its way is sent again.
        #expect(wireBytes < stegoBytes * 3 / 4, "\(wireBytes) of \(stegoBytes)")
        try await delivery.expectDelivered()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }
}
