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

    /// Which study is it? This side knows patient, date, description and folder, and tells them; only in logs it does not.
    @Test func statusNamesPatientAndFolder() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(2, folder: "series/")
        let receiver = try RunningProgram(
            Programs.receive,
            ["serve", "--home", site.radiologistHome, "--listen", "127.0.0.1:0", "--into", site.inbox, "--studies", "1"])
        while !receiver.hasPrinted("Listening at ") { try await Task.sleep(for: .milliseconds(20)) }
        let address = try #require(receiver.lines.first?.dropFirst("Listening at ".count).dropLast())
        #expect(try await site.send([site.originals], to: String(address)).status == 0)
        let served = await receiver.finish()
        let folder = site.inbox + "/SYN-4711-0815/2.25.1001/series"
        #expect(served.output.contains("complete: 2 files, in \(folder)."), "\(served.output)")
        #expect(!served.output.contains("SYNTHETIC^PATIENT") && !served.errors.contains("SYNTHETIC^PATIENT"))
        let status = try await run(Programs.receive, ["status", "--json", "--home", site.radiologistHome])
        let study = try #require(status.events.first)
        #expect(study["patientName"] as? String == "SYNTHETIC^PATIENT")
        #expect(study["patientID"] as? String == "SYN-4711-0815")
        #expect(study["modality"] as? String == "CT")
        #expect(study["folder"] as? String == folder)
        #expect(study["peer"] as? String == "clinic")
        #expect(study["senderTrusted"] == nil)
        #expect((study["study"] as? String)?.hasPrefix("2.25.") == true && study["study"] as? String != "2.25.1001")
        let text = try await run(Programs.receive, ["status", "--home", site.radiologistHome])
        for word in ["SYNTHETIC^PATIENT, SYN-4711-0815", "CT", folder, "clinic", "complete"] {
            #expect(text.output.contains(word), "\(word): \(text.output)")
        }
    }
}
