import Basics
import Foundation
import Operations

/// The sender's figures: of the outbox as it is, whoever delivers, and of what this process has done. docs/delivery/services.md lists them.
enum SenderMetrics {
    static func page(_ resources: DeliveryResources, now: Date = Date()) async throws -> MetricsPage {
        var page = MetricsPage()
        let studies = try await resources.outbox.journal.queuedStudies()
        for priority in Priority.allCases {
            let label = ["priority": priority.rawValue]
            let queued = studies.filter { $0.priority == priority }
            page.gauge("veilray_outbox_studies", "Studies that are not delivered yet.", queued.count, label)
            page.gauge(
                "veilray_outbox_oldest_age_seconds", "Age of the oldest study that is not delivered yet; 0 without one.",
                queued.map { max(0, now.timeIntervalSince($0.created)) }.max() ?? 0, label)
        }
        let depth = try await resources.outbox.journal.depth()
        for state in OutboxInstance.State.allCases {
            page.gauge(
                "veilray_outbox_files", "Files of studies that are not delivered yet, by state.", depth.files[state] ?? 0,
                ["state": state.rawValue])
        }
        page.gauge("veilray_outbox_original_bytes", "Originals that are not receipted yet.", depth.originalBytes)
        let counts = resources.figures.counts
        page.counter("veilray_sender_attempts_total", "Connections tried.", counts.attempts)
        page.counter("veilray_sender_retries_total", "Connections tried because an earlier one failed.", counts.retries)
        page.counter("veilray_sender_files_total", "Files receipted as restored.", counts.deliveredFiles)
        page.counter("veilray_sender_studies_total", "Studies closed.", counts.deliveredStudies, ["result": "delivered"])
        page.counter("veilray_sender_studies_total", "Studies closed.", counts.incompleteStudies, ["result": "incomplete"])
        page.counter("veilray_sender_stego_bytes_total", "Bytes of stego files handed to the channel.", counts.stegoBytes)
        page.gauge("veilray_reply_sessions", "Sessions held for what receivers have for this side.", counts.heldSessions)
        page.gauge(
            "veilray_replies_critical_open", "Critical replies that nobody here has acknowledged.", counts.openCriticalReplies)
        page.counter("veilray_replies_total", "Replies that have come.", counts.replies)
        page.gauge("veilray_sender_time_seconds", "When these figures were written, in seconds since 1970.", now.timeIntervalSince1970)
        return page
    }
}

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
