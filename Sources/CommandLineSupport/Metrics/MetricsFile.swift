import Logging

/// `--metrics FILE`: the program's figures as a file that is replaced whole every few seconds, for the textfile collector of
/// Prometheus' node exporter (its files end in `.prom`) or for any script.
public struct MetricsFile: Sendable {
    public static let interval = Duration.seconds(5)

    private let path: String
    private let log = Logger(label: "veilray.metrics")
    private let pool = WorkerPool(label: "veilray.metrics", width: 1)

    public init(path: String) {
        self.path = path
    }

    /// Writes the page at once and then every ``interval``, until the task is cancelled; then once more, so that the last figures stand.
    ///
    /// A page that cannot be written is logged, once in a row, and holds nothing up.
    public func keepUpToDate(_ page: @escaping @Sendable () async throws -> MetricsPage) async {
        var hasComplained = false
        repeat {
            do {
                let text = try await page().text
                try await pool.run { [path] in try AtomicFile.replace(path, with: Array(text.utf8), durably: false) }
                hasComplained = false
            } catch {
                if !hasComplained, !Task.isCancelled {
                    log.error("the figures could not be written", metadata: ["file": "\(path)", "reason": "\(error)"])
                }
                hasComplained = true
            }
        } while await Self.pause()
        let last = await Task { try? await page().text }.value
        if let last { try? await pool.run { [path] in try AtomicFile.replace(path, with: Array(last.utf8), durably: false) } }
    }

    /// Returns whether to go on.
    private static func pause() async -> Bool {
        do {
            try await Task.sleep(for: interval)
            return true
        } catch {
            return false
        }
    }
}
