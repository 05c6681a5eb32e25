import ArgumentParser
import Protocol

/// `init`: makes this side's identity.
public struct InitCommand: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make this side's identity.",
        discussion: """
            Makes the keys and the certificate by which the other side knows this one, and prints their fingerprint. An identity \
            that is there already is kept, and the command fails. The private keys never leave the folder; back it up.
            """)

    @OptionGroup var home: HomeOptions

    @Option(help: ArgumentHelp("The name of this side, for people, for example \"Rural Clinic\".", valueName: "name"))
    var name: String

    public init() {}

    public func run() throws {
        OutputQueue.waitForReaders()
        try reportingFailures {
            let identity = try Identity.create(name: PeerName(name))
            try identity.save(to: home.home)
            Console.say("Made the identity of \(identity.name).")
            Console.say("Fingerprint: \(identity.fingerprint)")
        }
    }
}

/// `card`: prints this side's public identity.
public struct CardCommand: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "card",
        abstract: "Print this side's card, to be mailed to the other side.",
        discussion: """
            A card holds no secret. The person who gets it should compare its fingerprint with you by another way, for example over the \
            telephone, before trusting it. --fingerprint prints this side's, for reading out, and for scripts that set up both sides.

            Example: \("veilray-receive card --address radiology.example.org:7717 > radiologist.card")
            """)

    @OptionGroup var home: HomeOptions

    @Option(help: ArgumentHelp("Where this side listens, so that senders need not be told apart.", valueName: "host:port"))
    var address: String?

    @Flag(help: "Print this side's fingerprint alone.")
    var fingerprint = false

    public init() {}

    public func run() throws {
        OutputQueue.waitForReaders()
        try reportingFailures {
            let identity = try Identity.load(from: home.existing())
            if fingerprint { return Console.print("\(identity.fingerprint)\n") }
            let text = try identity.card(address: address.map { try PeerAddress($0) }).text()
            Console.print(text)
        }
    }
}
