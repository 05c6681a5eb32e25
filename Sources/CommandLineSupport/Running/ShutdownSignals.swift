import Dispatch
import Foundation
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
