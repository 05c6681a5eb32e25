import ArgumentParser
import CommandLineSupport
import Protocol
import SecureChannel
import StegoKit

/// `study`: sends studies and waits for the receipts.
struct StudyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "Send the studies found in files and folders.",
        discussion: """
            Groups the files into studies, seals each file as an anonymous stego image, and sends it to the receiver, which restores it \
            and answers with a signed receipt. Each sealed file is opened again and compared before it leaves. Ends when every file is \
            delivered and verified, or says which are not and why. The signed receipts are kept in the folder of this side's state.

            Example: veilray-send study /images/today --to lee --address radiology.example.org:7717

            Exit codes: 0 delivered and verified, 64 wrong usage, 65 a file is no usable DICOM, 69 the receiver cannot be reached, 74 a file cannot be \
            read, 75 the link or the receiver failed (send again), 77 not trusted. The largest of them counts.
            """)

    @Argument(help: ArgumentHelp("Files and folders; folders are searched throughout.", valueName: "path"))
    var paths: [String]

    @Option(help: ArgumentHelp("The receiver, by the name under which its card is trusted.", valueName: "name"))
    var to: String

    @Option(help: ArgumentHelp("Where the receiver listens; by default what its card says.", valueName: "host:port"))
    var address: String?

    @OptionGroup(title: "Sealing") var sealing: SealingOptions
    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        output.bootstrap()
        try await reportingFailures {
            let reporter = SenderReporter(json: output.jsonLines)
            let pool = WorkerPool(label: "veilray.seal")
            let sender = try Correspondent(home: home.home, to: to)
            let address = try sender.address(override: address)
            let studies = try await StudyScanner(pool: pool).studies(at: paths, reporter)
            var wireBytes: Int?
            if !studies.isEmpty { wireBytes = await send(studies, from: sender, to: address, pool, reporter) }
            try reporter.conclude(wireBytes: wireBytes)
        }
    }

    /// Returns when the reporter knows what became of every file. The result is the number of bytes that went over the wire.
    private func send(
        _ studies: [StudyPlan], from sender: Correspondent, to address: PeerAddress, _ pool: WorkerPool, _ reporter: SenderReporter
    ) async -> Int? {
        do {
            return try await sender.withSession(at: address, capabilities: capabilities) { session, connection in
                let options = try options(agreed: session.agreement)
                let gauge = LinkGauge(connection)
                for plan in studies {
                    await StudyTransfer(
                        session: session, identity: sender.identity, plan: plan, options: options, pool: pool,
                        reporter: reporter, archive: ReceiptArchive(home: home.home), gauge: gauge, effort: sealing.effort
                    ).run()
                }
                return Int(clamping: connection.statistics.wireBytesSent)
            }
        } catch {
            // No study was begun: there is no session, or none that this side can use.
            reporter.abandon(studies.flatMap { $0.instances.map(\.name) }, because: error)
            return nil
        }
    }

    /// What was asked for first, then what else this side can do.
    private var capabilities: Capabilities {
        let codecs = [sealing.codec] + StegoCodec.allCases.filter { $0 != sealing.codec }
        return Capabilities(
            codecs: codecs.compactMap { CapabilityName($0.rawValue) }, methods: [CapabilityName(sealing.method.name)].compactMap(\.self))
    }

    private func options(agreed agreement: Agreement) throws -> SealOptions {
        var options = sealing.options
        guard let codec = agreement.capabilities.codecs.lazy.compactMap({ StegoCodec(rawValue: $0.text) }).first else {
            throw CommandFailure(.unavailable, "the receiver decodes no codec that this side writes")
        }
        options.codec = codec
        return options
    }
}
