import Foundation
import TestSupport
import Testing

/// `--whole-studies`: all of a study at once.
@Suite struct WholeStudyTests {
    /// Without what waits, and without the marker, which has another hidden name while it is written.
    private func visibleCount(_ site: Site) -> Int {
        site.files(below: site.inbox).keys.count { !$0.hasPrefix(".") && !($0 as NSString).lastPathComponent.hasPrefix(".") }
    }

    @Test func nothingShowsBeforeEverythingDoes() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(12)
        let (receiver, address) = try await site.startReceiver(["--whole-studies"])
        let sender = try RunningProgram(Programs.send, site.sending([site.originals], to: address))
        var counts: Set<Int> = []
        while receiver.events(named: "complete").isEmpty {
            try #require(sender.isRunning || receiver.isRunning)
            // The study's folder holds either everything, marker or not, or is not there.
            counts.insert(visibleCount(site))
            try await Task.sleep(for: .milliseconds(5))
        }
        counts.insert(visibleCount(site))
        #expect(counts.isSubset(of: [0, 12]), "\(counts)")
        #expect(await sender.finish().status == 0)
        #expect(site.leftovers.isEmpty)
        #expect(site.markers.count == 1)
        // Late images of the study join what is there, and nothing is replaced.
        try site.writeStudy(15)
        #expect(try await site.send([site.originals], to: address).status == 0)
        try await receiver.event("complete", number: 2)
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().status == 0)
        let got = Set(site.files(below: site.inbox).map { "\(($0.key as NSString).lastPathComponent) \($0.value.hashValue)" })
        #expect(got == Set(site.files(below: site.originals).map { "\($0.key) \($0.value.hashValue)" }))
        #expect(site.leftovers.isEmpty)
    }

    @Test func markerListsTheFiles() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(3)
        let (receiver, address) = try await site.startReceiver(["--studies", "1"])
        #expect(try await site.send([site.originals], to: address).status == 0)
        #expect(await receiver.finish().status == 0)
        let marker = try #require(site.markers.first)
        let content = try #require(FileManager.default.contents(atPath: site.inbox + "/" + marker))
        let json = try #require(try JSONSerialization.jsonObject(with: content) as? [String: Any])
        #expect(json["peer"] as? String == "clinic")
        let files = try #require(json["files"] as? [[String: String]])
        let folder = (marker as NSString).deletingLastPathComponent
        #expect(files.compactMap { $0["path"] }.sorted() == ["image-1.dcm", "image-2.dcm", "image-3.dcm"])
        for file in files {
            let path = "\(site.inbox)/\(folder)/\(try #require(file["path"]))"
            let digest = try await run("/usr/bin/sha256sum", [path]).output.prefix(64)
            #expect(file["sha256"] == String(digest))
        }
    }
}
