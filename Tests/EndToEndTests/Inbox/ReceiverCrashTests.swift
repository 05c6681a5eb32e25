import Foundation
import LinkSimulator
import SeededRandomness
import TestSupport
import Testing

/// The receiver is killed; whatever it was doing, every file is there in the end, once, and nothing else.
@Suite struct ReceiverCrashTests {
    /// How often; `VEILRAY_SOAK=100` for the long run.
    private static let kills = ProcessInfo.processInfo.environment["VEILRAY_SOAK"].flatMap(Int.init) ?? 6
    private static let seed = ProcessInfo.processInfo.environment["VEILRAY_SEED"].flatMap(UInt64.init) ?? .random(in: 0...UInt64.max)

    private func expectComplete(_ site: Site, completed: Int, _ comment: Comment) {
        #expect(site.files(below: site.inbox) == site.files(below: site.originals), comment)
        // Killed at the wrong moment the receiver tells twice; never not at all.
        #expect((1...2).contains(completed), comment)
        #expect(site.markers.count == 1, comment)
        #expect(site.leftovers.isEmpty, comment)
        #expect(site.spooledFiles.isEmpty, comment)
    }

    @Test(.timeLimit(.minutes(10)), arguments: [[], ["--whole-studies"]]) func killedAtRandomMoments(_ options: [String]) async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(30, side: 256)
        let originals = site.files(below: site.originals)
        let seed = Self.seed
        print("killedAtRandomMoments: seed \(seed)")
        var random = SplitMix64(seed: seed)
        var (receiver, address) = try await site.startReceiver(["--layout", "flat"] + options)
        let sender = try site.startPersistentSender(to: address)
        var completed = 0
        for _ in 0..<Self.kills where sender.isRunning {
            try await Task.sleep(for: .milliseconds(Int.random(in: 20...900, using: &random)))
            receiver.signal(SIGKILL)
            completed += await receiver.finish().events(named: "complete").count
            for (name, content) in site.files(below: site.inbox) where !name.hasPrefix(".") {
                #expect(content == originals[name], "seed \(seed): \(name) is not whole")
            }
            (receiver, _) = try await site.startReceiver(["--layout", "flat"] + options, listen: address)
        }
        let sent = await sender.finish()
        #expect(sent.status == 0, "seed \(seed): \(sent.errors)")
        if completed == 0 { try await receiver.event("complete") }
        receiver.signal(SIGTERM)
        let last = await receiver.finish()
        #expect(last.status == 0)
        expectComplete(site, completed: completed + last.events(named: "complete").count, "seed \(seed)")
    }

    /// Killed when the journal has come to each of its states, as its events tell.
    @Test(
        .timeLimit(.minutes(5)),
        arguments: [("connected", 1), ("instance", 1), ("instance", 5), ("instance", 9), ("instance", 10), ("complete", 1), ("study", 1)])
    func killedAtEachState(_ event: String, _ number: Int) async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(10)
        let (first, address) = try await site.startReceiver(["--layout", "flat"])
        let sender = try site.startPersistentSender(to: address)
        try await first.event(event, number: number)
        first.signal(SIGKILL)
        let killed = await first.finish()
        let (second, _) = try await site.startReceiver(["--layout", "flat"], listen: address)
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.errors)")
        if killed.events(named: "complete").isEmpty { try await second.event("complete") }
        second.signal(SIGTERM)
        let last = await second.finish()
        let completed = killed.events(named: "complete").count + last.events(named: "complete").count
        expectComplete(site, completed: completed, "\(event) \(number)")
    }

    /// What has arrived needs its sender no more.
    @Test(.needsSmallDisk) func restoresWithoutTheSender() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(10)
        let disk = try await site.smallDisk("16m")
        defer { umount2(disk, Int32(MNT_DETACH)) }
        let words = ["--layout", "flat", "--minimum-free", "0"]
        let (first, address) = try await site.startReceiver(words, into: disk)
        // What arrives cannot be restored for now.
        try await site.remount(disk, readOnly: true)
        let sender = try site.startPersistentSender(to: address)
        var arrived = 0
        while arrived < 3 {
            try await Task.sleep(for: .milliseconds(50))
            try #require(sender.isRunning && first.isRunning)
            let status = try await run(Programs.receive, ["status", "--json", "--home", site.radiologistHome])
            arrived = (status.events.first?["instances"] as? [String: Int])?["arrived"] ?? 0
        }
        sender.signal(SIGKILL)
        first.signal(SIGKILL)
        _ = await sender.finish()
        _ = await first.finish()
        try await site.remount(disk, readOnly: false)
        let status = try await run(Programs.receive, ["status", "--json", "--home", site.radiologistHome])
        let waiting = try #require((status.events.first?["instances"] as? [String: Int])?["arrived"])
        let (second, _) = try await site.startReceiver(words, into: disk, listen: address)
        try await second.event("instance", number: waiting)
        second.signal(SIGTERM)
        #expect(await second.finish().events(named: "connected").isEmpty)
        #expect(site.files(below: disk).count == waiting)
        // The rest comes with the sender.
        let (third, again) = try await site.startReceiver(words + ["--studies", "1"], into: disk, listen: address)
        let sent = try await site.send([site.originals], to: again, ["--give-up-after", "1m"])
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(await third.finish().status == 0)
        #expect(site.files(below: disk) == site.files(below: site.originals))
        #expect(site.spooledFiles.isEmpty)
    }

    /// An upgrade: stopped in order in the middle of a study, started again.
    @Test func restartedInTheMiddle() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(30, side: 256)
        let (first, address) = try await site.startReceiver(["--layout", "flat", "--grace", "0"])
        let sender = try site.startPersistentSender(to: address)
        try await first.event("instance", number: 3)
        first.signal(SIGTERM)
        #expect(await first.finish().status == 0)
        let (second, _) = try await site.startReceiver(["--layout", "flat", "--studies", "1"], listen: address)
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(await second.finish().status == 0)
        #expect(site.files(below: site.inbox) == site.files(below: site.originals))
        #expect(site.spooledFiles.isEmpty)
    }

    /// A receiver that comes back in another place, as another file, and with other terms: it keeps stego files now, so they are to be
    /// in the codec that every viewer opens, and what was sealed for the old terms and not sent is sealed anew.
    @Test func upgradedInTheMiddle() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(40, side: 256)
        let (first, address) = try await site.startReceiver(["--layout", "flat", "--grace", "0"])
        let link = try SimulatedLink(to: address, LinkConditions(bitsPerSecond: 4e6, latency: .milliseconds(20)))
        defer { link.stop() }
        let sender = try site.startPersistentSender(to: link.address)
        try await first.event("instance", number: 5)
        first.signal(SIGTERM)
        #expect(await first.finish().status == 0)
        let upgraded = site.folder + "/veilray-receive-next"
        try FileManager.default.copyItem(atPath: Programs.receive, toPath: upgraded)
        let second = try RunningProgram(
            upgraded,
            ["serve", "--home", site.radiologistHome, "--listen", address, "--into", site.inbox, "--json", "--layout", "flat"]
                + ["--keep-stego", site.folder + "/stego", "--studies", "1"])
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(await second.finish().status == 0)
        #expect(site.files(below: site.inbox) == site.files(below: site.originals))
        #expect(site.spooledFiles.isEmpty)
        let kept = second.events(named: "instance").count
        #expect(kept > 0 && site.files(below: site.folder + "/stego").count >= kept)
    }

    /// Only one program at a time changes an inbox.
    @Test func aSecondReceiverOfOneHomeIsTurnedAway() async throws {
        let site = try await Site.withTrust()
        let (first, _) = try await site.startReceiver()
        let second = try await run(
            Programs.receive, ["serve", "--home", site.radiologistHome, "--listen", "127.0.0.1:0", "--into", site.inbox])
        #expect(second.status == 75)
        #expect(second.errors.contains("locked"))
        first.signal(SIGTERM)
        #expect(await first.finish().status == 0)
    }
}
