import Basics
import Concurrency
import Foundation
import Operations
import Protocol
import Replying
import Sending
import Synchronization

/// The clinic's side as one service: takes studies from modalities and folders, delivers what waits in the outbox, and takes the replies.
///
/// Each part is an engine of its own; this is what runs them together in one process of a home.
package final class ClinicService: Sendable {
    private let resources: DeliveryResources
    private let door: Door?
    private let watched = WatchedFolders()
    /// The watched folders, by their paths as the settings give them. Blocking: two changes at once would take one folder twice.
    private let folders = Mutex<[String: (place: String, template: LiveOrderTemplate)]>([:])
    private let timing: WatchedFolder.Timing
    private let replies: (taking: ReplyTaking, listener: ReplyListener)?
    private let patience: Duration?
    private let deliversOwn: Bool

    /// Takes the folders, opens the inbox for replies, and listens.
    ///
    /// - Throws: `OperationFailure` for receivers that are not trusted, and for what another process has already; `FileError`,
    ///   `JournalError`, `DoorListener.Failure`.
    package init(_ settings: ClinicSettings, resources: DeliveryResources, observer: any ReplyObserver) async throws {
        try settings.check(resources)
        self.resources = resources
        timing = settings.folderTiming
        door = try settings.modalities.map {
            try Door(
                $0.ports, rules: $0.rules, routes: $0.routes, folder: $0.folder, timing: $0.timing, resources: resources,
                commitments: $0.commitments)
        }
        if let wanted = settings.replies {
            let taking = try await ReplyTaking.open(resources, wanted.choices, observer: observer)
            replies = (taking, ReplyListener(resources, taking.receiver, to: wanted.to, at: wanted.address))
        } else {
            replies = nil
        }
        patience = settings.patience
        deliversOwn = settings.deliversOwn
        try watch(settings.folders)
    }

    /// The loops that must not stand still.
    package var loops: Set<ServiceManager.Loop> {
        door != nil || folders.withLock({ !$0.isEmpty }) ? [.folder, .outbox] : [.outbox]
    }

    /// Works until it is cancelled, and returns when everything is put away.
    ///
    /// - Throws: `CancellationError`; what ends one of the parts ends all of them.
    package func run() async throws {
        guard let replies else { return try await takeAndDeliver() }
        try await replies.taking.following { [self] in
            try await withServices([Service { try await replies.listener.follow() }]) { [self] in try await takeAndDeliver() }
        }
    }

    private func takeAndDeliver() async throws {
        let source = deliversOwn ? folders.withLock { $0.values.first?.place } : nil
        let drain = OutboxDrain(resources: resources, patience: patience, source: source)
        try await withThrowingDiscardingTaskGroup { group in
            if let door { group.addTask { try await door.run() } }
            group.addTask { [watched] in try await watched.run() }
            group.addTask { try await drain.forever() }
        }
    }

    /// The figures that are not the sender's.
    package func addFigures(to page: inout MetricsPage) async throws {
        door?.addFigures(to: &page)
        try await OrderFigures.add(to: &page, resources)
    }

    // MARK: Other settings

    /// Has other callers, routes, folders and receivers count from now on, for what comes next. Everything else is as at the start.
    ///
    /// - Throws: as the initialiser. Receivers are looked up before anything changes; folders that come before one that cannot be had
    ///   count already.
    package func set(_ settings: ClinicSettings) throws {
        try settings.check(resources)
        try watch(settings.folders)
        if let door, let modalities = settings.modalities { try door.set(modalities.rules, modalities.routes) }
    }

    /// Watches these folders and no others.
    private func watch(_ wanted: [ClinicSettings.Folder]) throws {
        try folders.withLock { folders in
            var next: [String: (place: String, template: LiveOrderTemplate)] = [:]
            var opened: [WatchedFolder] = []
            for folder in wanted {
                if let known = folders[folder.path] {
                    next[folder.path] = known
                    continue
                }
                let template = LiveOrderTemplate(folder.template)
                let new = try WatchedFolder.open(folder.path, resources: resources, timing: timing, template: template)
                next[folder.path] = (new.folder, template)
                opened.append(new)
            }
            // From here on nothing fails.
            for (path, gone) in folders where next[path] == nil { watched.remove(gone.place) }
            for folder in opened { watched.add(folder) }
            for folder in wanted { next[folder.path]?.template.set(folder.template) }
            folders = next
        }
    }
}

/// The clinic's questions that nobody has answered yet, as figures. docs/delivery/services.md lists the figures.
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
