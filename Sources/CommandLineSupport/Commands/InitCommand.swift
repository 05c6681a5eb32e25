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
