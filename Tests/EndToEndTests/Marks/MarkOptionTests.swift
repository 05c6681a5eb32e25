import Foundation
import TestSupport
import Testing

/// What `mark` can be told, and files that are no ordinary slices.
@Suite struct MarkOptionTests {
    private func verdict(_ site: Site, _ path: String) async throws -> String? {
        let finished = try await run(Programs.receive, ["verify", path, "--home", site.radiologistHome, "--json"])
        return finished.events(named: "verified").first?["verdict"] as? String
    }

    @Test("Long leaves and an untouched region: intact, and the same file again", arguments: [["--leaf", "16"], ["--roi-untouched"]])
    func options(_ options: [String]) async throws {
        let site = try await Site.withTrust()
        _ = try site.write(try SyntheticImage(rows: 256, columns: 256).file(), as: "1.dcm")
        let marked = site.folder + "/marked"
        try await site.succeed(Programs.send, ["mark", site.originals, "--into", marked, "--home", site.clinicHome] + options)
        #expect(try await verdict(site, marked + "/1.dcm") == "intact")
        try await site.succeed(Programs.receive, ["unmark", marked, "--into", site.folder + "/plain"])
        #expect(site.files(below: site.folder + "/plain") == site.files(below: site.originals))
    }

    @Test("A leaf of another size, and a volume mark in a region that is to stay, are refused")
    func refused() async throws {
        let site = try await Site.withTrust()
        for options in [["--leaf", "9"], ["--roi-untouched", "--volume", "key"]] {
            let refused = try await run(
                Programs.send, ["mark", site.originals, "--into", site.folder + "/none", "--home", site.clinicHome] + options)
            #expect(refused.status == 64)
        }
    }

    /// No part of a marked image can be found in less than a block.
    @Test("An image that is smaller than a block has no mark, and is no reason to stop")
    func small() async throws {
        let site = try await Site.withTrust()
        _ = try site.write(try SyntheticImage(rows: 32, columns: 48).file(), as: "1.dcm")
        let finished = try await run(Programs.receive, ["verify", site.originals, "--home", site.radiologistHome, "--json"])
        #expect(finished.status == 66)
        #expect(finished.events(named: "verified").first?["verdict"] as? String == "not-marked")
    }
}
