import ArgumentParser
import Basics
import Files
import Foundation
import Protocol

/// `trust`: whom this side talks to.
public struct TrustCommand<FollowUp: TrustFollowUp>: AsyncParsableCommand {
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "trust",
            abstract: "Trust the other side's card, after comparing its fingerprint; show, rename and remove trusted cards.",
            discussion: """
                'trust CARD' is short for 'trust add CARD'. Changes by these commands hold from the next connection on; running services \
                notice it.
                """,
            subcommands: [
                TrustAddCommand<FollowUp>.self, TrustListCommand.self, TrustShowCommand.self, TrustRenameCommand<FollowUp>.self,
                TrustRemoveCommand<FollowUp>.self,
            ],
            defaultSubcommand: TrustAddCommand<FollowUp>.self)
    }

    public init() {}
}

/// `trust add`: trusts a peer's card.
struct TrustAddCommand<FollowUp: TrustFollowUp>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "add",
            abstract: "Trust the other side's card, after comparing its fingerprint.",
            discussion: """
                Shows the card's fingerprint and asks whether it is the one that the card's owner has read out, for example over the \
                telephone. Without a terminal, and with the card on standard input, no person can be asked: --fingerprint says then which \
                one it has to be, and it must come from the card's owner by another way than the card. The name under which a card is \
                trusted is the one that 'study --to' takes.

                A later card of an identity that is trusted takes the place of the earlier one; an older one is refused. When a peer has \
                new keys, --replaces puts its new card in place of the old one, and queued studies for the peer go to the new identity.

                Example: veilray-send trust lee.card --as lee

                Exit codes: 0 trusted, 64 no person could be asked, the name is taken, or it is this side's own card, 65 the file holds no \
                sound card, or an older one, 74 a file cannot be read or written, 77 another fingerprint, or the answer was no.
                """)
    }

    @Argument(help: ArgumentHelp("The card's file; - for standard input.", valueName: "card"), completion: .file())
    var card: String

    @OptionGroup var home: HomeOptions

    @Option(name: .customLong("as"), help: ArgumentHelp("The peer's name here; the card's own name otherwise.", valueName: "name"))
    var localName: String?

    @Option(
        help: ArgumentHelp(
            "The peer of this name has new keys: trust this card instead of the one that it has now.", valueName: "name"),
        completion: PeerNames.completion)
    var replaces: String?

    @Option(help: ArgumentHelp("The fingerprint as the peer told it; trusting fails when the card has another.", valueName: "groups"))
    var fingerprint: String?

    /// Was once enough for a card that nobody had compared.
    @Flag(name: .shortAndLong, help: .hidden)
    var yes = false

    func validate() throws {
        guard localName == nil || replaces == nil else {
            throw ValidationError("--replaces keeps the peer's name; 'trust rename' gives it another one")
        }
        guard ![TrustListCommand.name, TrustShowCommand.name, "rename", "remove"].contains(card) || access(card, F_OK) == 0 else {
            throw ValidationError("'\(card)' comes directly after 'trust', before any option")
        }
    }

    func run() async throws {
        try await reportingFailures {
            let text = try CardText(card)
            let peer = try text.card()
            try text.refuseOwn(peer, home.home)
            if let fingerprint, try Fingerprint(fingerprint) != peer.fingerprint {
                throw OperationFailure(
                    .notTrusted, "\(text.source): the card is of another identity, \(peer.fingerprint); nothing was changed")
            }
            if let replaces { return try await replace(peer, text, PeerNames.existing(replaces, home.home)) }
            let store = try TrustStore(home: home.home)
            let name = try localName.map { try PeerName($0) }
            if case .known(let known) = try store.standing(of: peer, as: name) {
                return Console.say("This very card is trusted already, as \(known.name). Nothing was changed.")
            }
            try compare(
                text, ["\(peer.name)", "Fingerprint: \(peer.fingerprint)"], "Is this the fingerprint that its owner has told you?")
            try await tell(try store.trust(peer, as: name), replaces: false)
        }
    }

    private func replace(_ peer: Card, _ text: CardText, _ former: TrustedPeer?) async throws {
        let name: PeerName
        if let former { name = former.name } else { name = try PeerName(replaces ?? "") }
        let waiting = try await FollowUp.earlierIdentities(under: name, besides: peer.fingerprint, home: home.home)
        guard former != nil || !waiting.isEmpty else { throw PeerNames.unknown(name.text, home.home) }
        var lines = ["\(name)"]
        if let former, former.fingerprint != peer.fingerprint {
            lines.append("Now:  \(former.fingerprint), card of \(CardText.date(former.card.created))")
        }
        lines += waiting.filter { $0 != former?.fingerprint }.map { "Before: \($0)" }
        lines.append("New:  \(peer.fingerprint), card of \(CardText.date(peer.created)), which calls itself \(peer.name)")
        try compare(text, lines, "Is it the same peer, and is the new fingerprint the one that it has told you?")
        try await tell(try TrustStore(home: home.home).replace(name, with: peer), replaces: true)
    }

    /// Returns when somebody has compared the card's fingerprint: the one who wrote the command line, or the person at the terminal.
    private func compare(_ text: CardText, _ lines: [String], _ question: String) throws {
        let ways =
            "nobody has compared the card's fingerprint. Give the one that its owner reads out with --fingerprint, or trust the card from a "
            + "file at a terminal, which shows its fingerprint and asks"
        guard fingerprint != nil || !(yes || text.isStandardInput) else {
            throw OperationFailure(.invalidRequest, "\(text.source): \(ways)")
        }
        try Confirmation.require(isGiven: fingerprint != nil, lines, question, otherwise: ways, refusal: .notTrusted)
    }

    private func tell(_ peer: TrustedPeer, replaces: Bool) async throws {
        Console.say("Trusted as \(peer.name): \(peer.fingerprint)")
        for line in try await FollowUp.trusted(peer, replaces: replaces, home: home.home) { Console.say(line) }
    }
}

