import Dispatch
import Foundation
public import Logging
public import Protocol

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

extension TrustStore {
    /// Reads the cards at once, as SIGHUP asks, and tells the log what came of it. What cannot be read counts as it was.
    ///
    /// - Parameter level: of the entry that they were read.
    public func reload(telling log: Logger, at level: Logger.Level) {
        do {
            try reload()
            log.log(level: level, "the trusted cards were read again", metadata: ["cards": "\(peers.count)"])
        } catch {
            log.error("the trusted cards cannot be read; those known before count", metadata: ["reason": "\(error)"])
        }
    }
}
