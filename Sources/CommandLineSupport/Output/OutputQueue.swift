import Basics
import Dispatch
import Files
import Foundation
import Synchronization

/// Writes lines to a descriptor from a thread of its own, so that a reader that stops reading stops nobody else.
///
/// With a reader that reads, a line is written when its call returns, in the order of the calls: whatever happens to the process after
/// that, the line is out. A reader that does not read holds the first caller up for a moment and no other; lines wait for it then, up
/// to a bound, and those beyond are dropped and counted. When it reads again, one line says how many were lost.
public final class OutputQueue: Sendable {
    /// The fate of a line.
    enum Outcome: Sendable, Equatable {
        case written
        /// It will be written when the reader has read what is before it.
        case waiting
        /// Too much waits already.
        case dropped
        /// errno: nobody reads any more, or the disk is full.
        case failed(Int32)
    }

    /// Says how many lines were lost, in the form of the lines around it.
    typealias LossNote = @Sendable (_ lost: Int) -> Data

    private struct Line: Sendable {
        let bytes: Data
        let end: End
    }

    /// Where the one who waits for a line learns what became of it.
    private final class End: Sendable {
        private let outcome = Mutex<Outcome>(.waiting)
        private let signal = DispatchSemaphore(value: 0)

        func tell(_ outcome: Outcome) {
            self.outcome.withLock { $0 = outcome }
            signal.signal()
        }

        func wait(until deadline: DispatchTime) -> Outcome {
            // On Linux the semaphore measures by the wall clock, which may be set meanwhile (sem_timedwait(3)).
            while signal.wait(timeout: deadline) == .timedOut, DispatchTime.now() < deadline { usleep(1_000) }
            return outcome.withLock { $0 }
        }
    }

    private struct State {
        var lines: [Line] = []
        /// Of lines that are not written yet, the one that is being written included.
        var byteCount = 0
        var isWriting = false
        /// The reader kept somebody waiting for too long and has not caught up since.
        var isBehind = false
        var waitsForReader = false
        var loss: (count: Int, note: LossNote)?
        /// errno of the first line that could not be written.
        var failure: Int32?
        var isFailureTold = false
    }

    /// Everything that waits for one reader; a transfer of a hundred thousand files tells half of that.
    static let limit = 64 << 20
    /// How long a caller waits for its line to be written: noticeable to nobody, but long for a reader that reads.
    static let patience = Duration.milliseconds(250)
    /// How long the program's end waits for readers.
    private static let lastPatience = Duration.seconds(5)

    private let output: FileHandle
    private let limit: Int
    private let patience: Duration
    private let thread = DispatchQueue(label: "veilray.output")
    private let state = Mutex(State())

    init(_ output: FileHandle, limit: Int = OutputQueue.limit, patience: Duration = OutputQueue.patience) {
        self.output = output
        self.limit = limit
        self.patience = patience
    }

    /// Lines that were written before the program's end get out, if they are read within a few seconds.
    static let standardOutput = finishedAtExit(OutputQueue(.standardOutput))
    static let standardError = finishedAtExit(OutputQueue(.standardError))

    private static func finishedAtExit(_ queue: OutputQueue) -> OutputQueue {
        _ = registration
        return queue
    }

    private static let registration: Void = {
        atexit { _ = OutputQueue.finishAll() }
    }()

    private static let end = Mutex<(isOver: Bool, loss: Loss?)>((false, nil))

    /// The fate of standard output at the program's end.
    enum Loss: Sendable, Equatable {
        /// errno of the first line that could not be written.
        case failed(Int32)
        /// Its reader has not read everything.
        case unread

        var reason: String {
            switch self {
            case .failed(let number): systemMessage(number)
            case .unread: "whoever reads it has stopped reading"
            }
        }
    }

    /// Waits until everything is out that was written to standard output and standard error, or a few seconds. Once for a process.
    ///
    /// - Returns: what of standard output got lost; `nil` when all of it got out.
    static func finishAll() -> Loss? {
        end.withLock { end in
            guard !end.isOver else { return end.loss }
            let deadline = ContinuousClock.now + lastPatience
            end = (true, standardOutput.finish(by: deadline))
            standardError.finish(by: deadline)
            return end.loss
        }
    }