/// A card that a person gives, by its file or on standard input.
struct CardText {
    let isStandardInput: Bool
    /// For messages.
    let source: String
    private let bytes: [UInt8]

    /// Far more than a card and the mail around it.
    private static let limit = 1 << 20

    /// - Parameter path: of a file; `-` for standard input.
    /// - Throws: `FileError`, `OperationFailure` `.badData`.
    init(_ path: String) throws {
        isStandardInput = path == "-"
        source = isStandardInput ? "standard input" : path
        bytes = isStandardInput ? try Self.standardInput() : try WholeFile.read(path, limit: Self.limit)
    }

    private static func standardInput() throws -> [UInt8] {
        let data = try FileHandle.standardInput.read(upToCount: limit + 1) ?? Data()
        guard data.count <= limit else { throw OperationFailure(.badData, "standard input: this is far longer than a card") }
        return Array(data)
    }

    /// - Throws: `OperationFailure` that names the source.
    func card() throws -> Card {
        do {
            return try Card(file: bytes)
        } catch {
            throw OperationFailure(error.kind, "\(source): \(error.reason)")
        }
    }

    /// - Throws: `OperationFailure` `.invalidRequest` for the card of the identity that lives here.
    func refuseOwn(_ card: Card, _ home: Home) throws {
        guard let own = try Self.ownIdentity(home), card.fingerprint == own.fingerprint else { return }
        throw OperationFailure(
            .invalidRequest, "\(source): this is this side's own card; the other side trusts it, and this side the other side's")
    }

    private static func ownIdentity(_ home: Home) throws -> Identity? {
        do {
            return try Identity.load(from: home)
        } catch {
            guard error.code != .identityMissing else { return nil }
            throw error
        }
    }

    static func date(_ date: Date) -> String { date.formatted(.iso8601) }
}
