import ArgumentParser
import Protocol

/// `trust remove`: ends trusting peers.
struct TrustRemoveCommand<FollowUp: TrustFollowUp>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "remove",
            abstract: "Trust cards no more.",
            discussion: """
                Removes every card of the identities that have these names, also under other names. Queued studies for such a peer stay \
                where they are, and go on when a card of the same identity is trusted again. Asks first; without a terminal it needs \
                --yes.

                Example: veilray-receive trust remove clinic

                Exit codes: 0 removed, 64 no card is trusted under one of the names, or --yes is missing, 75 the answer was no.
                """)
    }

    @Argument(help: ArgumentHelp("Names under which cards are trusted.", valueName: "name"), completion: PeerNames.completion)
    var names: [String]

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var home: HomeOptions

    func run() async throws {
        try await reportingFailures {
            let survey = try TrustSurvey(home: home.existing())
            var peers: [TrustedPeer] = []
            var files: [TrustSurvey.Unreadable] = []
            for name in Set(names).sorted() {
                let (known, unreadable) = (survey.peers(called: name), survey.unreadable.filter { $0.name == name })
                guard !known.isEmpty || !unreadable.isEmpty else { throw PeerNames.unknown(name, home.home) }
                peers += known
                files += unreadable
            }
            var lines: [String] = []
            for peer in peers {
                let waiting = try await FollowUp.waiting(for: peer, home: home.home)
                lines.append("\(peer.name): \(peer.fingerprint)")
                lines += survey.otherNames(of: peer).map { "  also trusted as \($0)" } + waiting.map { "  " + $0 }
            }
            lines += files.map { "\($0.path): \($0.reason)" }
            try Confirmation.require(isGiven: yes, lines, peers.count + files.count == 1 ? "Remove it?" : "Remove them?")
            try survey.remove(peers, and: files)
            if yes { for line in lines { Console.say(line) } }
            Console.say(peers.count + files.count == 1 ? "Removed." : "Removed \(peers.count + files.count) cards.")
        }
    }
}

/// `trust rename`: gives a peer another name.
struct TrustRenameCommand<FollowUp: TrustFollowUp>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "rename",
            abstract: "Give a trusted peer another name.",
            discussion: """
                Queued studies for the peer stay with it. Where its identity is trusted under several names, the new one becomes the only \
                one.

                Example: veilray-send trust rename lee dr-lee

                Exit codes: 0 renamed, 64 no card is trusted under the old name, or the new one is taken or no good name.
                """)
    }

    @Argument(help: ArgumentHelp("The name that the peer has.", valueName: "old"), completion: PeerNames.completion)
    var old: String

    @Argument(help: ArgumentHelp("The name that it gets.", valueName: "new"))
    var new: String

    @OptionGroup var home: HomeOptions

    func run() async throws {
        try await reportingFailures {
            guard let peer = try PeerNames.existing(old, home.existing()) else { throw PeerNames.unknown(old, home.home) }
            let names = [peer.name] + (try TrustSurvey(home: home.existing()).otherNames(of: peer))
            let renamed = try TrustStore(home: home.home).rename(peer, to: try PeerName(new))
            Console.say("Renamed: \(peer.name) is \(renamed.name) now.")
            for line in try await FollowUp.renamed(renamed, from: names.filter { $0 != renamed.name }, home: home.home) {
                Console.say(line)
            }
        }
    }
}
