import Foundation
import Operations
import Replying
import Sending

/// What the clinic has asked and nobody has answered yet. docs/delivery/services.md lists the figures.
enum OrderFigures {
    static func add(to page: inout MetricsPage, _ resources: DeliveryResources, now: Date = Date()) async throws {
        let due = try await resources.outbox.dueTimes()
        let answered = try await ReplyList(home: resources.home)?.answeredTransfers() ?? []
        let open = due.filter { !answered.contains($0.key.description) }.values
        let overdue = open.filter { $0 < now }
        page.gauge("veilray_orders_due", "Studies whose answer is needed at a time that is still to come.", open.count - overdue.count)
        page.gauge("veilray_orders_overdue", "Studies whose answer has not come in time.", overdue.count)
        page.gauge(
            "veilray_orders_most_overdue_seconds", "How long the oldest of them is overdue; 0 without one.",
            overdue.map { now.timeIntervalSince($0).rounded() }.max() ?? 0)
    }
}
