import ArgumentParser
import Foundation
import Protocol
import TestSupport
import Testing

@testable import CommandLineSupport

/// Keeps studies for whoever it is told of.
private enum KeepingFollowUp: TrustFollowUp {
    static let awaited = Result { try Identity.create(name: PeerName("Former")) }

    static func trusted(_ peer: TrustedPeer, replaces: Bool, home: Home) async throws -> [String] { ["replaces: \(replaces)"] }
    static func earlierIdentities(under name: PeerName, besides fingerprint: Fingerprint, home: Home) async throws -> [Fingerprint] {
        name.text == "former" ? [try awaited.get().fingerprint] : []
    }
    static func renamed(_ peer: TrustedPeer, from names: [PeerName], home: Home) async throws -> [String] { [] }
    static func waiting(for peer: TrustedPeer, home: Home) async throws -> [String] { ["1 study waits"] }
}

/// Nobody is at the terminal in these tests.
@Suite struct TrustCommandTests {
    private typealias Trust = TrustCommand<KeepingFollowUp>

    private let folder: TemporaryFolder
    private let home: Home
    private let own: Identity
    private let peer: Identity

    init() throws {
        folder = try TemporaryFolder()
        home = Home(URL(filePath: folder("home"), directoryHint: .isDirectory))
        own = try Identity.create(name: PeerName("This Side"))
        peer = try Identity.create(name: PeerName("Rural Clinic"))
        try own.save(to: home)
        try folder.write(peer.card().text(), as: "peer.card")
    }

    private var trusted: [TrustedPeer] { get throws { try TrustStore(home: home).peers } }

    /// Runs the command as its program does.
    private func trust(_ words: [String]) async throws {
        var command = try Trust.parseAsRoot(words + ["--home", folder("home")])
        if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    }

    private func status(_ words: [String]) async -> Int32 {
        do {
            try await trust(words)
            return 0
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            return Trust.exitCode(for: error).rawValue
        }
    }

    @Test func withTheFingerprintACardIsTrusted() async throws {
        try await trust([folder("peer.card"), "--fingerprint", peer.fingerprint.description])
        #expect(try trusted.map(\.name.text) == ["Rural Clinic"])
        try await trust(["add", folder("peer.card"), "--fingerprint", peer.fingerprint.description])
        #expect(await status([folder("peer.card")]) == 0, "the very card is trusted already, which needs nobody")
        #expect(await status([folder("peer.card"), "--fingerprint", own.fingerprint.description]) == 77, "but a wrong one is told")
    }

    @Test(arguments: [[], ["--yes"], ["-y"]]) func withoutNobodyHasComparedIt(_ more: [String]) async throws {
        #expect(await status([folder("peer.card"), "--as", "clinic"] + more) == 64)
        #expect(try trusted.isEmpty)
    }

    @Test func anotherFingerprint() async throws {
        #expect(await status([folder("peer.card"), "--fingerprint", own.fingerprint.description]) == 77)
        #expect(await status([folder("peer.card"), "--fingerprint", "7ZK4Q"]) == 64)
        #expect(try trusted.isEmpty)
    }

    @Test func onesOwnCard() async throws {
        try folder.write(own.card().text(), as: "own.card")
        #expect(await status([folder("own.card"), "--fingerprint", own.fingerprint.description]) == 64)
        #expect(try trusted.isEmpty)
    }

    @Test func filesThatAreNoCards() async throws {
        try folder.write("hello", as: "letter")
        #expect(await status([folder("letter"), "--fingerprint", peer.fingerprint.description]) == 65)
        #expect(await status([folder("missing"), "--fingerprint", peer.fingerprint.description]) == 74)
        try folder.write("\u{FEFF}" + peer.card().text().replacing("\n", with: "\r\n"), as: "windows.card")
        try await trust([folder("windows.card"), "--fingerprint", peer.fingerprint.description])
    }

    @Test func anOlderCard() async throws {
        try folder.write(peer.card(date: Date(timeIntervalSince1970: 1_700_000_000)).text(), as: "old.card")
        try TrustStore(home: home).trust(peer.card())
        #expect(await status([folder("old.card"), "--fingerprint", peer.fingerprint.description]) == 65)
    }

