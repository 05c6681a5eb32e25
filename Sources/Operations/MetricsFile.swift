import Basics
import Concurrency
import Files
import Foundation
import Logging

/// `--metrics FILE`: the program's figures as a file that is replaced whole every few seconds, for the textfile collector of
/// Prometheus' node exporter (its files end in `.prom`) or for any script. Everybody may read it: it names no patient.
public struct MetricsFile: Sendable {
    public static let interval = Duration.seconds(5)

    private let path: String
    private let clock: any MonotonicClock
    private let log = Logger(label: "veilray.metrics")
    private let pool = WorkerPool(label: "veilray.metrics", width: 1)

    /// - Parameter path: the file, which need not be there; its folder must be.
    /// - Throws: `OperationFailure` `.fileAccess` where no file can be written there. Nothing was made then.
    public init(path: String, clock: any MonotonicClock = ContinuousClock()) throws(OperationFailure) {
        self.path = path
        self.clock = clock
        let folder = AtomicFile.parent(of: path)
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw OperationFailure(.fileAccess, "\(path): there is no folder \(folder) for the figures; make it, or check --metrics")
        }
        guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
            throw OperationFailure(.fileAccess, "\(path): this is no file; --metrics takes the name of a file")
        }
        guard access(folder, W_OK | X_OK) == 0 else {
            throw OperationFailure(.fileAccess, "\(path): \(folder) cannot be written to: \(systemMessage(errno))")
        }
    }

    /// Writes the page at once and then every ``interval``, until the task is cancelled; then once more, so that the last figures stand.
    ///
    /// A page that cannot be written is logged, once in a row, and holds nothing up.
    public func keepUpToDate(_ page: @escaping @Sendable () async throws -> MetricsPage) async {
        var hasComplained = false
        repeat {
            do {
                let text = try await page().text
                try await pool.run { [path] in try AtomicFile.replacePublic(path, with: Array(text.utf8)) }
                hasComplained = false
            } catch {
                if !hasComplained, !Task.isCancelled {
                    log.error("the figures could not be written", metadata: ["file": "\(path)", "reason": "\(error)"])
                }
                hasComplained = true
            }
        } while (try? await clock.sleep(for: Self.interval)) != nil
        let last = await Task { try? await page().text }.value
        if let last { try? await pool.run { [path] in try AtomicFile.replacePublic(path, with: Array(last.utf8)) } }
    }
}
