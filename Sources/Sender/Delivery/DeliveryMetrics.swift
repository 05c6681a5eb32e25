import CommandLineSupport

/// Keeps `--metrics FILE` up to date while something is done.
struct DeliveryMetrics: Sendable {
    /// `nil` where nobody wants the figures.
    private let file: MetricsFile?

    /// Call it before anything is made.
    ///
    /// - Throws: ``CommandFailure`` where the file cannot be written.
    init(path: String?) throws(CommandFailure) {
        if let path { file = try MetricsFile(path: path) } else { file = nil }
    }

    func keepingUpToDate<Result: Sendable>(
        _ resources: DeliveryResources, while body: @Sendable () async throws -> Result
    ) async throws -> Result {
        guard let file else { return try await body() }
        let writing = Task { await file.keepUpToDate { try await SenderMetrics.page(resources) } }
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        writing.cancel()
        await writing.value
        return try result.get()
    }
}