    @Test func newKeys() async throws {
        let former = try Identity.create(name: PeerName("Former"))
        try TrustStore(home: home).trust(former.card(), as: PeerName("lee"))
        let words = ["--replaces", "lee", folder("peer.card")]
        #expect(await status(words) == 64, "nobody has compared it")
        #expect(try trusted.map(\.fingerprint) == [former.fingerprint])
        #expect(await status(words + ["--as", "kim"]) == 64)
        try await trust(words + ["--fingerprint", peer.fingerprint.description])
        #expect(try trusted.map(\.fingerprint) == [peer.fingerprint])
        #expect(try trusted.map(\.name.text) == ["lee"])
        #expect(await status(["--replaces", "nobody", folder("peer.card"), "--fingerprint", peer.fingerprint.description]) == 64)
    }

    /// The old card was removed before, and studies wait.
    @Test func newKeysOfAPeerWhoseCardIsGone() async throws {
        try await trust(["--replaces", "former", folder("peer.card"), "--fingerprint", peer.fingerprint.description])
        #expect(try trusted.map(\.name.text) == ["former"])
    }

    @Test func removes() async throws {
        try TrustStore(home: home).trust(peer.card(), as: PeerName("lee"))
        #expect(await status(["remove", "lee"]) == 64, "nobody to ask")
        #expect(await status(["remove", "lee", "nobody", "--yes"]) == 64)
        #expect(try trusted.count == 1, "all or nothing")
        try await trust(["remove", "lee", "lee", "--yes"])
        #expect(try trusted.isEmpty)
    }

    @Test func removesWhatIsNoCard() async throws {
        try folder.write("no card", as: "home/trusted/lee.card")
        #expect(await status(["list"]) == 65)
        try await trust(["remove", "lee", "--yes"])
        #expect(try folder.names.contains("home") && trusted.isEmpty)
    }

    @Test func renames() async throws {
        try TrustStore(home: home).trust(peer.card(), as: PeerName("lee"))
        try await trust(["rename", "lee", "Dr. Lee"])
        #expect(try trusted.map(\.name.text) == ["Dr. Lee"])
        #expect(await status(["rename", "lee", "kim"]) == 64)
        #expect(await status(["rename", "Dr. Lee", "p\u{430}y"]) == 64)
    }

    @Test func shows() async throws {
        try TrustStore(home: home).trust(peer.card(address: PeerAddress("a.example:1")), as: PeerName("lee"))
        try await trust(["show", "lee"])
        try await trust(["list"])
        #expect(await status(["show", "nobody"]) == 64)
        let survey = try TrustSurvey(home: home)
        let card = TrustedCard(survey.peers[0], survey)
        #expect(card.ownName == "Rural Clinic" && card.address == "a.example:1" && card.remarks.isEmpty)
        for word in ["lee", "Rural Clinic", peer.fingerprint.description, "a.example:1", peer.certificateDigest.description, "lee.card"] {
            #expect(card.lines.contains { $0.contains(word) }, "\(word)")
        }
    }

    /// To ArgumentParser "list" behind an option is a card's name.
    @Test func theOrderOfWordsIsTold() async throws {
        do {
            _ = try Trust.parseAsRoot(["--home", folder("home"), "list"])
            Issue.record("it was taken for a card")
        } catch {
            #expect(Trust.message(for: error).contains("directly after 'trust'"))
        }
    }

    @Test func namesComplete() throws {
        try TrustStore(home: home).trust(peer.card(), as: PeerName("lee"))
        #expect(PeerNames.completions(for: ["veilray-send", "trust", "show", "--home", folder("home"), ""]) == ["lee"])
        #expect(PeerNames.completions(for: ["veilray-send", "trust", "show", "--home=" + folder("home")]) == ["lee"])
        #expect(PeerNames.completions(for: ["veilray-send", "--home", folder("nowhere")]) == [])
    }
}
