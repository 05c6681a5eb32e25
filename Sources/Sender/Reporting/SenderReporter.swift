import CommandLineSupport
import Foundation
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
        var table = Table([
            ("file", .left), ("method", .left), ("record", .left), ("bits", .right), ("PSNR", .right), ("Δ", .right), ("original", .right),
            ("stego", .right), ("wire", .right), ("result", .left),
        ])

        mutating func add(_ instance: SenderEvent.Instance) {
            if instance.status == .failed { failed += 1 } else { delivered += 1 }
            originalBytes += instance.originalBytes ?? 0
            stegoBytes += instance.stegoBytes ?? 0
            wireBytes += instance.wireBytes ?? 0
            table.add([
                instance.name, instance.method ?? "", instance.record?.rawValue ?? "", instance.bitsHidden.map(String.init) ?? "",
                instance.method == nil ? "" : Quantities.decibels(instance.psnr), instance.maximumChange.map { "\($0)" } ?? "",
                instance.originalBytes.map { Quantities.bytes($0) } ?? "", instance.stegoBytes.map { Quantities.bytes($0) } ?? "",
                instance.wireBytes.map { Quantities.bytes($0) } ?? "", instance.status.rawValue,
            ])
        }
    }

    private let json: JSONLines?
    private let progress: ProgressLine
    private let started = ContinuousClock.now
    private let state = Mutex(State())

    /// - Parameter json: where `--json` lines go; `nil` for people.
    init(json: JSONLines?) {
        self.json = json
        progress = ProgressLine(isEnabled: json == nil)
    }

    /// The exit code so far: the largest of all that happened.
    var worst: ExitStatus { state.withLock { $0.worst } }

    /// How many files there will be, for the progress line.
    func expect(_ total: Int) {
        state.withLock { $0.total += total }
    }

    func report(_ instance: SenderEvent.Instance, status: ExitStatus = .success) {
        json?.write(instance)
        let (done, total, bytes) = state.withLock { state in
            state.add(instance)
            state.worst = max(state.worst, status)
            return (state.delivered + state.failed, state.total, state.wireBytes)
        }
        if instance.status == .failed {
            progress.clear()
            complain("\(instance.name): \(instance.reason ?? "failed")")
        }
        progress.update(done: done, of: total, bytesSent: bytes)
    }

    func report(_ study: SenderEvent.Study) {
        json?.write(study)
        state.withLock { $0.studies += 1 }
    }

    /// The table for people, or the last line for scripts.
    func summarise(wireBytes: Int? = nil) {
        progress.clear()
        let seconds = (ContinuousClock.now - started).seconds
        state.withLock { state in
            let wire = wireBytes ?? state.wireBytes
            if let json {
                json.write(
                    SenderEvent.Summary(
                        studies: state.studies, delivered: state.delivered, failed: state.failed, originalBytes: state.originalBytes,
                        stegoBytes: state.stegoBytes, wireBytes: wire, seconds: seconds, exitCode: state.worst.rawValue))
                return
            }
            print(state.table.text)
            print("")
            print(
                "\(state.delivered) done, \(state.failed) failed in \(Quantities.duration(seconds)): "
                    + "\(Quantities.bytes(state.originalBytes)) of originals, \(Quantities.bytes(state.stegoBytes)) of stego files"
                    + (wire > 0 ? ", \(Quantities.bytes(wire)) on the wire." : "."))
        }
    }

    private func complain(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data("Error: \(text)\n".utf8))
    }
}

extension SenderReporter {
    /// A file that was found unfit before anything was sent.
    func report(_ file: RejectedFile) {
        report(.failed(file.name, file.reason), status: file.cause == .badData ? .badData : .inputOutput)
    }
}
