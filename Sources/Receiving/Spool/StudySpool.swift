import Concurrency
import Files
import Protocol

/// Takes the chunks of one study, in one session, to the disk.
///
/// Chunks are written as they come and synced in groups; once a group is on the disk, the journal is told how far its instances have
/// come. So credit waits for a write to the page cache only, never for the disk, and a power cut costs at most one group.
///
/// Whoever restores instances is told of those that the journal knows, never of others: one whose group failed is gone, and what lies in
/// its place later is something else.
actor StudySpool {
    /// Bytes after which a group is synced without waiting for ``interval``.
    private static let groupBytes = 8 << 20
    /// From the beginning of one group to that of the next, where whole instances wait to be restored.
    private static let pause = Duration.milliseconds(25)
    /// How long bytes may stay unsynced.
    private static let interval = Duration.milliseconds(250)
    /// A segment is closed behind the instance that brings it to this size.
    private static let segmentBytes = 64 << 20

    /// An instance that is here as a whole, and that the journal knows.
    struct Arrived: Sendable {
        let position: Int
        let part: InstanceRecord.StegoPart
    }

    private struct Arrival {
        let header: InstanceHeader
        let segment: SpoolSegment
        let start: Int
        var received: Int

        var location: SpoolLocation { SpoolLocation(segment: segment.number, start: start) }
        var part: InstanceRecord.StegoPart {
            InstanceRecord.StegoPart(
                digest: header.digest, byteCount: Int(clamping: header.byteCount), location: location, durable: received)
        }
    }

    private let transfer: TransferID
    private let spool: Spool
    private let inbox: any InboxStore
    private let pool: WorkerPool
    private let clock: any MonotonicClock
    private let onArrived: @Sendable ([Arrived]) async -> Void

    /// Where the next instance goes; `nil` before the first, and behind a full segment.
    private var segment: SpoolSegment?
    private var end = 0
    private var current: Arrival?
    /// Instances that came whole and that the journal does not know of yet.
    private var finished: [Arrival] = []
    /// Segments that are pinned for this session, by number.
    private var pinned: [Int: SpoolSegment] = [:]
    private var unsyncedBytes = 0
    private var hasNewSegment = false
    private var syncing: Task<Void, Never>?
    /// Waits for the next group's time.
    private var upcoming: Task<Void, Never>?
    private var lastSync: ContinuousClock.Instant?
    private var isIdle = false
    private var failure: (any Error)?

    /// - Parameter onArrived: told of instances that are here as a whole, once the journal knows them.
    init(
        transfer: TransferID, spool: Spool, inbox: any InboxStore, pool: WorkerPool, clock: any MonotonicClock = ContinuousClock(),
        onArrived: @escaping @Sendable ([Arrived]) async -> Void = { _ in }
    ) {
        self.transfer = transfer
        self.spool = spool
        self.inbox = inbox
        self.pool = pool
        self.clock = clock
        self.onArrived = onArrived
    }

    // MARK: Chunks

    /// Begins an instance, or goes on with what is there of it.
    ///
    /// - Parameter part: the part that was offered to the sender; it counts only when the header goes on behind it.
    /// - Throws: ``FileError``.
    func begin(_ header: InstanceHeader, after part: InstanceRecord.StegoPart?) async throws {
        try check()
        if header.offset > 0, let part {
            segment = try await pool.run { [spool, transfer] in try spool.folder.reopen(part.location.segment, of: transfer) }
            end = part.location.start + part.durable
            adopt(start: part.location.start, header)
            current?.received = part.durable
        } else {
            if segment == nil || end >= Self.segmentBytes {
                segment = try await pool.run { [spool, transfer] in try spool.folder.makeSegment(of: transfer) }
                end = 0
                hasNewSegment = true
            }
            adopt(start: end, header)
        }
    }

    private func adopt(start: Int, _ header: InstanceHeader) {
        guard let segment else { return }
        pinned[segment.number] = segment
        current = Arrival(header: header, segment: segment, start: start, received: 0)
    }

    /// Writes the next bytes of the instance that has begun.
    ///
    /// - Throws: ``FileError``.
    func append(_ bytes: [UInt8]) async throws {
        try check()
        guard let arrival = current else { return }
        let offset = arrival.start + arrival.received
        try await pool.run { try arrival.segment.write(bytes, at: offset) }
        current?.received += bytes.count
        end = offset + bytes.count
        unsyncedBytes += bytes.count
        if unsyncedBytes >= Self.groupBytes, syncing == nil { startSync() }
    }

    /// Ends the instance that has begun: all of it is written, and it is what was announced. Returns where it is.
    @discardableResult
    func finish() -> SpoolLocation? {
        guard let arrival = current else { return nil }
        current = nil
        finished.append(arrival)
        syncSoon()
        return arrival.location
    }

    /// Nothing follows for now: what has come need not wait for company.
    func nothingFollows() {
        isIdle = true
        syncSoon()
    }

    /// Lets go of an instance that came damaged, or that will not come to its end; does nothing unless it is the one that has begun.
    ///
    /// Its bytes stay where they are until the segment goes: what is being synced may still refer to them.
    func discard(_ position: Int) async throws {
        guard let arrival = current, arrival.header.index == position else { return }
        current = nil
        await syncing?.value
        try await inbox.reset(arrival.header.index, of: transfer)
    }

    // MARK: Groups

    /// Syncs what has come every ``interval``; ends by cancellation, or when the disk fails.
    func keepSynced() async throws {
        while true {
            try await clock.sleep(for: Self.interval)
            try await sync()
        }
    }

    /// Begins a group for whole instances, at once when there was none for ``pause``.
    private func syncSoon() {
        guard !finished.isEmpty, syncing == nil, failure == nil else { return }
        let time = lastSync.map { $0 + Self.pause } ?? clock.now
        guard !isIdle, time > clock.now else {
            upcoming?.cancel()
            upcoming = nil
            startSync()
            return
        }
        guard upcoming == nil else { return }
        upcoming = Task {
            guard (try? await clock.sleep(until: time, tolerance: nil)) != nil else { return }
            upcoming = nil
            syncSoon()
        }
    }

    /// Brings everything to the disk and into the journal, and lets go of the segments: for the end of a session, whatever ended it.
    func close() async {
        do {
            try await sync()
        } catch {
            // Then the journal claims less than is there, and the sender sends that again.
        }
        let last = upcoming
        last?.cancel()
        await last?.value
        while let running = syncing { await running.value }
        current = nil
        finished = []
        segment = nil
        releaseSegments()
        await spool.tidy(transfer)
    }

    private func sync() async throws {
        // One that is under way may have begun too early to cover everything.
        while let running = syncing { await running.value }
        try check()
        guard unsyncedBytes > 0 || !finished.isEmpty else { return }
        await startSync().value
        try check()
    }

    @discardableResult
    private func startSync() -> Task<Void, Never> {
        lastSync = .now
        let task = Task {
            do {
                try await syncGroup()
            } catch {
                // What a failed fdatasync(2) did not write must not be claimed later: this spool takes nothing more.
                failure = error
            }
            syncing = nil
            // What came meanwhile.
            syncSoon()
        }
        syncing = task
        return task
    }

    /// Files, then the folder, then the journal; then whoever restores.
    private func syncGroup() async throws {
        let whole = finished
        let partial = current
        let isFolderNew = hasNewSegment
        unsyncedBytes = 0
        hasNewSegment = false
        let files = Self.files(of: whole + (partial.map { [$0] } ?? []))
        try await pool.run { [spool, transfer] in
            for file in files { try file.sync() }
            if isFolderNew { try AtomicFile.sync(spool.folder.folder(of: transfer)) }
        }
        let arrived = whole.map { ($0.header.index, $0.part, true) }
        let arriving = partial.map { [($0.header.index, $0.part, false)] } ?? []
        let parts = arrived + arriving
        if !parts.isEmpty { try await inbox.advance(parts, of: transfer) }
        finished.removeFirst(whole.count)
        releaseSegments()
        if !whole.isEmpty { await onArrived(whole.map { Arrived(position: $0.header.index, part: $0.part) }) }
    }

    private static func files(of arrivals: [Arrival]) -> [SpoolSegment] {
        var files: [Int: SpoolSegment] = [:]
        for arrival in arrivals { files[arrival.segment.number] = arrival.segment }
        return Array(files.values)
    }

    /// Unpins the segments that the journal knows all about and that nothing is written to any more.
    private func releaseSegments() {
        let needed = Set(finished.map(\.segment.number) + [segment?.number, current?.segment.number].compactMap(\.self))
        for number in pinned.keys where !needed.contains(number) {
            pinned[number] = nil
            spool.folder.unpin(number, of: transfer)
        }
    }

    private func check() throws {
        if let failure { throw failure }
    }
}
