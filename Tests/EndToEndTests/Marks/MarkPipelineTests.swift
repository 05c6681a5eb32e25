import Foundation
import TestSupport
import Testing

/// Marks while studies travel: what is marked before it is sent, and what is marked when it has arrived.
@Suite struct MarkPipelineTests {
    private func writeSlices(_ site: Site, _ count: Int) throws {
        for number in 1...count {
            _ = try site.write(try SyntheticImage(rows: 192, columns: 192, instance: number).file(), as: "\(number).dcm")
        }
    }

    private func verdicts(_ site: Site, _ folder: String) async throws -> [String] {
        let finished = try await run(Programs.receive, ["verify", folder, "--home", site.radiologistHome, "--json"])
        return finished.events(named: "verified").compactMap { $0["verdict"] as? String }
    }

    /// Marked originals are looked at, and travel as they are; copies that leave the receiver have its entry in their chain; what stays there
    /// is the clinic's file.
    @Test(.needs("storescp"), .timeLimit(.minutes(5)))
    func markedOriginalsAndCopies() async throws {
        let site = try await Site.withTrust()
        try writeSlices(site, 3)
        let (marked, copies, pacsFolder) = (site.folder + "/marked", site.folder + "/copies", site.folder + "/pacs")
        try await site.succeed(Programs.send, ["mark", site.originals, "--into", marked, "--home", site.clinicHome])
        try FileManager.default.createDirectory(atPath: pacsFolder, withIntermediateDirectories: true)
        let port = try SilentListener().port
        let pacs = try RunningProgram("/usr/bin/storescp", ["-aet", "PACS", "-od", pacsFolder, String(port)])
        let (receiver, address) = try await site.startReceiver([
            "--layout", "flat", "--mark-into", copies, "--forward", "PACS@127.0.0.1:\(port)", "--forward-marked",
        ])
        let sent = try await site.send([marked], to: address)
        #expect(sent.status == 0)
        #expect(sent.events(named: "markedOriginal").compactMap { $0["verdict"] as? String } == ["intact", "intact", "intact"])
        #expect(site.files(below: site.inbox) == site.files(below: marked))
        let event = try await receiver.event("marked")
        #expect(event["copies"] as? Int == 3)
        #expect(try await receiver.event("forwarded")["instances"] as? Int == 3)
        #expect(try await verdicts(site, copies) == ["intact", "intact", "intact"])
        #expect(try await verdicts(site, pacsFolder) == ["intact", "intact", "intact"])
        let looked = try await run(Programs.receive, ["verify", copies + "/1.dcm", "--home", site.radiologistHome, "--json"])
        let chain = looked.events(named: "verified").first?["chain"] as? [[String: Any]]
        #expect(chain?.compactMap { $0["operation"] as? String } == ["created", "received"])
        // Both marks come off: the very first file.
        try await site.succeed(Programs.receive, ["unmark", copies, "--into", site.folder + "/plain"])
        #expect(site.files(below: site.folder + "/plain") == site.files(below: site.originals))
        for program in [receiver, pacs] {
            program.signal(SIGTERM)
            _ = await program.finish()
        }
    }

    /// A marked original that was changed is told of, and sent as it is.
    @Test(.timeLimit(.minutes(5)))
    func changedOriginal() async throws {
        let site = try await Site.withTrust()
        try writeSlices(site, 1)
        let marked = site.folder + "/marked"
        try await site.succeed(Programs.send, ["mark", site.originals, "--into", marked, "--home", site.clinicHome])
        var bytes = try Data(contentsOf: URL(filePath: marked + "/1.dcm"))
        bytes[bytes.count - 192 * 96 * 2 + 200] ^= 2
        try bytes.write(to: URL(filePath: marked + "/1.dcm"))
        let (receiver, address) = try await site.startReceiver(["--layout", "flat", "--mark-into", site.folder + "/copies"])
        let sent = try await site.send([marked], to: address)
        #expect(sent.status == 0)
        #expect(sent.events(named: "markedOriginal").compactMap { $0["verdict"] as? String } == ["tampered"])
        #expect(site.files(below: site.inbox) == site.files(below: marked))
        let event = try await receiver.event("marked")
        #expect(event["copies"] as? Int == 0)
        #expect((event["unmarked"] as? [[String: Any]])?.count == 1)
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
    }

    /// A record travels without its image; a key's holder takes a volume mark off again.
    @Test(.timeLimit(.minutes(5)))
    func recordsAndKeys() async throws {
        let site = try await Site.withTrust()
        try writeSlices(site, 2)
        let (marked, records, key) = (site.folder + "/marked", site.folder + "/records", site.folder + "/volume.key")
        try await site.succeed(Programs.send, ["mark", site.originals, "--into", marked, "--records", records, "--home", site.clinicHome])
        let against = ["--against", records, "--home", site.radiologistHome, "--report", site.folder + "/report", "--json"]
        let same = try await run(Programs.receive, ["verify", site.originals] + against)
        #expect(same.status == 0)
        #expect(same.events(named: "compared").compactMap { $0["verdict"] as? String } == ["same", "same"])
        #expect(FileManager.default.fileExists(atPath: site.folder + "/report/index.html"))
        try FileManager.default.removeItem(atPath: site.originals + "/2.dcm")
        let missing = try await run(
            Programs.receive, ["verify", site.originals, "--against", marked, "--home", site.radiologistHome, "--json"])
        #expect(missing.status == 65)
        #expect(Set(missing.events(named: "compared").compactMap { $0["verdict"] as? String }) == ["same", "missing"])
        try await site.succeed(Programs.send, ["volume-key", key])
        let attributes = try FileManager.default.attributesOfItem(atPath: key)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        // Slices without a frame of reference are of no volume.
        let refused = try await run(
            Programs.send, ["mark", site.originals, "--into", site.folder + "/none", "--volume", key, "--home", site.clinicHome])
        #expect(refused.status == 65)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        let open = try await run(
            Programs.send, ["mark", site.originals, "--into", site.folder + "/none", "--volume", key, "--home", site.clinicHome])
        #expect(open.status == 77)
    }
}
