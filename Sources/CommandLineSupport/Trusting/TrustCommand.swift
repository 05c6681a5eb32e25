import ArgumentParser
import Foundation
import Protocol

/// `trust`: trusts a peer's card.
public struct TrustCommand<FollowUp: TrustFollowUp>: AsyncParsableCommand {
    public static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "trust",
            abstract: "Trust the other side's card, after comparing its fingerprint.",
            discussion: """
                Prints the card's fingerprint; at a terminal it asks before it trusts. A script gives --fingerprint, which must match, \
                or has compared it before. The name under which a card is trusted is the one that 'study --to' takes.
                """)
    }

    @Argument(help: ArgumentHelp("The card's file; - for standard input.", valueName: "card"), completion: .file())
    var card: String

    @OptionGroup var home: HomeOptions

    @Option(name: .customLong("as"), help: ArgumentHelp("What to call the peer here; the card's own name otherwise.", valueName: "name"))
    var localName: String?

    @Option(help: ArgumentHelp("The fingerprint as the peer told it; trusting fails when the card has another.", valueName: "groups"))
    var fingerprint: String?

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    public init() {}

    public func run() async throws {
        try await reportingFailures {
            let peer = try readCard()
            print("\(peer.name)")
            print("Fingerprint: \(peer.fingerprint)")
            if let fingerprint { try require(Fingerprint(fingerprint), of: peer) }
            guard yes || fingerprint != nil || isatty(STDIN_FILENO) == 0 || confirms(peer) else {
                throw CommandFailure(.notTrusted, "\(source): not trusted; nothing was changed")
            }
            let trusted = try TrustStore(home: home.home).trust(peer, as: localName.map { try PeerName($0) })
            print("Trusted as \(trusted.name).")
            for line in try await FollowUp.trusted(trusted, replaces: false, home: home.home) { print(line) }
        }
    }

    private func readCard() throws -> Card {
        do {
            return try Card(text: try text())
        } catch let error as ProtocolError {
            throw CommandFailure(ExitStatus(error), "\(source): \(error.reason)")
        }
    }

    private func text() throws -> String {
        if card == "-" { return String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self) }
        return String(decoding: try WholeFile.read(card), as: UTF8.self)
    }

    private var source: String { card == "-" ? "standard input" : card }

    private func require(_ expected: Fingerprint, of peer: Card) throws {
        guard expected == peer.fingerprint else {
            throw CommandFailure(.notTrusted, "\(source): the card is not of the identity with this fingerprint; nothing was changed")
        }
    }

    private func confirms(_ peer: Card) -> Bool {
        print("Is this the fingerprint that \"\(peer.name)\" should have? [y/N] ", terminator: "")
        fflush(nil)
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }
}
