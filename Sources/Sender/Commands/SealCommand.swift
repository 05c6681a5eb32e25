import ArgumentParser
import CommandLineSupport
import Crypto
import Protocol
import StegoKit

/// `seal`: makes the stego files without sending them.
struct SealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Make anonymous stego files without sending them.",
        discussion: """
            The files can travel or rest anywhere: on a stick, in a cloud, in an archive. Each holds a capsule that only the named \
            receiver opens, with 'veilray-receive open'. Folders and files get the anonymous UIDs of the stego files as names, unless told \
            otherwise (--keep-names). Files that are there already are never replaced. Of originals that are the same byte for byte one stego file \
            is made; with --keep-names one for each name.

            Example: veilray-send seal /images/today --to lee --into /media/stick
            """)

    @Argument(help: ArgumentHelp("Files and folders; folders are searched throughout.", valueName: "path"), completion: .file())
    var paths: [String]

    @Option(
        help: ArgumentHelp("The receiver, by the name under which its card is trusted.", valueName: "name"),
        completion: PeerNames.completion)
    var to: String

    @Option(help: ArgumentHelp("The folder for the stego files.", valueName: "dir"), completion: .directory)
    var into: String

    @Flag(help: "Name the stego files like the originals. Folders and files are often called after patients.")
    var keepNames = false

    @OptionGroup(title: "Sealing") var sealing: SealingOptions
    @OptionGroup(title: "Region of interest") var region: RegionOptions
    @OptionGroup(title: "Files that are made") var permissions: CreationMaskOptions
    @OptionGroup(title: "This side") var home: HomeOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        output.bootstrap()
        OutputQueue.waitForReaders()
        permissions.apply()
        try await reportingFailures {
            let reporter = SenderReporter(json: output.jsonLines)
            let pool = WorkerPool(label: "veilray.seal")
            let sender = try Correspondent(home: home.existing(), to: to)
            let choices = try region.choices()
            let plans = try await StudyScanner(pool: pool).studies(at: paths, reporter)
            try await reporter.showingProgress {
                for plan in plans { try await seal(plan, choices, for: sender.peer.card, pool, reporter) }
            }
            try reporter.conclude()
        }
    }

    private func seal(
        _ plan: StudyPlan, _ region: RegionChoices, for card: Card, _ pool: WorkerPool, _ reporter: SenderReporter
    ) async throws {
        let key = StudyKey()
        let studyUID = try StudyUID(key.derivedUID(for: plan.studyUID))
        var options = try sealing.options()
        var region = region
        region.annotationFiles = plan.annotationFiles
        options.region = try await pool.run { [region, method = options.method] in
            region.policy(standard: method.defaultScope)
        }
        options.capsule = try Capsule.seal(key.withUnsafeBytes { SymmetricKey(data: $0) }, to: card, studyUID: studyUID).bytes
        let work = SealingWork(
            sealer: InstanceSealer(key: key, options: options),
            // Without a link to wait for, bytes are what counts.
            decision: EncodingDecision(
                encoding: sealing.codec.encodingAtRest(effort: sealing.effort), reason: sealing.codec == .auto ? .atRest : .asked))
        let (folder, keepsNames) = (into, keepNames)
        // The same bytes are the same instance: its anonymous UIDs, and so the names, follow from them.
        let groups = keepsNames ? plan.instances.map { [$0] } : plan.instances.groupedByContent
        var failures = 0
        try await pool.forEach(groups) { group in
            let instance = group[0]
            let number = reporter.beginSealing(instance.name, Int(clamping: instance.entry.byteCount))
            defer { reporter.endSealing(number) }
            let (event, status) = Self.seal(instance, work, into: folder, keepsNames: keepsNames, studyUID.text)
            return ([event] + group.dropFirst().map { event.ofSameBytes(named: $0.name) }, status)
        } receive: { events, status in
            for event in events {
                if event.status == .failed { failures += 1 }
                reporter.report(event, status: status)
            }
        }
        reporter.report(SenderEvent.Study(study: studyUID.text, delivered: plan.instances.count - failures, failed: failures))
    }

    private static func seal(
        _ instance: PlannedInstance, _ work: SealingWork, into folder: String, keepsNames: Bool, _ study: String
    ) -> (SenderEvent.Instance, ExitStatus) {
        switch work.outcome(of: instance) {
        case .failed(let reason, let status):
            return (.failed(instance.name, reason, study: study), status)
        case .interrupted(let reason):
            return (.failed(instance.name, reason, study: study), .tryAgain)
        case .unreadable(let error):
            return (.failed(instance.name, error.reason, study: study), .inputOutput)
        case .sealed(let sealed):
            do {
                let path = "\(folder)/\(keepsNames ? instance.name : try StegoFileName.path(of: sealed.bytes))"
                guard try AtomicFile.publish(sealed.bytes, as: path) != .occupied else {
                    return (.failed(instance.name, "\(path) is there already; it was left alone", study: study), .inputOutput)
                }
                var event = SenderEvent.Instance(instance.name, .sealed, study: study, report: sealed.report)
                event.path = path
                return (event, .success)
            } catch {
                return (.failed(instance.name, "\(error)", study: study), .inputOutput)
            }
        }
    }
}

extension [PlannedInstance] {
    /// Files with the same bytes together, in the order of the first of each.
    fileprivate var groupedByContent: [[PlannedInstance]] {
        var places: [ContentDigest: Int] = [:]
        var groups: [[PlannedInstance]] = []
        for instance in self {
            if let place = places[instance.entry.digest] {
                groups[place].append(instance)
            } else {
                places[instance.entry.digest] = groups.count
                groups.append([instance])
            }
        }
        return groups
    }
}

extension SenderEvent.Instance {
    /// What there is to say of another file with the same bytes.
    fileprivate func ofSameBytes(named name: String) -> SenderEvent.Instance {
        var event = SenderEvent.Instance(name: name, status: status, study: study, reason: reason, path: path)
        event.originalBytes = originalBytes
        if status == .sealed { event.notes = ["the same bytes as \(self.name): one stego file holds both"] }
        return event
    }
}
