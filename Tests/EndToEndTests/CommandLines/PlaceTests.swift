import Foundation
import TestSupport
import Testing

/// Nothing is made where nothing should be, and what is made is for its owner alone unless a person says otherwise.
@Suite struct PlaceTests {
    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    @Test func aMisspeltHomeIsNotMade() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(1)
        let (home, into) = (site.folder + "/misspelt", site.folder + "/into")
        let (send, receive) = (Programs.send, Programs.receive)
        for (program, words) in [
            (send, ["status"]), (send, ["status", "--json"]), (send, ["card"]), (send, ["receipts"]),
            (send, ["discard", "abcdef", "--yes"]),
            (send, ["deliver", "--once"]), (send, ["study", site.originals, "--to", "radiologist", "--no-wait"]),
            (send, ["seal", site.originals, "--to", "radiologist", "--into", into]),
            (send, ["watch", site.originals, "--to", "radiologist", "--address", "127.0.0.1:1"]), (receive, ["status"]),
            (receive, ["card"]), (receive, ["discard", "abcdef", "--yes"]), (receive, ["forward", "list"]),
            (receive, ["forward", "retry", "abcdef"]), (receive, ["open", site.originals, "--into", into]),
            (receive, ["serve", "--listen", "127.0.0.1:0", "--into", into]),
        ] {
            let finished = try await run(program, words + ["--home", home])
            #expect(finished.status == 64, "\(words): \(finished.output)\(finished.errors)")
            #expect(finished.output == "")
            #expect(finished.errors.hasPrefix("Error: \(home): ") && finished.errors.contains("'init'"), "\(finished.errors)")
            #expect(!isThere(home) && !isThere(into), "\(words)")
        }
        #expect(site.files(below: site.originals).count == 1, "nor a lock in the watched folder")
    }

    @Test func lookingMakesNothing() async throws {
        let site = try Site()
        try await site.makeIdentities()
        let before = try FileManager.default.subpathsOfDirectory(atPath: site.folder)
        let sent = try await site.succeed(Programs.send, ["status", "--home", site.clinicHome])
        #expect(sent.output == "The outbox is empty.\n")
        try await site.succeed(Programs.receive, ["status", "--home", site.radiologistHome])
        try await site.succeed(Programs.send, ["receipts", "--home", site.clinicHome])
        #expect(try await run(Programs.send, ["discard", "abcdef", "--yes", "--home", site.clinicHome]).status == 64)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: site.folder) == before)
    }

    @Test func figuresGoIntoAFolderThatIsThere() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(1)
        let page = site.folder + "/absent/x.prom"
        let before = try FileManager.default.subpathsOfDirectory(atPath: site.folder)
        for (program, home, words) in [
            (Programs.send, site.clinicHome, ["study", site.originals, "--to", "radiologist", "--no-wait"]),
            (Programs.send, site.clinicHome, ["deliver", "--once"]),
            (Programs.send, site.clinicHome, ["watch", site.originals, "--to", "radiologist", "--address", "127.0.0.1:1"]),
            (Programs.receive, site.radiologistHome, ["serve", "--listen", "127.0.0.1:0", "--into", site.inbox]),
        ] {
            let finished = try await run(program, words + ["--home", home, "--metrics", page])
            #expect(finished.status == 74, "\(words)")
            #expect(finished.errors.hasPrefix("Error: \(page): there is no folder "), "\(finished.errors)")
        }
        #expect(try FileManager.default.subpathsOfDirectory(atPath: site.folder) == before)
    }

    @Test(arguments: [["HOME="], ["HOME=relative"], ["-u", "HOME"]]) func neverTheCurrentFolder(_ home: [String]) async throws {
        let site = try Site()
        for (program, words) in [(Programs.send, ["init", "--name", "x"]), (Programs.receive, ["status"]), (Programs.send, ["card"])] {
            let finished = try await run(
                "/usr/bin/env", ["-C", site.originals, "-u", "XDG_CONFIG_HOME", "-u", "XDG_STATE_HOME"] + home + [program] + words)
            #expect(finished.status == 64)
            #expect(finished.errors.contains("set HOME, or give --home"), "\(finished.errors)")
        }
        let help = try await run("/usr/bin/env", ["-i", Programs.send, "init", "--help"])
        #expect(help.status == 0, "help needs no home")
        #expect(try FileManager.default.subpathsOfDirectory(atPath: site.originals) == [])
    }

    // MARK: Permissions

    /// The modes of everything below some folders, files and folders apart.
    private func modes(below folders: [String]) throws -> (files: Set<Int>, folders: Set<Int>) {
        var (files, directories): (Set<Int>, Set<Int>) = ([], [])
        for folder in folders {
            for path in [folder] + (try FileManager.default.subpathsOfDirectory(atPath: folder)).map({ "\(folder)/\($0)" }) {
                var isDirectory: ObjCBool = false
                guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { continue }
                if isDirectory.boolValue { directories.insert(try mode(path)) } else { files.insert(try mode(path)) }
            }
        }
        return (files, directories)
    }

    /// Everything that both programs make for people: sealed, opened, received and kept files.
    private func make(_ site: Site, _ options: [String], mask: String) async throws -> [String] {
        let (sealed, opened, kept) = (site.folder + "/sealed", site.folder + "/opened", site.folder + "/kept")
        func masked(_ program: String, _ words: [String]) async throws {
            try await site.succeed("/bin/bash", ["-c", #"umask "$1"; shift; exec "$@""#, "bash", mask, program] + words)
        }
        try await masked(
            Programs.send, ["seal", site.originals, "--home", site.clinicHome, "--to", "radiologist", "--into", sealed] + options)
        try await masked(Programs.receive, ["open", sealed, "--home", site.radiologistHome, "--into", opened] + options)
        let (receiver, address) = try await site.startReceiver(
            ["--studies", "1", "--keep-stego", kept, "--metrics", site.folder + "/serve.prom"] + options)
        #expect(try await site.send([site.originals], to: address).status == 0)
        #expect(await receiver.finish().status == 0)
        return [sealed, opened, kept, site.inbox]
    }

    @Test(arguments: ["0022", "0000"]) func patientsFilesAreTheOwnersAlone(_ mask: String) async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(2)
        let folders = try await make(site, [], mask: mask) + [site.clinicHome, site.radiologistHome]
        let modes = try modes(below: folders)
        #expect(modes.files == [0o600])
        #expect(modes.folders == [0o700])
        #expect(try mode(site.folder + "/serve.prom") == 0o644, "for the node exporter")
    }

    @Test func anotherMaskIsForPeoplesFilesAlone() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(2)
        let modes = try modes(below: await make(site, ["--umask", "027"], mask: "0077"))
        #expect(modes.files == [0o640])
        #expect(modes.folders == [0o750])
        let own = try self.modes(below: [site.clinicHome, site.radiologistHome])
        #expect(own.files == [0o600], "keys and journals")
        #expect(own.folders == [0o700])
    }

    @Test func aStricterMaskStays() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(1)
        try await site.succeed(
            "/bin/bash",
            [
                "-c", #"umask 0277; exec "$@""#, "bash", Programs.send, "seal", site.originals, "--home", site.clinicHome, "--to",
                "radiologist",
                "--into", site.folder + "/originals",
            ])
        let names = site.files(below: site.originals).keys.filter { $0.contains("2.25.") }
        #expect(names.count == 1)
        // The owner may not write: 0644 without 0277.
        for name in names { #expect(try mode("\(site.originals)/\(name)") == 0o400) }
    }

    @Test func masksAreOctalAndInYAMLToo() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(1)
        let file = try site.write(Array("\u{FEFF}umask: 027\nhome: \(site.clinicHome)\n".utf8), as: "../seal.yaml")
        try await site.succeed(
            Programs.send, ["seal", site.originals, "--to", "radiologist", "--into", site.folder + "/sealed", "--config", file])
        #expect(try modes(below: [site.folder + "/sealed"]).files == [0o640])
        let wrong = try await run(
            Programs.send, ["seal", site.originals, "--to", "x", "--into", site.folder, "--home", site.clinicHome, "--umask", "787"])
        #expect(wrong.status == 64)
        let list = try site.write(Array("seal:\n  to: [x, radiologist]\n".utf8), as: "../list.yaml")
        let refused = try await run(Programs.send, ["seal", site.originals, "--into", site.folder, "--config", list])
        #expect(refused.status == 64)
        #expect(refused.errors == "Error: \(list):2: 'to' takes one value, not a list\n")
    }

    /// 255 bytes is the longest name there is.
    @Test func longNamesKeepTheirExtension() async throws {
        let site = try await Site.withTrust()
        try site.writeStudy(2)
        let files = site.files(below: site.originals).sorted { $0.key < $1.key }
        let stem = String(repeating: "é", count: 125)
        for (number, file) in files.enumerated() {
            try FileManager.default.moveItem(
                atPath: "\(site.originals)/\(file.key)", toPath: "\(site.originals)/\(stem)\(number).dcm")
        }
        let (receiver, address) = try await site.startReceiver(["--studies", "1", "--layout", "flat"])
        let sent = try await site.send([site.originals], to: address)
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(await receiver.finish().status == 0)
        let restored = site.files(below: site.inbox)
        #expect(Set(restored.values) == Set(files.map(\.value)))
        for name in restored.keys {
            let last = (name as NSString).lastPathComponent
            #expect(last.hasPrefix("ééé") && last.hasSuffix(".dcm") && last.utf8.count <= 255, "\(last)")
        }
    }
}
