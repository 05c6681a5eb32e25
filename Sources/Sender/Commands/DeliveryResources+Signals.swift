import CommandLineSupport
import Sending

extension DeliveryResources {
    /// SIGHUP reads the trusted cards again while `body` runs, and removed cards end sessions.
    func reloadingTrust<Result: Sendable>(while body: () async throws -> Result) async throws -> Result {
        try await HangupSignal.handled(by: reloadTrust) { try await watchingTrust(while: body) }
    }
}
