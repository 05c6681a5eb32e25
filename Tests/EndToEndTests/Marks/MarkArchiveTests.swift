import Foundation
import TestSupport
import Testing

/// Archives of others between marking and verifying.
@Suite struct MarkArchiveTests {
    private struct Verdict {
        let verdict: String
        let header: [String]
        let isHeaderChecked: Bool
    }

    private func marked(_ site: Site) async throws -> String {
        _ = try site.write(try SyntheticImage(rows: 192, columns: 192).file(), as: "1.dcm")
        try await site.succeed(
            Programs.send,
            ["mark", site.originals, "--into", site.folder + "/marked", "--records", site.folder + "/records", "--home", site.clinicHome])
        return site.folder + "/marked/1.dcm"
    }

    /// As the radiologist sees it, who trusts the clinic's card.
    private func verdict(_ site: Site, _ path: String, home: String? = nil) async throws -> Verdict {
        let finished = try await run(Programs.receive, ["verify", path, "--home", home ?? site.radiologistHome, "--json"])
        let event = try #require(finished.events(named: "verified").first, "\(finished.output)\(finished.errors)")
        let header = (event["header"] as? [[String: Any]])?.compactMap { $0["verdict"] as? String } ?? []
        return Verdict(
            verdict: try #require(event["verdict"] as? String), header: header, isHeaderChecked: event["headerChecked"] as? Bool ?? false)
    }

    private func changed(_ site: Site, _ path: String, as name: String, _ program: String, _ options: [String]) async throws -> String {
        let copy = "\(site.folder)/\(name)"
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        try await site.succeed(program, options + [copy])
        return copy
    }

    @Test("DCMTK stores, compresses, coerces and strips", .needs("storescp", "storescu", "dcmcjpls", "dcmcrle", "dcmcjpeg", "dcmodify"))
    func dcmtk() async throws {
        let site = try await Site.withTrust()
        let path = try await marked(site)
        // Stored and found again.
        let (pacs, port) = (site.folder + "/pacs", try SilentListener().port)
        try FileManager.default.createDirectory(atPath: pacs, withIntermediateDirectories: true)
        let archive = try RunningProgram("/usr/bin/storescp", ["-od", pacs, String(port)])
        // It may not listen yet.
        for _ in 0..<100 {
            if try await run("/usr/bin/storescu", ["127.0.0.1", String(port), path]).status == 0 { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        archive.signal(SIGTERM)
        _ = await archive.finish()
        let stored = try #require(try FileManager.default.contentsOfDirectory(atPath: pacs).first)
        #expect(try await verdict(site, "\(pacs)/\(stored)").verdict == "intact")
        // Compressed without loss: the samples are the same.
        for codec in ["dcmcjpls", "dcmcrle"] {
            let copy = "\(site.folder)/\(codec).dcm"
            try await site.succeed("/usr/bin/\(codec)", [path, copy])
            #expect(try await verdict(site, copy).verdict == "intact")
            let plain = try await run(Programs.receive, ["unmark", copy, "--into", "\(site.folder)/\(codec)", "--json"])
            #expect(plain.events(named: "unmarked").first?["hasExactSamples"] as? Bool == true)
            let same = try await run(
                Programs.receive,
                ["verify", "\(site.folder)/\(codec)/\(codec).dcm", "--against", site.originals, "--home", site.radiologistHome, "--json"])
            let verdict = same.events(named: "compared").first?["verdict"] as? String
            #expect(["same", "identical"].contains(verdict), "\(same.output)\(same.errors)")
        }
        // Coerced, unexplained and explained.
        let renamed = try await changed(
            site, path, as: "renamed.dcm", "/usr/bin/dcmodify", ["-nb", "-m", "(0010,0010)=COERCED^PATIENT"])
        let usurped = try await verdict(site, renamed)
        #expect(usurped.verdict == "header-changed" && usurped.header == ["usurped"])
        let explained = try await changed(
            site, renamed, as: "explained.dcm", "/usr/bin/dcmodify",
            ["-nb", "-i", "(0400,0561)[0].(0400,0550)[0].(0010,0010)=SYNTHETIC^PATIENT"])
        let coerced = try await verdict(site, explained)
        #expect(coerced.verdict == "intact" && coerced.header == ["coerced"])
        // Stripped: the pixels prove themselves; the header awaits its issuer.
        let stripped = try await changed(site, path, as: "stripped.dcm", "/usr/bin/dcmodify", ["-nb", "-ep"])
        let bare = try await verdict(site, stripped)
        #expect(bare.verdict == "intact" && !bare.isHeaderChecked)
        #expect(try await verdict(site, stripped, home: site.clinicHome).isHeaderChecked)
        // Coded with loss: nothing is proven any more, and the record says that nothing can be seen.
        let lossy = site.folder + "/lossy.dcm"
        try await site.succeed("/usr/bin/dcmcjpeg", ["+ee", "+q", "98", path, lossy])
        #expect(try await verdict(site, lossy).verdict == "unreadable")
        let against = try await run(
            Programs.receive, ["verify", lossy, "--against", site.folder + "/records", "--home", site.radiologistHome, "--json"])
        #expect(against.events(named: "compared").first?["verdict"] as? String == "alike", "\(against.output)\(against.errors)")
        #expect(against.status == 0)
    }

    @Test("Orthanc stores, and changes a name", .needs("Orthanc", "storescu", "python3"))
    func orthanc() async throws {
        let site = try await Site.withTrust()
        let path = try await marked(site)
        let (port, web) = (try SilentListener().port, try SilentListener().port)
        try #require(port != web)
        let configuration = """
            {"StorageDirectory": "\(site.folder)/orthanc", "IndexDirectory": "\(site.folder)/orthanc", "DicomPort": \(port),
             "HttpPort": \(web), "RemoteAccessAllowed": false, "AuthenticationEnabled": false, "DicomAlwaysAllowStore": true,
             "DicomCheckCalledAet": false, "Plugins": []}
            """
        try configuration.write(toFile: site.folder + "/orthanc.json", atomically: true, encoding: .utf8)
        let program = try #require(ForeignPrograms.path(of: "Orthanc"))
        let archive = try RunningProgram(program, [site.folder + "/orthanc.json"])
        struct Result: Decodable {
            let stored: Int
        }
        let judge = "\(Package.folder)/Tests/EndToEndTests/Judges/orthanc.py"
        let result: Result = try await ForeignPrograms.python([judge, String(port), String(web), path, site.folder])
        archive.signal(SIGTERM)
        _ = await archive.finish()
        #expect(result.stored == 1)
        #expect(try await verdict(site, site.folder + "/stored.dcm").verdict == "intact")
        let renamed = try await verdict(site, site.folder + "/renamed.dcm")
        #expect(renamed.verdict == "header-changed")
        #expect(renamed.header.contains("usurped"))
        let changed = try await run(
            Programs.receive,
            ["verify", site.folder + "/renamed.dcm", "--against", site.originals, "--home", site.radiologistHome, "--json"])
        #expect(changed.status == 65)
        #expect(changed.events(named: "compared").first?["pixels"] as? String == "same")
    }
}
