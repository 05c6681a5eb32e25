import Basics
import Foundation
import TestSupport
import Testing

/// The file system of the receiver's folder goes away and comes back, under a running `serve` and between two of them.
@Suite struct FolderAwayTests {
    /// A share, and the folder that it is mounted at. What is mounted is another file system each time, with other device and inode
    /// numbers, as a network share may be.
    private struct Share {
        let site: Site
        let mountPoint: String

        init(_ site: Site) async throws {
            self.site = site
            mountPoint = try await site.smallDisk("200m")
        }

        private var kept: String { site.folder + "/kept" }

        /// Unmounts it, as an administrator does who does not ask who uses it.
        func takeAway() async throws {
            try await succeed("mkdir -p \(kept) && mount --bind \(mountPoint) \(kept) && umount -l \(mountPoint)")
        }

        /// What is in the bare mount point.
        var left: [String] { (FileManager.default.enumerator(atPath: mountPoint)?.compactMap { $0 as? String } ?? ["not there"]) }

        func bringBack() async throws {
            // All of it at once: the number must not be there before the files.
            let fresh = site.folder + "/fresh"
            try await succeed(
                "mkdir -p \(fresh) && mount -t tmpfs -o size=200m veilray-test \(fresh) && cp -a \(kept)/. \(fresh)/ && umount -l \(kept) "
                    + "&& mount --bind \(fresh) \(mountPoint) && umount -l \(fresh)")
        }

        func end() {
            for path in [mountPoint, kept] { umount2(path, Int32(MNT_DETACH)) }
        }

        private func succeed(_ command: String) async throws {
            let finished = try await run("/bin/sh", ["-c", command])
            try #require(finished.status == 0, "\(command): \(finished.errors)")
        }
    }

    private func restored(_ receiver: RunningProgram) -> Int {
        receiver.events(named: "instance").count { $0["status"] as? String == "restored" }
    }

    /// Mounted at the folder itself, or at one above it.
    @Test(.needsSmallDisk, .timeLimit(.minutes(5)), arguments: ["", "/in"]) func awayInTheMiddleOfAStudy(_ below: String) async throws {
        let site = try await Site.withTrust()
        let share = try await Share(site)
        defer { share.end() }
        let into = share.mountPoint + below
        try site.writeStudy(200, side: 256)
        let page = site.folder + "/receive.prom"
        let (receiver, address) = try await site.startReceiver(
            ["--layout", "flat", "--minimum-free", "0", "--metrics", page], into: into)
        let sender = try site.startPersistentSender(to: address)
        while restored(receiver) < 3 { try await Task.sleep(for: .milliseconds(2)) }
        try await share.takeAway()
        let away = try await receiver.event("folderIsAway")
        #expect(away["path"] as? String == into)
        #expect((away["reason"] as? String)?.isEmpty == false)
        // Long enough for whatever is tried every second, and for the figures.
        try await Task.sleep(for: .seconds(7))
        let figures = try String(contentsOfFile: page, encoding: .utf8)
        #expect(figures.contains("veilray_inbox_folder_available{path=\"\(into)\"} 0"))
        let count = restored(receiver)
        #expect(count < 200)
        try await Task.sleep(for: .seconds(2))
        #expect(restored(receiver) == count)
        #expect(receiver.events(named: "folderIsAway").count == 1)
        #expect(sender.isRunning && receiver.isRunning)
        #expect(share.left.isEmpty, "\(share.left)")

        try await share.bringBack()
        try await receiver.event("folderIsBack")
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.errors)")
        try await receiver.event("complete")
        receiver.signal(SIGTERM)
        let received = await receiver.finish()
        #expect(received.status == 0)
        #expect(received.errors.components(separatedBy: "senders wait").count == 2, "\(received.errors)")
        #expect(site.files(below: into) == site.files(below: site.originals))
        #expect(site.spooledFiles.isEmpty)
        try await share.takeAway()
        #expect(share.left.isEmpty, "\(share.left)")
    }

    /// Not mounted when it starts, the share is waited for; a person may say that the bare folder is meant.
    @Test(.needsSmallDisk, .timeLimit(.minutes(5))) func awayAtTheStart() async throws {
        let site = try await Site.withTrust()
        let share = try await Share(site)
        defer { share.end() }
        try site.writeStudy(2)
        var (receiver, address) = try await site.startReceiver(
            ["--layout", "flat", "--minimum-free", "0", "--studies", "1"], into: share.mountPoint)
        #expect(try await site.send([site.originals], to: address).status == 0)
        #expect(await receiver.finish().status == 0)
        try await share.takeAway()

        try site.writeStudy(3, folder: "more-")
        (receiver, address) = try await site.startReceiver(["--layout", "flat", "--minimum-free", "0"], into: share.mountPoint)
        let away = try await receiver.event("folderIsAway")
        let command = "veilray-receive use-folder '\(share.mountPoint)'"
        #expect((away["advice"] as? String)?.contains(command) == true)
        let sender = try site.startPersistentSender(to: address)
        try await receiver.event("connected")
        try await Task.sleep(for: .seconds(3))
        #expect(restored(receiver) == 0)
        #expect(share.left.isEmpty, "\(share.left)")
        let words = ["use-folder", share.mountPoint, "--home", site.radiologistHome]
        try await site.succeed(Programs.receive, words)
        try await receiver.event("folderIsBack")
        let sent = await sender.finish()
        #expect(sent.status == 0, "\(sent.errors)")
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().status == 0)
        #expect(site.files(below: share.mountPoint) == site.files(below: site.originals))
        #expect(try await run(Programs.receive, ["use-folder", site.folder, "--home", site.radiologistHome]).status == 64)
    }

    @Test func aFolderThatCannotBeMeantIsNotMade() async throws {
        let site = try await Site.withTrust()
        let finished = try await run(
            Programs.receive,
            ["serve", "--home", site.radiologistHome, "--listen", "127.0.0.1:0", "--into", site.folder + "/not-mounted/studies"])
        #expect(finished.status == 74)
        #expect(finished.errors.contains("mount the file system"), "\(finished.errors)")
        #expect(!FileManager.default.fileExists(atPath: site.folder + "/not-mounted"))
    }
}
