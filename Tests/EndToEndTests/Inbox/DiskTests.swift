import Basics
import Foundation
import TestSupport
import Testing

/// Disks that are nearly full, and full.
@Suite struct DiskTests {
    /// Full in spite of everything: nothing partial, nothing lost, and on it goes when there is room.
    @Test(.needsSmallDisk, .timeLimit(.minutes(5))) func fullAndFreedAgain() async throws {
        let site = try await Site.withTrust()
        let disk = try await site.smallDisk("2m")
        defer { umount2(disk, Int32(MNT_DETACH)) }
        let ballast = disk + "/ballast"
        try Data(count: 1_200_000).write(to: URL(filePath: ballast))
        try site.writeStudy(12, side: 256)
        let originals = site.files(below: site.originals)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat", "--minimum-free", "0"], into: disk + "/in")
        let sender = try site.startPersistentSender(to: address)
        // Told of once, tried again and again.
        while !receiver.events(named: "instance").contains(where: { $0["status"] as? String == "failed" }) {
            try #require(sender.isRunning && receiver.isRunning)
            try await Task.sleep(for: .milliseconds(50))
        }
        try await Task.sleep(for: .seconds(1))
        #expect(sender.isRunning)
        for (name, content) in site.files(below: disk + "/in") { #expect(content == originals[name], "\(name)") }
        try FileManager.default.removeItem(atPath: ballast)
        // 12 × 131 kB; the disk has room for all of them now.
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.errors)")
        try await receiver.event("complete")
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().status == 0)
        #expect(site.files(below: disk + "/in") == originals)
        #expect(site.spooledFiles.isEmpty)
    }

    /// The guard: the sender waits, it does not fail, and nothing comes meanwhile.
    @Test(.needsSmallDisk, .timeLimit(.minutes(5))) func senderWaitsForRoom() async throws {
        let site = try await Site.withTrust()
        let disk = try await site.smallDisk("30m")
        defer { umount2(disk, Int32(MNT_DETACH)) }
        let ballast = disk + "/ballast"
        try Data(count: 12 << 20).write(to: URL(filePath: ballast))
        try site.writeStudy(60, side: 256)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat", "--minimum-free", "20MiB"], into: disk + "/in")
        let sender = try site.startPersistentSender(to: address)
        try await receiver.event("diskIsFull")
        try await Task.sleep(for: .seconds(3))
        #expect(sender.isRunning)
        #expect(receiver.events(named: "study").isEmpty)
        #expect(receiver.events(named: "disconnected").isEmpty)
        try FileManager.default.removeItem(atPath: ballast)
        try await receiver.event("diskHasRoom")
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.errors)")
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().status == 0)
        #expect(site.files(below: disk + "/in") == site.files(below: site.originals))
    }

    /// Several large instances at once: they wait on the disk, and are restored one at a time.
    @Test(.timeLimit(.minutes(10))) func memoryDoesNotGrowWithTheNumberOfInstances() async throws {
        let site = try await Site.withTrust()
        for number in 1...3 {
            var image = SyntheticImage()
            (image.rows, image.columns, image.frames, image.instance) = (2048, 2048, 4, number)
            _ = try site.write(image.file(), as: "\(number).dcm")
        }
        func peak(_ paths: [String]) async throws -> Int {
            let (receiver, address) = try await site.startReceiver(["--layout", "flat"], into: site.folder + "/in-\(paths.count)")
            #expect(try await site.send(paths, to: address, ["--give-up-after", "5m"]).status == 0)
            let peak = try #require(receiver.peakMemory)
            receiver.signal(SIGTERM)
            _ = await receiver.finish()
            return peak
        }
        let one = try await peak([site.originals + "/1.dcm"])
        let three = try await peak([site.originals + "/2.dcm", site.originals + "/3.dcm", site.originals + "/1.dcm"])
        print("memoryDoesNotGrow…: \(one >> 20) MiB for one of 32 MiB, \(three >> 20) MiB for three")
        // Two are restored at once, one a processor; the third waits in the spool.
        #expect(three < one * 5 / 2)
    }
}
