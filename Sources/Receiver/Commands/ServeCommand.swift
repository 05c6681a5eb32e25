import ArgumentParser
import CommandLineSupport
import Protocol

/// `serve`: receives studies.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Receive studies, restore them and publish the files.",
        discussion: """
            Serves any number of trusted senders at once. Each file is restored, compared with the digest that its sender signed, \
            published whole or not at all, and acknowledged with a signed receipt. A file that is there already is never replaced: \
            the same content counts as delivered, another gets the first digits of its digest into its name.

            Cards that are trusted or removed while it runs count from the next connection on.

            SIGTERM and SIGINT stop it: studies under way are finished within --grace seconds, then their senders are told to come again.

            Example: veilray-receive serve --listen 0.0.0.0:7717 --into ~/studies
            """)

    @Option(help: ArgumentHelp("Where to listen; port 0 takes a free one.", valueName: "host:port"))
    var listen: String

    @OptionGroup(title: "Restored files") var publishing: PublishingOptions

    @Option(
        help: ArgumentHelp(
            "Keep the anonymous stego files in this folder too.",
            discussion: "Their senders are asked to put in a capsule that this identity's long-term key opens ('open').", valueName: "dir"))
    var keepStego: String?

    @Option(help: ArgumentHelp("Stop after this many studies.", valueName: "n"))
    var studies: Int?

    @Option(help: ArgumentHelp("How long studies under way may take when the receiver stops.", valueName: "seconds"))
    var grace = 30

    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        guard studies ?? 1 > 0 else { throw ValidationError("--studies takes a number from 1") }
        guard (0...86_400).contains(grace) else { throw ValidationError("--grace takes 0 to 86400 seconds") }
    }

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            let reporter = ReceiverReporter(json: output.jsonLines)
            let stop = StopRequest()
            let counter = StudyCounter(limit: studies, stop: stop)
            let server = ReceiverServer(
                identity: try Identity.load(from: home.home), trust: try TrustStore(home: home.home), listen: try PeerAddress(listen),
                restorer: Restorer(publisher: publishing.publisher, stegoFolder: keepStego),
                keyring: keepStego == nil ? nil : Keyring(home: home.home), reporter: reporter, grace: .seconds(grace))
            let signals = ShutdownSignals()
            let waiting = Task {
                await signals.wait()
                stop.request()
            }
            try await server.run(until: stop, studies: counter)
            waiting.cancel()
            reporter.report(ReceiverReport.Stopped(studies: await counter.count))
        }
    }
}
