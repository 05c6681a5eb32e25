import Foundation
import TestSupport
import Testing

/// `veilray-receive discard` with real programs: a sender that dies, and returns when nobody expects it any more.
@Suite struct ReceiverDiscardTests {
    private func discard(_ site: Site, _ words: String...) async throws -> Finished {
        try await run(Programs.receive, ["discard", "--home", site.radiologistHome, "--json"] + words)
    }

    private func status(_ site: Site) async throws -> [String: Any] {
        let status = try await run(Programs.receive, ["status", "--home", site.radiologistHome, "--json"])
        return try #require(status.events.first)
    }

    private func visible(_ site: Site) -> [String: Data] {
        site.files(below: site.inbox).filter { !$0.key.hasPrefix(".") }
    }

    @Test(.timeLimit(.minutes(5)), arguments: [[], ["--whole-studies"]]) func givenUpAndTakenUpAgain(_ options: [String]) async throws {
        let delivery = try await Delivery(images: 10, size: 512)
        let site = delivery.site
        let (first, address) = try await site.startReceiver(["--layout", "flat"] + options)
        let link = try Delivery.slowLink(to: address, bitsPerSecond: 1e6)
        defer { link.stop() }
        let sender = try delivery.startSending(to: link.address, ["--give-up-after", "5m"])
        try await first.event("instance", number: 3)
        sender.signal(SIGKILL)
        _ = await sender.finish()
        let transfer = try #require(try await status(site)["transfer"] as? String)
        let busy = try await discard(site, transfer, "--yes")
        #expect(busy.status == 75)
        #expect(busy.errors.contains("stop 'serve'"), "\(busy.errors)")
        first.signal(SIGKILL)
        _ = await first.finish()
        for words in [[transfer], ["abcdef", "--yes"]] {
            let refused = try await run(Programs.receive, ["discard", "--home", site.radiologistHome] + words)
            #expect(refused.status == 64, "\(words): \(refused.errors)")
        }
        try await expectDiscarded(delivery, transfer)
        let (second, _) = try await site.startReceiver(["--layout", "flat"] + options, listen: address)
        let rest = try await delivery.deliverRest("--give-up-after", "1m")
        #expect(rest.status == 0, "\(rest.output)\(rest.errors)")
        try await second.event("complete")
        second.signal(SIGTERM)
        let stopped = await second.finish()
        #expect(stopped.events(named: "incomplete").isEmpty, "it ends once more, and as a whole")
        try await delivery.expectDelivered()
        #expect(site.markers.count == 1)
        #expect(site.leftovers.isEmpty)
        #expect(site.spooledFiles.isEmpty)
        #expect(try await status(site)["state"] as? String == "complete")
        #expect(try await discard(site, transfer, "--yes").status == 64, "there is nothing left to give up")
    }

    private func expectDiscarded(_ delivery: Delivery, _ transfer: String) async throws {
        let site = delivery.site
        let discarded = try await discard(site, String(transfer.prefix(8)), "--yes")
        #expect(discarded.status == 0, "\(discarded.errors)")
        let end = try #require(discarded.events(named: "incomplete").first)
        let restored = try #require(end["restored"] as? Int)
        #expect(end["transfer"] as? String == transfer)
        #expect((3...9).contains(restored))
        #expect(end["withdrawn"] as? Int == 10 - restored)
        #expect(visible(site).count == restored, "what is restored is there")
        #expect(visible(site).allSatisfy { delivery.originals[$0.key] == $0.value })
        #expect(site.spooledFiles.isEmpty)
        #expect(site.markers.isEmpty)
        let shown = try await status(site)
        #expect(shown["state"] as? String == "incomplete")
        #expect(shown["discarded"] != nil)
        let journal = Journal(path: site.receiverState + "/inbox.sqlite")
        #expect(journal.number("SELECT COUNT(*) FROM study WHERE key IS NOT NULL") == 0)
    }
}
