import Basics
import CLinux
import CodecWorkers
import Dispatch
import Foundation
import Logging
import Operations

/// SIGTERM and SIGINT as a request to stop cleanly.
///
/// The first signal is delivered to the program; a second one ends it at once, as a person at a terminal expects.
public struct ShutdownSignals: Sendable {
    private let stream: AsyncStream<Int32>
    // Never touched after `init`; held only so that the sources live as long as someone may wait for them.
    nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

    /// From here on the signals no longer end the process by themselves.
    public init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingOldest(2))
        self.stream = stream
        sources = [SIGTERM, SIGINT].map { number -> any DispatchSourceSignal in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(number) }
            source.resume()
            return source
        }
    }

    /// Returns when a signal came or the task is cancelled; from then on the signals end the process again.
    public func wait() async {
        for await _ in stream { break }
        ServiceManager.shared.stop()
        for number in [SIGTERM, SIGINT] { signal(number, SIG_DFL) }
    }
}

/// SIGHUP as a request to read again what may have changed.
public enum HangupSignal {
    /// Calls `action` for each SIGHUP while `body` runs; the signal does not end the process then.
    public static func handled<Result: Sendable>(
        by action: @escaping @Sendable () -> Void, while body: () async throws -> Result
    ) async throws -> Result {
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        source.setEventHandler(handler: action)
        source.resume()
        defer {
            source.cancel()
            signal(SIGHUP, SIG_DFL)
        }
        return try await body()
    }
}

/// Signals that would end the process for something that is no reason to end.
enum IgnoredSignals {
    /// - Returns: whether SIGPIPE was ignored before.
    @discardableResult
    static func ignore() -> Bool {
        // Somebody opens a file for writing in the moment in which it is asked whether anybody does (fcntl(2), "Leases").
        signal(SIGIO, SIG_IGN)
        // Whoever reads the output may leave early (`| head`), which must not end a transfer.
        return CLinux_ignore_signal(SIGPIPE)
    }
}

/// Runs `body`, which SIGTERM and SIGINT cancel: it is to put away what it has in hand and return, for
/// which it has eight seconds. A second signal ends the process.
public func stoppedBySignals<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
    let signals = ShutdownSignals()
    let work = Task { try await body() }
    let waiting = Task {
        await signals.wait()
        StopDeadline.begin(grace: .seconds(4))
        work.cancel()
    }
    defer { waiting.cancel() }
    return try await work.value
}

/// Sees to it that a program that was asked to stop does, whatever it is doing.
public enum StopDeadline {
    /// The time that is left for putting away interrupted work.
    private static let lastResort = Duration.seconds(4)

    /// Lets the work under way go on for a while; then ends the decoders that it may be waiting for; and, when even that was not enough,
    /// ends the process. Journals and files are always in a state that the next start can go on from.
    public static func begin(grace: Duration) {
        Thread.detachNewThread {
            pause(grace)
            CodecWorkers.stop()
            pause(lastResort)
            Logger(label: "veilray.stop").warning("stopped in the middle of something; it goes on with the next start")
            // Not exit(3): what runs at a process's end may wait for what does not end.
            _exit(ExitStatus.tryAgain.rawValue)
        }
    }

    private static func pause(_ time: Duration) { Thread.sleep(forTimeInterval: time / .seconds(1)) }
}
