import Clinic
import CommandLineSupport
import Operations
import Sending

extension ClinicService {
    /// Runs until SIGTERM or SIGINT stops it, which is how it is meant to end. SIGHUP reads the trusted cards again.
    ///
    /// - Parameter reload: done at SIGHUP, too.
    func serve(_ resources: DeliveryResources, _ metrics: DeliveryMetrics, reload: @escaping @Sendable () -> Void = {}) async throws {
        ServiceManager.shared.becomeReady(loops)
        do {
            try await stoppedBySignals { [self] in
                try await metrics.keepingUpToDate(resources, adding: { [self] page in try await addFigures(to: &page) }) {
                    try await resources.reloadingTrust(reload) { try await run() }
                }
            }
        } catch is CancellationError {
            // Stopped.
        }
    }
}

extension DeliveryResources {
    /// SIGHUP reads the trusted cards again while `body` runs, and removed cards end sessions.
    ///
    /// - Parameter more: done at SIGHUP, too.
    func reloadingTrust<Result: Sendable>(
        _ more: @escaping @Sendable () -> Void = {}, while body: () async throws -> Result
    ) async throws -> Result {
        let reload = { @Sendable in
            reloadTrust()
            more()
        }
        return try await HangupSignal.handled(by: reload) { try await watchingTrust(while: body) }
    }
}
