import Basics
import Foundation
import LinkSimulator
import TestSupport
import Testing

/// A card is removed while a study is on its way: both sides end at once, and nothing is lost.
@Suite struct RemovedCardTests {
    /// Removes the only card of a home. Returns its file and text.
    private func removeCard(_ home: String) throws -> (path: String, text: String) {
        let folder = home + "/trusted"
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".card") })
        let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        return ("\(folder)/\(name)", text)
    }

    private func restore(_ card: (path: String, text: String)) throws {
        try card.text.write(toFile: card.path, atomically: true, encoding: .utf8)
    }

    /// The receiver removes the sender's card; with SIGHUP, and without.
    @Test(.timeLimit(.minutes(5)), arguments: [true, false]) func removedByTheReceiver(hangsUp: Bool) async throws {
        let delivery = try await Delivery(images: 10, size: 512)
        let site = delivery.site
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let link = try Delivery.slowLink(to: address, bitsPerSecond: 1e6)
        defer { link.stop() }
        let sender = try delivery.startSending(to: link.address, ["--give-up-after", "5m"])
        try await receiver.event("instance", number: 2)
        let card = try removeCard(site.radiologistHome)
        if hangsUp { receiver.signal(SIGHUP) }
        let left = try await receiver.event("disconnected")
        #expect((left["reason"] as? String)?.contains("the card of clinic was removed") == true, "\(left)")
        let sent = await sender.finish()
        #expect(sent.status == 77, "\(sent.output)\(sent.errors)")
        #expect(sent.output.contains("removed this sender's card"), "\(sent.output)")
        let restored = receiver.events(named: "instance").count
        // It may not come back either, and nothing of what it had sent is published or receipted.
        #expect(try await delivery.deliverRest().status == 77)
        #expect(receiver.events(named: "instance").count == restored)
        #expect(site.files(below: site.inbox).count == restored)
        let receipts = delivery.journal.number("SELECT COUNT(*) FROM instance WHERE state = 'acknowledged'")
        #expect(receipts ?? .max <= restored)
        let shown = try await run(Programs.receive, ["status", "--home", site.radiologistHome, "--json"])
        #expect(shown.events.first?["senderTrusted"] as? Bool == false)
        #expect(shown.events.first?["state"] as? String == "arriving")
        // Nor at the next start.
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        let (second, _) = try await site.startReceiver(["--layout", "flat"], listen: address)
        #expect(try await second.event("listening")["trustedCards"] as? Int == 0)
        #expect(try await delivery.deliverRest().status == 77)
        #expect(site.files(below: site.inbox).count == restored)
        // Trusted again, it goes on where it was.
        try restore(card)
        second.signal(SIGHUP)
        let rest = try await delivery.deliverRest("--give-up-after", "1m")
        #expect(rest.status == 0, "\(rest.output)\(rest.errors)")
        try await second.event("complete")
        second.signal(SIGTERM)
        _ = await second.finish()
        try await delivery.expectDelivered()
        #expect(site.spooledFiles.isEmpty)
    }

    /// What is in the spool of somebody who is trusted no more can be given up.
    @Test(.timeLimit(.minutes(5))) func whatWasSpooledCanBeDiscarded() async throws {
        let delivery = try await Delivery(images: 6, size: 512)
        let site = delivery.site
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let link = try Delivery.slowLink(to: address, bitsPerSecond: 1e6)
        defer { link.stop() }
        let sender = try delivery.startSending(to: link.address, ["--give-up-after", "5m"])
        try await receiver.event("instance")
        _ = try removeCard(site.radiologistHome)
        receiver.signal(SIGHUP)
        try await receiver.event("disconnected")
        _ = await sender.finish()
        receiver.signal(SIGTERM)
        let restored = await receiver.finish().events(named: "instance").count
        let shown = try await run(Programs.receive, ["status", "--home", site.radiologistHome])
        #expect(shown.output.contains("sender not trusted"), "\(shown.output)")
        let status = try await run(Programs.receive, ["status", "--home", site.radiologistHome, "--json"])
        let transfer = try #require(status.events.first?["transfer"] as? String)
        let discarded = try await run(Programs.receive, ["discard", "--home", site.radiologistHome, transfer, "--yes"])
        #expect(discarded.status == 0, "\(discarded.errors)")
        #expect(site.spooledFiles.isEmpty)
        #expect(site.files(below: site.inbox).count == restored)
    }

    /// The sender removes the receiver's card while it sends: `study` ends with 77 and says which card is missing.
    @Test(.timeLimit(.minutes(5))) func removedByTheSender() async throws {
        let delivery = try await Delivery(images: 10, size: 512)
        let site = delivery.site
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let link = try Delivery.slowLink(to: address, bitsPerSecond: 1e6)
        defer { link.stop() }
        let sender = try delivery.startSending(to: link.address, ["--give-up-after", "5m"])
        try await receiver.event("instance")
        let card = try removeCard(site.clinicHome)
        let sent = await sender.finish()
        #expect(sent.status == 77, "\(sent.output)\(sent.errors)")
        #expect(sent.output.contains("the card of radiologist"), "\(sent.output)\(sent.errors)")
        let left = try await receiver.event("disconnected")
        // The reason where it got through what was queued before it, or the cut.
        #expect(left["reason"] != nil, "\(left)")
        try restore(card)
        let rest = try await delivery.deliverRest("--give-up-after", "1m")
        #expect(rest.status == 0, "\(rest.output)\(rest.errors)")
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        try await delivery.expectDelivered()
    }

    /// `deliver` goes on waiting, tells which card is missing, and goes on when it is there again.
    @Test(.timeLimit(.minutes(5))) func theQueueWaits() async throws {
        let delivery = try await Delivery(images: 10, size: 512)
        let site = delivery.site
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let link = try Delivery.slowLink(to: address, bitsPerSecond: 1e6)
        defer { link.stop() }
        #expect(try await site.send([site.originals], to: link.address, ["--no-wait"]).status == 0)
        let deliverer = try RunningProgram(Programs.send, delivery.words("deliver"), deadline: .seconds(240))
        try await receiver.event("instance")
        let card = try removeCard(site.clinicHome)
        deliverer.signal(SIGHUP)
        let retry = try await deliverer.event("retry")
        #expect((retry["reason"] as? String)?.contains("the card of radiologist") == true, "\(retry)")
        let status = try await run(Programs.send, delivery.words("status"))
        #expect((status.events.first?["lastError"] as? String)?.contains("the card of radiologist") == true, "\(status.output)")
        try restore(card)
        deliverer.signal(SIGHUP)
        try await receiver.event("complete")
        #expect(try await delivery.journal.wait(until: "SELECT COUNT(*) FROM study WHERE state = 'delivered'"))
        for program in [deliverer, receiver] {
            program.signal(SIGTERM)
            _ = await program.finish()
        }
        try await delivery.expectDelivered()
    }

    /// An unreadable card is no card that was removed.
    @Test(.timeLimit(.minutes(5))) func anUnreadableCardEndsNothing() async throws {
        let delivery = try await Delivery(images: 6, size: 512)
        let site = delivery.site
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let link = try Delivery.slowLink(to: address, bitsPerSecond: 1e6)
        defer { link.stop() }
        let sender = try delivery.startSending(to: link.address, ["--give-up-after", "5m"])
        try await receiver.event("instance")
        let cards = try [site.radiologistHome, site.clinicHome].map { try removeCard($0) }
        for card in cards { try restore((card.path, "-----BEGIN VEILRAY CARD-----\n")) }
        receiver.signal(SIGHUP)
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().events(named: "disconnected").allSatisfy { $0["reason"] == nil })
        for card in cards { try restore(card) }
        try await delivery.expectDelivered()
    }
}
