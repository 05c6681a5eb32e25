import Basics
import CommandLineSupport
import Journal
import Logging
import Protocol
import Sending
import Synchronization

/// Tells the person or the script what becomes of each file, and sums up.
package final class SenderReporter: SenderObserver {
    private struct State {
        var delivered = 0
        var failed = 0
        var queued = 0
        var studies = 0
        var originalBytes = 0
        var stegoBytes = 0
        /// Of whole connections, everything included.
        var wireBytes = 0
        /// Files of studies that were put into the outbox only.
        var left = 0
        /// Files that only lay beside the images.
        var skipped = 0
        var activity = Activity()
        var total = 0
        var worst = ExitStatus.success
        var lastKept: String?
        /// Why files stay in the outbox, each reason once; of many only the first few.
        var reasonsKept: [String] = []
        var codecs = CodecSummary()
        var redactions = RedactionSummary()
        var table = InstanceTable()

        mutating func count(_ instance: SenderEvent.Instance, _ status: ExitStatus) {
            switch instance.status {
            case .delivered, .sealed: delivered += 1
            case .failed: failed += 1
            case .queued: queued += 1
            }
            originalBytes += instance.originalBytes ?? 0
            stegoBytes += instance.stegoBytes ?? 0
            codecs.add(instance)
            redactions.add(instance)
            worst = max(worst, status)
        }
    }

    private static let mostReasons = 5

    private let json: JSONLines?
    private let isService: Bool
    private let progress: ProgressLine
    private let log = Logger(label: "veilray.send")
    private let started = ContinuousClock.now
    private let state = Mutex(State())

    /// - Parameter json: where `--json` lines go; `nil` for people.
    /// - Parameter isService: without a progress line and a table: it runs for weeks, and the log is what people read.
    package init(json: JSONLines?, isService: Bool = false) {
        self.json = json
        self.isService = isService
        progress = ProgressLine(isEnabled: json == nil && !isService)
    }

    package func observe(_ event: SenderEvent) {
        switch event {
        case .expected(let files): state.withLock { $0.total += files }
        case .passedOver(let files): passOver(files)
        case .rejected(let file): report(.failed(file.name, file.reason), file.cause == .unreadable ? .fileAccess : .badData)
        case .instance(let instance, let failure): report(instance, failure)
        case .kept(let names, let study, let error): keep(names, of: study, because: error)
        case .queued(let queued): report(queued)
        case .retry(let retry): report(retry)
        case .study(let study): report(study)
        case .filed(let filed): report(filed)
        case .replySession(let session): report(session)
        case .door(let event): event.tell(json, log)
        case .carried(let wireBytes): state.withLock { $0.wireBytes += wireBytes }
        case .sealingBegan(let identifier, let name, let byteCount):
            state.withLock { $0.activity.beginSealing(identifier, name, byteCount, at: .now) }
            draw()
        case .sealingEnded(let identifier):
            state.withLock { $0.activity.endSealing(identifier) }
            draw()
        case .sending(let byteCount, let name, let total):
            state.withLock { $0.activity.sends(byteCount, of: name, total) }
            draw()
        }
    }

    private func report(_ instance: SenderEvent.Instance, _ failure: FailureKind?) {
        if instance.status == .failed {
            progress.clear()
            Console.complain("\(instance.name): \(instance.reason ?? "failed")")
        }
        for note in instance.notes ?? [] { log.info("\(note)", metadata: ["file": "\(instance.name)"]) }
        record(instance, failure.map { ExitStatus($0) } ?? .success)
    }

    /// Files that only lie beside the images and are not sent.
    private func passOver(_ files: [RejectedFile]) {
        for file in files { log.info("passed over", metadata: ["file": "\(file.name)", "reason": "\(file.reason)"]) }
        state.withLock { $0.skipped += files.count }
    }

    /// Files that stay in the outbox, all for one reason; people are told it once.
    private func keep(_ names: [String], of study: OutboxStudy, because error: any Error) {
        guard !names.isEmpty else { return }
        let reason = error is CancellationError ? "stopped" : JournalDatabase.reason(for: error)
        let isNews = state.withLock { state in
            defer { state.lastKept = reason }
            if state.reasonsKept.count < Self.mostReasons, !state.reasonsKept.contains(reason) { state.reasonsKept.append(reason) }
            return state.lastKept != reason
        }
        if isNews {
            progress.clear()
            Console.complain("kept in the outbox: \(reason)")
        }
        let status = ExitStatus(keptBecause: error)
        for name in names {
            record(.init(name: name, status: .queued, study: study.studyUID.text, reason: "kept in the outbox: \(reason)"), status)
        }
    }

    private func report(_ queued: SenderEvent.Queued) {
        json?.write(queued)
        log.info("queued", metadata: ["study": "\(queued.study)", "transfer": "\(queued.transfer)", "files": "\(queued.files)"])
    }

    /// A study was put into the outbox, and this process leaves it there.
    package func leave(_ queued: SenderEvent.Queued) {
        report(queued)
        state.withLock { $0.left += queued.files }
        guard json == nil else { return }
        progress.clear()
        let files = queued.files == 1 ? "1 file" : "\(queued.files) files"
        Console.say(
            queued.joined
                ? "Queued already: \(files) for \(queued.to), transfer \(queued.transfer.prefix(12))."
                : "Queued: \(files) for \(queued.to), transfer \(queued.transfer.prefix(12)). 'veilray-send deliver' sends them.")
    }

    private func report(_ filed: SenderEvent.Filed) {
        json?.write(filed)
        log.info("moved away", metadata: ["transfer": "\(filed.transfer)", "sent": "\(filed.sent)", "failed": "\(filed.failed)"])
    }

    private func report(_ session: SenderEvent.ReplySession) {
        json?.write(session)
        log.info(
            session.held ? "a session is held for replies" : "no session is held for replies",
            metadata: ["peer": "\(session.peer)", "reason": "\(session.reason ?? "")"])
    }

    private func report(_ retry: SenderEvent.Retry) {
        json?.write(retry)
        log.warning(
            "the next attempt follows",
            metadata: ["transfer": "\(retry.transfer)", "seconds": "\(retry.delaySeconds)", "reason": "\(retry.reason)"])
    }

    /// Keeps the progress line up to date while `body` runs: sealing one large file takes its time.
    package func showingProgress<Result: Sendable>(while body: () async throws -> Result) async throws -> Result {
        guard progress.isShown else { return try await body() }
        let ticking = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .seconds(1))
                draw()
            }
        }
        defer { ticking.cancel() }
        return try await body()
    }

    private func draw() {
        guard progress.isShown else { return }
        let (done, total, sent, activity) = state.withLock { state in
            (state.delivered + state.failed + state.queued, state.total, state.activity.sentBytes, state.activity.description(at: .now))
        }
        progress.update(done: done, of: total, bytesSent: sent, activity: activity)
    }

    private func report(_ study: SenderEvent.Study) {
        json?.write(study)
        log.info(
            "study ended",
            metadata: ["study": "\(study.study)", "delivered": "\(study.delivered)", "failed": "\(study.failed)"])
        state.withLock { $0.studies += 1 }
    }

    private func record(_ instance: SenderEvent.Instance, _ status: ExitStatus) {
        json?.write(instance)
        let warning = state.withLock { state in
            state.count(instance, status)
            if json == nil, !isService { state.table.add(instance) }
            return state.redactions.warning(for: instance)
        }
        if let warning {
            progress.clear()
            Console.complain(warning)
        }
        draw()
    }

    /// Prints the table for people, or the last line for scripts.
    ///
    /// - Throws: The exit code, unless everything went well: the largest of all that happened.
    package func conclude() throws {
        progress.clear()
        let state = state.withLock { $0 }
        let seconds = (ContinuousClock.now - started).seconds
        let wire = state.wireBytes
        if let json {
            json.write(
                SenderEvent.Summary(
                    studies: state.studies, delivered: state.delivered, failed: state.failed, queued: state.queued + state.left,
                    skipped: state.skipped,
                    originalBytes: state.originalBytes,
                    stegoBytes: state.stegoBytes, wireBytes: wire, codecs: state.codecs.codecs, seconds: seconds,
                    exitCode: state.worst.rawValue))
        } else if state.delivered + state.failed + state.queued > 0 {
            for line in state.table.lines { Console.say(line) }
            Console.say("")
            let kept = state.queued > 0 ? ", \(state.queued) kept in the outbox" : ""
            Console.say(
                "\(state.delivered) done, \(state.failed) failed\(kept) in \(Quantities.duration(seconds)): "
                    + "\(Quantities.bytes(state.originalBytes)) of originals, \(Quantities.bytes(state.stegoBytes)) of stego files"
                    + (wire > 0 ? ", \(Quantities.bytes(wire)) on the wire." : "."))
            if let line = state.codecs.line { Console.say(line) }
            if let line = state.redactions.line { Console.say(line) }
        }
        if json == nil, state.skipped > 0 {
            Console.say("\(state.skipped) \(state.skipped == 1 ? "file that is" : "files that are") no DICOM passed over.")
        }
        // Told when it happened; by now a row for each file stands below that.
        if json == nil, !isService { for reason in state.reasonsKept { Console.say("Kept in the outbox: \(reason)") } }
        guard state.worst == .success else { throw state.worst.exitCode }
    }
}

extension ExitStatus {
    /// The exit code by which a study that stays in the outbox tells a script what to do: as a rule to try again later; else what a person
    /// must deal with.
    init(keptBecause error: any Error) {
        let kind = FailureKind(of: error)
        self = [.notTrusted, .invalidRequest].contains(kind) || Self.isDisagreement(error) ? ExitStatus(kind) : .tryAgain
    }

    /// The two sides share no version or codec.
    private static func isDisagreement(_ error: any Error) -> Bool {
        switch error {
        case let error as ProtocolError:
            [.versionMismatch, .noCommonCapability].contains(error.code)
                || [.versionMismatch, .noCommonCapability].contains(error.abortCode)
        case let error as OperationFailure: error.kind == .unavailable
        default: false
        }
    }
}

extension SenderEvent {
    /// The last line, after everything else.
    struct Summary: Encodable, Sendable {
        let event = "summary"
        let studies: Int
        let delivered: Int
        let failed: Int
        let queued: Int
        /// Files that only lay beside the images and were passed over.
        let skipped: Int
        let originalBytes: Int
        let stegoBytes: Int
        let wireBytes: Int
        /// Files by the codec of their pixels.
        let codecs: [String: Int]
        let seconds: Double
        let exitCode: Int32
    }
}