    /// Waits until everything is out that was written to standard error since.
    static func finishErrors() { standardError.finish(by: ContinuousClock.now + lastPatience) }

    /// Whether a person has been told that something could not be written here.
    var isFailureTold: Bool { state.withLock { $0.isFailureTold } }

    func noteFailureTold() { state.withLock { $0.isFailureTold = true } }

    /// From here on callers wait until their lines are read, however long that takes: for commands that only show something, perhaps to
    /// a person who pages through it.
    public static func waitForReaders() {
        for queue in [standardOutput, standardError] { queue.state.withLock { $0.waitsForReader = true } }
    }

    /// Whether lines wait for a reader that does not read.
    var isBehind: Bool { state.withLock { $0.isBehind } }

    /// - Parameter note: replaces the lines that are lost from this one on.
    @discardableResult
    func write(_ bytes: Data, orElse note: @escaping LossNote) -> Outcome {
        let end = End()
        let (isAccepted, deadline) = state.withLock { state -> (Bool, DispatchTime?) in
            var new = [Line(bytes: bytes, end: end)]
            if let loss = state.loss { new.insert(Line(bytes: loss.note(loss.count), end: End()), at: 0) }
            let size = new.reduce(0) { $0 + $1.bytes.count }
            // A line that is too long by itself is written where nothing else waits.
            guard state.byteCount == 0 || state.byteCount + size <= limit else {
                state.loss = ((state.loss?.count ?? 0) + 1, state.loss?.note ?? note)
                return (false, nil)
            }
            state.loss = nil
            state.lines += new
            state.byteCount += size
            if !state.isWriting {
                state.isWriting = true
                thread.async { self.writeLines() }
            }
            if state.waitsForReader { return (true, .distantFuture) }
            return (true, state.isBehind ? nil : .now() + patience.dispatchInterval)
        }
        guard isAccepted else { return .dropped }
        guard let deadline else { return .waiting }
        let outcome = end.wait(until: deadline)
        // Unless it has caught up since.
        if outcome == .waiting { state.withLock { $0.isBehind = $0.byteCount > 0 } }
        return outcome
    }

    /// Waits until everything is written, at most until `deadline`, or for good where callers do so too.
    ///
    /// - Returns: what got lost, if anything did. Lines that were dropped for want of room do not count: others stand in their place.
    @discardableResult
    func finish(by deadline: ContinuousClock.Instant) -> Loss? {
        let end = End()
        let isPatient = state.withLock { state -> Bool? in
            guard state.isWriting else { return nil }
            state.lines.append(Line(bytes: Data(), end: end))
            return state.waitsForReader
        }
        if let isPatient {
            let left = max(.zero, deadline - .now)
            if end.wait(until: isPatient ? .distantFuture : .now() + left.dispatchInterval) == .waiting { return .unread }
        }
        return state.withLock { $0.failure }.map { .failed($0) }
    }

    // MARK: The thread

    private func writeLines() {
        while true {
            let lines = state.withLock { state -> [Line] in
                if state.lines.isEmpty, let loss = state.loss {
                    state.loss = nil
                    state.lines = [Line(bytes: loss.note(loss.count), end: End())]
                    state.byteCount += state.lines[0].bytes.count
                }
                if state.lines.isEmpty { state.isWriting = false }
                defer { state.lines = [] }
                return state.lines
            }
            guard !lines.isEmpty else { return }
            for line in lines {
                let outcome = writeOut(line.bytes)
                state.withLock { state in
                    state.byteCount -= line.bytes.count
                    if state.byteCount == 0 { state.isBehind = false }
                    if case .failed(let number) = outcome, state.failure == nil { state.failure = number }
                }
                line.end.tell(outcome)
            }
        }
    }

    private func writeOut(_ bytes: Data) -> Outcome {
        let failure = WholeWrite.write(bytes, to: output.fileDescriptor)
        return failure == 0 ? .written : .failed(failure)
    }
}

extension Duration {
    fileprivate var dispatchInterval: DispatchTimeInterval { .milliseconds(Int(self / .milliseconds(1))) }
}
