import CommandLineSupport

/// Keeps `--metrics FILE` up to date while something is done.
struct DeliveryMetrics: Sendable {
    /// `nil` where nobody wants the figures.
    let path: String?

    func keepingUpToDate<Result: Sendable>(
        _ resources: DeliveryResources, while body: @Sendable () async throws -> Result
    ) async throws -> Result {
        guard let path else { return try await body() }
        let writing = Task { await MetricsFile(path: path).keepUpToDate { try await SenderMetrics.page(resources) } }
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        writing.cancel()
        await writing.value
        return try result.get()
    }
}
