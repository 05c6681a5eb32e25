import ArgumentParser
import Basics
import Foundation
import Protocol

/// `trust list`: the trusted cards.
struct TrustListCommand: ParsableCommand {
    static let name = "list"
    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "List the trusted cards.",
        discussion: """
            Exit codes: 0 all of them can be read, 65 a file among them is no sound card: the programs do not start before it is \
            repaired or removed ('trust remove').
            """)

    @OptionGroup var home: HomeOptions
    @Flag(help: "Print one JSON object a line on standard output, and nothing else there.")
    var json = false

    func run() throws {
        OutputQueue.waitForReaders()
        try reportingFailures {
            let survey = try TrustSurvey(home: home.existing())
            if json {
                let lines = JSONLines()
                for peer in survey.peers { lines.write(TrustedCard(peer, survey)) }
            } else if survey.peers.isEmpty {
                Console.say("No card is trusted.")
            } else {
                for line in table(survey).lines { Console.say(line) }
            }
            for file in survey.unreadable { Console.complain("\(file.path): \(file.reason)") }
            guard survey.unreadable.isEmpty else { throw ExitStatus.badData.exitCode }
        }
    }

    private func table(_ survey: TrustSurvey) -> Table {
        var table = Table([
            ("name", .left), ("fingerprint", .left), ("address", .left), ("card of", .left), ("certificate until", .left),
            ("remark", .left),
        ])
        for peer in survey.peers {
            let card = TrustedCard(peer, survey)
            table.add([
                card.name, card.fingerprint, card.address ?? "", CardText.date(card.created), CardText.date(card.certificateEnd),
                card.remarks.joined(separator: "; "),
            ])
        }
        return table
    }
}

/// `trust show`: one trusted card.
struct TrustShowCommand: ParsableCommand {
    static let name = "show"
    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Show everything about a trusted card.",
        discussion: """
            Example: veilray-send trust show lee

            Exit codes: 0 shown, 64 no card is trusted under this name.
            """)

    @Argument(help: ArgumentHelp("The name under which the card is trusted.", valueName: "name"), completion: PeerNames.completion)
    var peer: String

    @OptionGroup var home: HomeOptions

    func run() throws {
        OutputQueue.waitForReaders()
        try reportingFailures {
            let survey = try TrustSurvey(home: home.existing())
            let peers = survey.peers(called: peer)
            guard !peers.isEmpty else { throw PeerNames.unknown(peer, home.home) }
            for peer in peers { for line in TrustedCard(peer, survey).lines { Console.say(line) } }
        }
    }
}

/// A trusted card as a `--json` line of `trust list`, see docs/json/outbox.md.
struct TrustedCard: Encodable, Sendable {
    let event = "trusted"
    let name: String
    /// The name on the card, where it is trusted under another one.
    let ownName: String?
    let fingerprint: String
    let address: String?
    let created: Date
    let certificateStart: Date
    let certificateEnd: Date
    let certificateDigest: String
    let file: String
    let remarks: [String]

    init(_ peer: TrustedPeer, _ survey: TrustSurvey) {
        name = peer.name.text
        ownName = peer.name == peer.card.name ? nil : peer.card.name.text
        fingerprint = peer.fingerprint.description
        address = peer.card.address?.description
        created = peer.card.created
        certificateStart = peer.card.certificateStart
        certificateEnd = peer.card.certificateEnd
        certificateDigest = peer.card.certificateDigest.description
        file = survey.path(of: peer)
        var remarks: [String] = []
        let names = survey.otherNames(of: peer)
        if !names.isEmpty {
            remarks.append(
                "the same identity is also trusted as \(names.map(\.word).joined(separator: ", ")); 'trust rename' leaves one name")
        }
        if let fault = peer.name.fault { remarks.append("\(fault); 'trust rename' gives it another one") }
        self.remarks = remarks
    }

    /// For `trust show`.
    var lines: [String] {
        var lines = [
            "Name:             \(name)",
            "Own name:         \(ownName ?? name)",
            "Fingerprint:      \(fingerprint)",
            "Address:          \(address ?? "none; senders give --address")",
            "Card of:          \(CardText.date(created))",
            "Certificate:      \(CardText.date(certificateStart)) to \(CardText.date(certificateEnd))",
            "  its SHA-256:    \(certificateDigest)",
            "File:             \(file)",
        ]
        lines += remarks.map { "Remark:           \($0)" }
        return lines
    }
}
