import Basics
import Foundation
import TestSupport
import Testing

/// `veilray-send discard` with real programs.
@Suite struct SenderDiscardTests {
    private func discard(_ site: Site, _ words: String...) async throws -> Finished {
        try await run(Programs.send, ["discard", "--home", site.clinicHome, "--json"] + words)
    }

    private func onlyTransfer(_ site: Site) async throws -> [String: Any] {
        let status = try await run(Programs.send, ["status", "--home", site.clinicHome, "--json"])
        return try #require(status.events.first)
    }

    @Test func whatIsQueuedIsNotDelivered() async throws {
        let delivery = try await Delivery(images: 3)
        let site = delivery.site
        // Nobody ever listens there.
        let queued = try await site.send([site.originals], to: "127.0.0.1:1", ["--no-wait"])
        let transfer = try #require(queued.events(named: "queued").first?["transfer"] as? String)
        for words in [[transfer], ["abcdef", "--yes"], [String(transfer.prefix(5)), "--yes"], ["--yes"]] {
            let refused = try await run(Programs.send, ["discard", "--home", site.clinicHome, "--json"] + words)
            #expect(refused.status == 64, "\(words): \(refused.errors)")
            #expect(refused.output.isEmpty)
        }
        #expect(try await onlyTransfer(site)["state"] as? String == "queued")
        let discarded = try await discard(site, String(transfer.prefix(6)), "--yes")
        #expect(discarded.status == 0, "\(discarded.errors)")
        let event = try #require(discarded.events(named: "discarded").first)
        #expect(event["transfer"] as? String == transfer)
        #expect(event["to"] as? String == "radiologist")
        #expect((event["delivered"] as? Int, event["discarded"] as? Int) == (0, 3))
        let status = try await run(Programs.send, ["status", "--home", site.clinicHome, "--json"])
        #expect(status.status == 0, "nothing waits any more")
        #expect(status.events.first?["state"] as? String == "discarded")
        #expect(try await delivery.deliverRest().status == 0)
        #expect(delivery.journal.number("SELECT COUNT(*) FROM study WHERE studyKey IS NOT NULL OR manifest IS NOT NULL") == 0)
        #expect(site.files(below: site.clinicHome + "/state/outbox").isEmpty)
        #expect(site.files(below: site.originals) == delivery.originals, "the originals stay")
        #expect(try await discard(site, transfer, "--yes").status == 64, "it is closed")
    }

    /// Of a watched folder, halfway: what was delivered is proven, the rest is put aside, and nothing is taken again.
    @Test(.timeLimit(.minutes(5))) func watchedFilesArePutAside() async throws {
        let watched = try await WatchTests.Watched()
        let (site, folder) = (watched.site, watched.folder)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let link = try Delivery.slowLink(to: address, bitsPerSecond: 5e5)
        defer { link.stop() }
        for number in 1...8 {
            try watched.drop(SyntheticImage(rows: 512, columns: 512, studyUID: "2.25.61", instance: number), as: "\(number).dcm")
        }
        let originals = site.files(below: folder)
        let watcher = try watched.start(link.address)
        let journal = Journal.outbox(of: site.clinicHome)
        #expect(try await journal.wait(until: "SELECT COUNT(*) FROM instance WHERE state = 'acknowledged'"))
        let transfer = try #require(try await onlyTransfer(site)["transfer"] as? String)
        let busy = try await discard(site, transfer, "--yes")
        #expect(busy.status == 75)
        #expect(busy.errors.contains("stop that"), "\(busy.errors)")
        watcher.signal(SIGKILL)
        _ = await watcher.finish()
        receiver.signal(SIGKILL)
        _ = await receiver.finish()
        let discarded = try await discard(site, transfer, "--yes")
        #expect(discarded.status == 0, "\(discarded.errors)")
        let event = try #require(discarded.events(named: "discarded").first)
        let delivered = try #require(event["delivered"] as? Int)
        #expect((1...7).contains(delivered))
        #expect(event["discarded"] as? Int == 8 - delivered)
        let receipts = try await run(Programs.send, ["receipts", "--home", site.clinicHome, "--json"])
        #expect(receipts.status == 0, "\(receipts.output)")
        #expect(receipts.events.first?["restored"] as? Int == delivered)
        #expect(receipts.events.first?["isPartial"] as? Bool == true)
        try await expectPutAside(watched, originals, delivered: delivered)
    }

    /// - Parameter originals: by name, before anything was moved.
    private func expectPutAside(_ watched: WatchTests.Watched, _ originals: [String: Data], delivered: Int) async throws {
        let watcher = try watched.start("127.0.0.1:1")
        let filed = try await watcher.event("filed")
        #expect((filed["sent"] as? Int, filed["failed"] as? Int) == (delivered, 8 - delivered))
        // As long as it takes files that stay the same to be taken.
        try await Task.sleep(for: .seconds(2))
        watcher.signal(SIGTERM)
        #expect(await watcher.finish().events(named: "queued").isEmpty)
        let moved = watched.site.files(below: watched.folder)
        let images = moved.filter { $0.key.hasSuffix(".dcm") }
        #expect(images.keys.count { $0.hasPrefix("sent/2.25.61/") } == delivered)
        #expect(images.keys.count { $0.hasPrefix("failed/2.25.61/") } == 8 - delivered)
        for (name, content) in images { #expect(originals[(name as NSString).lastPathComponent] == content, "\(name)") }
        let reasons = moved.filter { $0.key.hasSuffix(".reason.txt") }
        #expect(reasons.count == 8 - delivered)
        #expect(reasons.values.allSatisfy { $0 == Data("discarded\n".utf8) })
        #expect(moved.keys.contains { $0.hasPrefix("sent/2.25.61/receipts-") })
        #expect(Journal.outbox(of: watched.site.clinicHome).number("SELECT COUNT(*) FROM study") == 1)
    }
}
