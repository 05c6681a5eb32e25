import Foundation
import TestSupport
import Testing

/// What the system and the service manager see of the programs.
@Suite struct ProcessTests {
    /// Users without privileges are told apart from root here: what a process hides from its own user, root sees.
    private static let canBecomeNobody =
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")
    private static let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"]

    /// Decoders are started through /proc, which is closed to a process of another user whose memory is private: everything must work so.
    @Test(.enabled(if: canBecomeNobody, "setpriv, as root, is needed to become another user"))
    func anotherUserSealsOpensAndServes() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(3)
        for path in try [""] + FileManager.default.subpathsOfDirectory(atPath: site.folder).map({ "/" + $0 }) {
            try #require(chown(site.folder + path, 65534, 65534) == 0)
        }
        let (sealed, opened) = (site.folder + "/sealed", site.folder + "/opened")
        func asNobody(_ program: String, _ words: [String]) async throws {
            try await site.succeed("/usr/bin/setpriv", Self.nobody + [program] + words)
        }
        try await asNobody(
            Programs.send, ["seal", site.originals, "--home", site.clinicHome, "--to", "radiologist", "--into", sealed, "--codec", "j2k"])
        try await asNobody(Programs.receive, ["open", sealed, "--home", site.radiologistHome, "--into", opened])
        #expect(Set(site.files(below: opened).values) == Set(site.files(below: site.originals).values))
        let receiver = try RunningProgram(
            "/usr/bin/setpriv",
            Self.nobody + [
                Programs.receive, "serve", "--home", site.radiologistHome, "--listen", "127.0.0.1:0", "--into", site.inbox, "--json",
            ])
        let port = try #require(try await receiver.event("listening")["port"] as? Int)
        try await asNobody(
            Programs.send,
            [
                "study", site.originals, "--home", site.clinicHome, "--to", "radiologist", "--address", "127.0.0.1:\(port)",
                "--give-up-after", "0", "--codec", "j2k",
            ])
        #expect(Set(site.files(below: site.inbox).values) == Set(site.files(below: site.originals).values))
        // The memory of a process that keeps it private is root's to look at, whoever runs it (proc(5)).
        var memory = stat()
        #expect(stat("/proc/\(receiver.pid)/maps", &memory) == 0)
        #expect(memory.st_uid == 0)
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().status == 0)
    }

    @Test func noCoreDumps() async throws {
        let site = try await Site.withTrust()
        let (receiver, _) = try await site.startReceiver()
        let limits = try String(contentsOfFile: "/proc/\(receiver.pid)/limits", encoding: .utf8)
        let line = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") }
        #expect(line?.split(separator: " ").suffix(3) == ["0", "0", "bytes"])
        receiver.signal(SIGTERM)
        #expect(await receiver.finish().status == 0)
    }

    /// On a path and on an abstract name; one service of each kind of loop.
    @Test func aServiceTellsItsManager() async throws {
        let site = try await Site.withTrust()
        let folder = site.folder + "/outgoing"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let python = try #require(ForeignPrograms.path(of: "python3"))
        for (name, program, words) in [
            (
                "\(site.folder)/notify", Programs.receive,
                ["serve", "--home", site.radiologistHome, "--listen", "127.0.0.1:0", "--into", site.inbox]
            ),
            ("@\(UUID())", Programs.send, ["deliver", "--home", site.clinicHome]),
            ("@\(UUID())", Programs.send, ["serve", "--home", site.clinicHome, "--watch", "\(folder)=radiologist,127.0.0.1:1"]),
            ("@\(UUID())", Programs.send, ["watch", folder, "--home", site.clinicHome, "--to", "radiologist", "--address", "127.0.0.1:1"]),
        ] {
            let finished = try await run(
                python, ["\(Package.folder)/Tests/EndToEndTests/Judges/notified.py", name, program] + words)
            #expect(finished.status == 0, "\(words): \(finished.errors)")
            #expect(finished.output == "READY=1\nWATCHDOG=1\nWATCHDOG=1\nSTOPPING=1\nended 0\n", "\(words)")
        }
    }
}
