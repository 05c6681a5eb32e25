import Basics
import Foundation
import Synchronization
import TestSupport
import Testing

/// A temporary folder with a clinic's and a radiologist's home that trust each other, and their files.
final class Site: Sendable {
    let folder: String
    var clinicHome: String { folder + "/clinic-home" }
    var radiologistHome: String { folder + "/radiologist-home" }
    var inbox: String { folder + "/inbox" }
    var originals: String { folder + "/originals" }

    init() throws {
        folder = NSTemporaryDirectory() + "veilray-test-" + UUID().uuidString
        for path in [folder, folder + "/originals"] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Both homes with identities that trust each other. The homes are copies of the same two: the programs make them once in a test run.
    static func withTrust() async throws -> Site {
        let (site, homes) = (try Site(), try await TrustingHomes.shared)
        try await site.succeed("/bin/cp", ["-a", homes.clinicHome, homes.radiologistHome, site.folder])
        return site
    }

    /// As ``withTrust()``, with identities that no other site has.
    static func withItsOwnIdentities() async throws -> Site {
        let site = try Site()
        try await site.makeIdentities()
        try await site.trust(site.clinicHome, by: Programs.receive, site.radiologistHome, as: "clinic")
        try await site.trust(site.radiologistHome, by: Programs.send, site.clinicHome, as: "radiologist")
        return site
    }

    func makeIdentities() async throws {
        try await succeed(Programs.send, ["init", "--home", clinicHome, "--name", "Test Clinic"])
        try await succeed(Programs.receive, ["init", "--home", radiologistHome, "--name", "Test Radiologist"])
    }

    /// Has the owner of `home` trust the owner of `peerHome`.
    func trust(_ peerHome: String, by program: String, _ home: String, as name: String) async throws {
        let card = try await succeed(Programs.send, ["card", "--home", peerHome]).output
        let path = folder + "/\(name)-\(UUID().uuidString).card"
        try card.write(toFile: path, atomically: true, encoding: .utf8)
        let fingerprint = try await fingerprint(of: peerHome)
        try await succeed(program, ["trust", path, "--home", home, "--as", name, "--fingerprint", fingerprint])
    }

    /// As its owner reads it out.
    func fingerprint(of home: String) async throws -> String {
        try await succeed(Programs.send, ["card", "--fingerprint", "--home", home]).output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @discardableResult
    func succeed(_ program: String, _ arguments: [String]) async throws -> Finished {
        let finished = try await run(program, arguments)
        try #require(finished.status == 0, "\(arguments): \(finished.output)\(finished.errors)")
        return finished
    }

    // MARK: Programs

    /// A receiver that is listening, and where.
    func startReceiver(
        _ more: [String] = [], into: String? = nil, listen: String = "127.0.0.1:0", clock: SettableClock? = nil,
        deadline: Duration = .seconds(300)
    ) async throws -> (RunningProgram, address: String) {
        let receiver = try RunningProgram(
            Programs.receive,
            ["serve", "--home", radiologistHome, "--listen", listen, "--into", into ?? inbox, "--json"] + more,
            environment: clock?.environment ?? [:], deadline: deadline)
        let listening = try await receiver.event("listening")
        let port = try #require(listening["port"] as? Int)
        return (receiver, "127.0.0.1:\(port)")
    }

    /// Sends, trying once only unless told otherwise.
    func send(_ paths: [String], to address: String, _ more: [String] = []) async throws -> Finished {
        try await run(Programs.send, sending(paths, to: address, more))
    }

    /// The words of that command.
    func sending(_ paths: [String], to address: String, _ more: [String] = []) -> [String] {
        ["study"] + paths + ["--home", clinicHome, "--to", "radiologist", "--address", address, "--json"]
            + (more.contains("--give-up-after") ? more : more + ["--give-up-after", "0"])
    }

    // MARK: Files

    func write(_ bytes: [UInt8], as name: String) throws -> String {
        let path = originals + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    /// All files below a folder, by relative path, but for the receiver's markers of complete studies and of its folders; empty where the
    /// folder is not there.
    func files(below folder: String) -> [String: Data] {
        var files: [String: Data] = [:]
        for name in Files.below(folder) {
            let last = (name as NSString).lastPathComponent
            guard !last.hasPrefix(".veilray-complete"), last != ".veilray-folder" else { continue }
            files[name] = FileManager.default.contents(atPath: "\(folder)/\(name)")
        }
        return files
    }
}

/// The two homes that every site with trust begins with.
enum TrustingHomes {
    static var shared: Site { get async throws { try await made.value } }
    private static let made = Task {
        let site = try await Site.withItsOwnIdentities()
        // It lives to the process's end, which runs no deinit.
        folderToRemove.withLock { $0 = site.folder }
        atexit { TrustingHomes.folderToRemove.withLock { try? FileManager.default.removeItem(atPath: $0) } }
        return site
    }
    private static let folderToRemove = Mutex("")
}

/// The executables that `swift build` made beside the tests.
enum Programs {
    static let send = path("veilray-send")
    static let receive = path("veilray-receive")

    /// The folder of the running test bundle is the products' folder; VEILRAY_BIN names another.
    static let folder =
        ProcessInfo.processInfo.environment["VEILRAY_BIN"]
        ?? (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        .map { ($0 as NSString).deletingLastPathComponent } ?? "."

    private static func path(_ name: String) -> String { folder + "/" + name }
}
