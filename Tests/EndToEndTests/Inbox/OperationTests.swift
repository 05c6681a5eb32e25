import Foundation
import TestSupport
import Testing

/// What an administrator does and sees.
@Suite struct OperationTests {
    @Test func cardsReadAgain() async throws {
        let site = try Site()
        try await site.makeIdentities()
        try await site.trust(site.radiologistHome, by: Programs.send, site.clinicHome, as: "radiologist")
        try site.writeStudy(1)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat", "--log-level", "info"])
        #expect(try await site.send([site.originals], to: address).status == 77)
        try await site.trust(site.clinicHome, by: Programs.receive, site.radiologistHome, as: "clinic")
        receiver.signal(SIGHUP)
        let sent = try await site.send([site.originals], to: address)
        #expect(sent.status == 0, "\(sent.errors)")
        try FileManager.default.removeItem(atPath: site.radiologistHome + "/trusted/clinic.card")
        receiver.signal(SIGHUP)
        #expect(try await site.send([site.originals], to: address).status == 77)
        receiver.signal(SIGTERM)
        let received = await receiver.finish()
        #expect(received.status == 0)
        #expect(received.errors.contains("the trusted cards were read again"))
    }

    @Test func figuresAndStatus() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(3)
        let empty = try await run(Programs.receive, ["status", "--home", site.radiologistHome])
        #expect(empty.status == 0)
        #expect(empty.output.contains("Nothing has arrived"))
        let page = site.folder + "/receive.prom"
        let (receiver, address) = try await site.startReceiver(["--studies", "1", "--metrics", page])
        #expect(try await site.send([site.originals], to: address).status == 0)
        #expect(await receiver.finish().status == 0)
        let figures = try String(contentsOfFile: page, encoding: .utf8).split(separator: "\n")
        for line in [
            #"veilray_inbox_studies{state="complete"} 1"#, #"veilray_inbox_studies{state="arriving"} 0"#, "veilray_inbox_receipts_total 3",
            "veilray_inbox_spooled_bytes 0", "veilray_forward_studies 0",
        ] {
            #expect(figures.contains { $0 == line }, "\(line)")
        }
        let status = try await run(Programs.receive, ["status", "--json", "--home", site.radiologistHome])
        #expect(status.events.count == 1)
        #expect(status.events.first?["state"] as? String == "complete")
        #expect(status.events.first?["instances"] as? [String: Int] == ["restored": 3])
    }
}
