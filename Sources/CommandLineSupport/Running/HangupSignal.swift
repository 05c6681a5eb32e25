import Dispatch
import Foundation

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
