import Basics
import Foundation
import TestSupport
import Testing

/// A watched folder: complete files only, study by study, nothing lost and nothing twice, whatever is killed.
@Suite struct WatchTests {
    struct Watched {
        let site: Site
        let folder: String

        init() async throws {
            site = try await Site.withTrust()
            folder = site.folder + "/outgoing"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }

        func start(_ address: String, _ more: [String] = []) throws -> RunningProgram {
            try RunningProgram(
                Programs.send,
                [
                    "watch", folder, "--home", site.clinicHome, "--to", "radiologist", "--address", address, "--json", "--stable",
                    "300ms", "--quiet", "500ms", "--interval", "100ms",
                ] + more)
        }

        func drop(_ image: SyntheticImage, as name: String) throws {
            let path = "\(folder)/\(name)"
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(image.file()).write(to: URL(filePath: path))
        }

        /// Names of DICOM files directly in the folder or in sub-folders of the clinic's.
        var waiting: [String] {
            site.files(below: folder).keys.filter { !$0.hasPrefix("sent/") && !$0.hasPrefix("failed/") && !$0.hasPrefix(".") }.sorted()
        }

        func untilEmpty(within limit: Duration = .seconds(60)) async throws {
            let deadline = ContinuousClock.now + limit
            while !waiting.isEmpty, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(50)) }
            #expect(waiting.isEmpty)
        }
    }

    @Test func deliversAndFiles() async throws {
        let watched = try await Watched()
        let (site, folder) = (watched.site, watched.folder)
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        let watcher = try watched.start(address)
        var expected: [String: Data] = [:]
        for number in 1...3 {
            let image = SyntheticImage(studyUID: "2.25.31", instance: number)
            try watched.drop(image, as: "ct/\(number).dcm")
            expected["ct/\(number).dcm"] = Data(try image.file())
        }
        try watched.drop(SyntheticImage(studyUID: "2.25.32"), as: "other.dcm")
        expected["other.dcm"] = Data(try SyntheticImage(studyUID: "2.25.32").file())
        try Data("not an image".utf8).write(to: URL(filePath: folder + "/letter.txt"))
        try FileManager.default.createSymbolicLink(atPath: folder + "/link.dcm", withDestinationPath: "/etc/hostname")
        try await watched.untilEmptyBut("link.dcm")
        // The journal is told after the last file is moved; stopped before, the next start does it.
        try await watcher.event("filed", number: 2)
        watcher.signal(SIGTERM)
        let stopped = await watcher.finish()
        #expect(stopped.status == 0, "\(stopped.errors)")
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        #expect(site.files(below: site.inbox) == expected)
        let filed = site.files(below: folder)
        for number in 1...3 { #expect(filed["sent/2.25.31/ct/\(number).dcm"] == expected["ct/\(number).dcm"]) }
        #expect(filed["sent/2.25.32/other.dcm"] == expected["other.dcm"])
        #expect(filed.keys.count { $0.hasPrefix("sent/2.25.31/receipts-") } == 1)
        #expect(filed["failed/letter.txt"] == Data("not an image".utf8))
        #expect(filed["failed/letter.txt.reason.txt"].map { !$0.isEmpty } == true)
        #expect(stopped.events(named: "filed").count == 2)
    }

    /// A file that grows slowly is taken when it is complete, and one that is held open is not taken.
    @Test func incompleteFilesWait() async throws {
        let watched = try await Watched()
        let (receiver, address) = try await watched.site.startReceiver(["--layout", "flat"])
        let watcher = try watched.start(address)
        let content = Data(try SyntheticImage(studyUID: "2.25.41").file())
        let path = watched.folder + "/slow.dcm"
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.write(contentsOf: content.prefix(content.count / 2))
        // Longer than it takes a file that nobody writes to be taken and filed.
        try await Task.sleep(for: .seconds(2))
        #expect(watched.waiting == ["slow.dcm"])
        try handle.write(contentsOf: content.dropFirst(content.count / 2))
        try handle.close()
        try await watched.untilEmpty()
        watcher.signal(SIGTERM)
        _ = await watcher.finish()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        #expect(watched.site.files(below: watched.site.inbox) == ["slow.dcm": content])
        #expect(watched.site.files(below: watched.folder + "/sent/2.25.41")["slow.dcm"] == content)
    }

    /// What a server of uploads does: the size first, half of the content, a pause with nothing open, the rest. And a file that grows so.
    @Test(arguments: [true, false]) func aPauseIsNoEnd(_ isSizeSetFirst: Bool) async throws {
        let watched = try await Watched()
        let (receiver, address) = try await watched.site.startReceiver(["--layout", "flat"])
        let watcher = try watched.start(address, ["--settle", "1h"])
        let content = Data(try SyntheticImage(rows: 256, columns: 256, studyUID: "2.25.42").file())
        let path = watched.folder + "/slow.dcm"
        try content.prefix(content.count / 2).write(to: URL(filePath: path))
        if isSizeSetFirst { #expect(truncate(path, content.count) == 0) }
        // Another file that comes after it goes past it: the pause is longer than it takes to send one.
        try watched.drop(SyntheticImage(studyUID: "2.25.43"), as: "whole.dcm")
        try await watcher.event("filed")
        #expect(watched.waiting == ["slow.dcm"])
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seek(toOffset: UInt64(content.count / 2))
        try handle.write(contentsOf: content.dropFirst(content.count / 2))
        try handle.close()
        try await watcher.event("filed", number: 2)
        watcher.signal(SIGTERM)
        _ = await watcher.finish()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        #expect(watched.site.files(below: watched.site.inbox)["slow.dcm"] == content)
        #expect(watched.site.files(below: watched.folder + "/sent/2.25.42")["slow.dcm"] == content)
        #expect(watched.site.files(below: watched.folder + "/failed").isEmpty)
    }

    /// A file that was written into after it was moved away is sent once more, also one that was taken for unfit.
    @Test func lateWritersAreHeard() async throws {
        let watched = try await Watched()
        let (receiver, address) = try await watched.site.startReceiver(["--layout", "flat"])
        let watcher = try watched.start(address, ["--settle", "1s"])
        let content = Data(try SyntheticImage(studyUID: "2.25.44").file())
        let place = watched.folder + "/failed/late.dcm"
        try content.prefix(content.count / 2).write(to: URL(filePath: watched.folder + "/late.dcm"))
        let deadline = ContinuousClock.now + .seconds(60)
        while !FileManager.default.fileExists(atPath: place), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
        }
        let handle = try #require(FileHandle(forWritingAtPath: place))
        try handle.seekToEnd()
        try handle.write(contentsOf: content.dropFirst(content.count / 2))
        try handle.close()
        try await watcher.event("filed")
        watcher.signal(SIGTERM)
        _ = await watcher.finish()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        #expect(watched.site.files(below: watched.site.inbox) == ["late.dcm": content])
        #expect(watched.site.files(below: watched.folder + "/failed").isEmpty)
    }

    @Test func killedAgainAndAgain() async throws {
        let watched = try await Watched()
        let site = watched.site
        let (receiver, address) = try await site.startReceiver(["--layout", "flat"])
        var expected: [String: Data] = [:]
        var random = SystemRandomNumberGenerator()
        for round in 1...6 {
            for number in 1...2 {
                let image = SyntheticImage(studyUID: "2.25.5\(round)", instance: number)
                try watched.drop(image, as: "\(round)-\(number).dcm")
                expected["\(round)-\(number).dcm"] = Data(try image.file())
            }
            let watcher = try watched.start(address)
            try await Task.sleep(for: .milliseconds(Int.random(in: 100...2500, using: &random)))
            watcher.signal(SIGKILL)
            _ = await watcher.finish()
        }
        let watcher = try watched.start(address)
        try await watched.untilEmpty()
        let journal = Journal.outbox(of: site.clinicHome)
        // The journal is told after the last file is moved; stopped before, the next start does it.
        #expect(try await journal.wait(until: "SELECT COUNT(*) = 0 FROM study WHERE NOT isFiled"))
        watcher.signal(SIGTERM)
        _ = await watcher.finish()
        receiver.signal(SIGTERM)
        _ = await receiver.finish()
        #expect(site.files(below: site.inbox) == expected)
        let sent = site.files(below: watched.folder + "/sent").filter { $0.key.hasSuffix(".dcm") }
        #expect(sent.count == expected.count, "none twice, none lost: \(sent.keys.sorted())")
        for (name, content) in sent { #expect(expected[(name as NSString).lastPathComponent] == content) }
        #expect(site.files(below: site.clinicHome + "/state/outbox").keys.filter { $0 != "stat.lock" }.isEmpty)
        #expect(journal.number("SELECT COUNT(*) FROM instance") == expected.count, "each file was taken once")
        #expect(journal.number("SELECT COUNT(*) FROM study WHERE NOT isFiled OR state != 'delivered'") == 0)
    }

    @Test func oneWatcherAFolder() async throws {
        let watched = try await Watched()
        let first = try watched.start("127.0.0.1:1")
        let deadline = ContinuousClock.now + .seconds(20)
        while !FileManager.default.fileExists(atPath: watched.folder + "/.veilray-watch.lock"), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        let second = await (try watched.start("127.0.0.1:1")).finish()
        #expect(second.status == 64)
        first.signal(SIGTERM)
        #expect(await first.finish().status == 0)
    }
}

extension WatchTests.Watched {
    /// - Parameter name: of what stays where it is.
    fileprivate func untilEmptyBut(_ name: String, within limit: Duration = .seconds(60)) async throws {
        let deadline = ContinuousClock.now + limit
        while waiting != [name], ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(50)) }
        #expect(waiting == [name])
    }
}
