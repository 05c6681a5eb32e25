import Concurrency
import Foundation
import Operations
import Synchronization

/// The receiver's figures for `--metrics`; docs/delivery/services.md lists them.
struct ReceiverMetrics: Sendable {
    let inbox: any InboxStore
    let counters: ReceiverCounters
    let disk: DiskGuard

    func page() async throws -> MetricsPage {
        let figures = try await inbox.figures()
        var page = MetricsPage()
        add(figures, to: &page)
        add(counters.values, to: &page)
        page.gauge("veilray_inbox_free_bytes", "Room that is left on the fullest of the file systems in use.", await disk.freeBytes())
        page.gauge("veilray_inbox_minimum_free_bytes", "Room below which senders have to wait.", disk.minimumFree)
        for folder in await disk.presence() {
            page.gauge(
                "veilray_inbox_folder_available", "1 where a folder that files are received into is there, 0 while it is away.",
                folder.isThere ? 1 : 0, ["path": folder.path])
        }
        return page
    }

    private func add(_ figures: InboxFigures, to page: inout MetricsPage) {
        let studies = "Studies in the journal."
        page.gauge("veilray_inbox_studies", studies, figures.arrivingStudies, ["state": "arriving"])
        page.gauge("veilray_inbox_studies", studies, figures.completeStudies, ["state": "complete"])
        page.gauge("veilray_inbox_studies", studies, figures.incompleteStudies, ["state": "incomplete"])
        for state in [InstanceState.awaited, .arriving, .arrived] {
            page.gauge(
                "veilray_inbox_instances", "Instances of arriving studies that are not restored yet.", figures.instances[state] ?? 0,
                ["state": state.rawValue])
        }
        page.gauge("veilray_inbox_spooled_bytes", "Bytes of stego files in the spool.", figures.spooledBytes)
        page.gauge("veilray_inbox_oldest_arriving_seconds", "Age of the oldest study that is arriving.", age(figures.oldestArriving))
        page.gauge("veilray_forward_studies", "Studies that wait to be forwarded.", figures.forwardingStudies)
        page.gauge("veilray_forward_oldest_seconds", "Age of the oldest study that waits to be forwarded.", age(figures.oldestForwarding))
    }

    private func add(_ values: ReceiverCounters.Values, to page: inout MetricsPage) {
        page.counter("veilray_inbox_sessions_total", "Sessions with trusted senders.", values.sessions)
        page.counter("veilray_inbox_refused_connections_total", "Connections that were turned away.", values.refusedConnections)
        page.counter("veilray_inbox_received_bytes_total", "Bytes of stego files that came.", values.receivedBytes)
        page.counter("veilray_inbox_receipts_total", "Receipts for instances that were signed.", values.receipts)
        page.counter("veilray_inbox_study_receipts_total", "Receipts for studies that were signed.", values.studies)
    }

    /// 0 where there is nothing to be old. A clock that was set back makes nothing younger than new.
    private func age(_ date: Date?) -> Double {
        date.map { max(0, Date().timeIntervalSince($0).rounded()) } ?? 0
    }
}

/// The counts of events since the program started.
final class ReceiverCounters: Sendable {
    struct Values: Sendable {
        var sessions = 0
        var refusedConnections = 0
        /// Bytes of chunks.
        var receivedBytes = 0
        var receipts = 0
        var studies = 0
    }

    private let state = Mutex(Values())

    var values: Values { state.withLock { $0 } }

    func add(_ change: (inout Values) -> Void) { state.withLock { change(&$0) } }
}

/// Counts finished studies and asks for the stop when there were as many as wanted.
actor StudyCounter {
    private let limit: Int?
    private let stop: StopRequest
    private(set) var count = 0

    init(limit: Int?, stop: StopRequest) {
        self.limit = limit
        self.stop = stop
    }

    func finishedOne() {
        count += 1
        if let limit, count >= limit { stop.request() }
    }
}
