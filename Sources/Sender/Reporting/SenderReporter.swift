import CommandLineSupport
import Logging
import Synchronization

/// Tells the person or the script what becomes of each file, and sums up.
final class SenderReporter: Sendable {
    private struct State {
        var delivered = 0
        var failed = 0
        var studies = 0
        var originalBytes = 0
        var stegoBytes = 0
        var wireBytes = 0
        var total = 0
        var worst = ExitStatus.success
        var lastAbandonment: String?
        var table = InstanceTable()

        mutating func count(_ instance: SenderEvent.Instance, _ status: ExitStatus) {
            if instance.status == .failed { failed += 1 } else { delivered += 1 }
            originalBytes += instance.originalBytes ?? 0
            stegoBytes += instance.stegoBytes ?? 0
            wireBytes += instance.wireBytes ?? 0
            worst = max(worst, status)
        }
    }

    private let json: JSONLines?
    private let progress: ProgressLine
    private let log = Logger(label: "veilray.send")
    private let started = ContinuousClock.now
    private let state = Mutex(State())

    /// - Parameter json: where `--json` lines go; `nil` for people.
    init(json: JSONLines?) {
        self.json = json
        progress = ProgressLine(isEnabled: json == nil)
    }

    /// How many files there will be, for the progress line.
    func expect(_ total: Int) {
        state.withLock { $0.total += total }
    }

    func report(_ instance: SenderEvent.Instance, status: ExitStatus = .success) {
        if instance.status == .failed {
            progress.clear()
            Console.complain("\(instance.name): \(instance.reason ?? "failed")")
        }
        for note in instance.notes ?? [] { log.info("\(note)", metadata: ["file": "\(instance.name)"]) }
        record(instance, status)
    }

    /// A file that was found unfit before anything was sent.
    func report(_ file: RejectedFile) {
        report(.failed(file.name, file.reason), status: file.cause == .badData ? .badData : .inputOutput)
    }

    /// Files that are not delivered, all for one reason; people are told it once.
    func abandon(_ names: [String], study: String? = nil, because error: any Error) {
        let reason = "\(error)"
        let isNews = state.withLock { state in
            defer { state.lastAbandonment = reason }
            return state.lastAbandonment != reason
        }
        if isNews {
            progress.clear()
            Console.complain(reason)
        }
        let status = ExitStatus(of: error)
        for name in names { record(.failed(name, "not delivered: \(reason)", study: study), status) }
    }

    /// Something of this side's own could not be kept, though the files arrived.
    func reportLoss(of what: String, because error: any Error) {
        progress.clear()
        Console.complain("\(what) could not be kept: \(error)")
        state.withLock { $0.worst = max($0.worst, .inputOutput) }
    }

    func report(_ study: SenderEvent.Study) {
        json?.write(study)
        state.withLock { $0.studies += 1 }
    }

    private func record(_ instance: SenderEvent.Instance, _ status: ExitStatus) {
        json?.write(instance)
        let (done, total, bytes) = state.withLock { state in
            state.count(instance, status)
            if json == nil { state.table.add(instance) }
            return (state.delivered + state.failed, state.total, state.wireBytes)
        }
        progress.update(done: done, of: total, bytesSent: bytes)
    }

    /// Prints the table for people, or the last line for scripts.
    ///
    /// - Parameter wireBytes: what went over the wire altogether, where that is known.
    /// - Throws: The exit code, unless everything went well: the largest of all that happened.
    func conclude(wireBytes: Int? = nil) throws {
        progress.clear()
        let state = state.withLock { $0 }
        let seconds = (ContinuousClock.now - started).seconds
        let wire = wireBytes ?? state.wireBytes
        if let json {
            json.write(
                SenderEvent.Summary(
                    studies: state.studies, delivered: state.delivered, failed: state.failed, originalBytes: state.originalBytes,
                    stegoBytes: state.stegoBytes, wireBytes: wire, seconds: seconds, exitCode: state.worst.rawValue))
        } else {
            for line in state.table.lines { Console.say(line) }
            Console.say("")
            Console.say(
                "\(state.delivered) done, \(state.failed) failed in \(Quantities.duration(seconds)): "
                    + "\(Quantities.bytes(state.originalBytes)) of originals, \(Quantities.bytes(state.stegoBytes)) of stego files"
                    + (wire > 0 ? ", \(Quantities.bytes(wire)) on the wire." : "."))
        }
        guard state.worst == .success else { throw state.worst.exitCode }
    }
}
