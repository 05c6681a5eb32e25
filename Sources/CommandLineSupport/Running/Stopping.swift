import Basics

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
