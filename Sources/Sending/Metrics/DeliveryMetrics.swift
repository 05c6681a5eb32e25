import Basics
import Operations

/// Keeps `--metrics FILE` up to date while something is done.
package struct DeliveryMetrics: Sendable {
    /// `nil` where nobody wants the figures.
    private let file: MetricsFile?

    /// Call it before anything is made.
    ///
    /// - Throws: `OperationFailure` where the file cannot be written.
    package init(path: String?) throws(OperationFailure) {
        if let path { file = try MetricsFile(path: path) } else { file = nil }
    }

    /// - Parameter further: adds the figures of what else this process does.
    package func keepingUpToDate<Result: Sendable>(
        _ resources: DeliveryResources, adding further: @escaping @Sendable (inout MetricsPage) async throws -> Void = { _ in },
        while body: @Sendable () async throws -> Result
    ) async throws -> Result {
        guard let file else { return try await body() }
        let writing = Task {
            await file.keepUpToDate {
                var page = try await SenderMetrics.page(resources)
                try await further(&page)
                return page
            }
        }
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        writing.cancel()
        await writing.value
        return try result.get()
    }
}
