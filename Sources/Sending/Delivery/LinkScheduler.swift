import Basics
import Concurrency
import Files
import Foundation
import Protocol

/// Decides which study's chunk goes next where one process sends several at once, each over its own connection.
///
/// - Urgent studies go first: routine ones hold their chunks back while an urgent one has something to send, in this process or,
///   by a lock that both see, in another one of the same home.
/// - Among equals on their way to one receiver nobody gets far ahead: a study that has sent a quantum more than another that is sending
///   too waits for it. One that does not get on, because its link has stalled, is not waited for.
actor LinkScheduler {
    private static let quantum = 1 << 20
    /// Who has not taken a turn for so long has stalled.
    private static let stalled = Duration.seconds(1)
    private static let recheck = Duration.milliseconds(250)
    /// An urgent study that has not taken a turn for so long does not get on either way: its receiver is busy, or its link is dead.
    private static let urgentStalled = Duration.seconds(5)
    private static let foreignRecheck = Duration.milliseconds(500)

    private struct Member {
        var priority: Priority
        let peer: Fingerprint
        /// Bytes sent since the least of the others began.
        var served: Int
        var lastTurn: ContinuousClock.Instant
        /// Has nothing to send for the moment.
        var isIdle = true
    }

    private let urgencyLockPath: String
    private let clock: any MonotonicClock
    private var members: [Int: Member] = [:]
    private var nextMember = 0
    private var urgencyLock: FileLock?
    private var isWatchingUrgency = false
    private var isOtherProcessUrgent = false
    private var lastLook: ContinuousClock.Instant?
    private let notice = ChangeNotice()

    init(urgencyLockPath: String, clock: any MonotonicClock = ContinuousClock()) {
        self.urgencyLockPath = urgencyLockPath
        self.clock = clock
    }

    /// A study has a session now. Returns its number; give it back with ``leave(_:)``.
    ///
    /// - Parameter peer: its receiver; links to others may be faster or slower, and are not compared.
    func join(_ priority: Priority, peer: Fingerprint) -> Int {
        nextMember += 1
        members[nextMember] = Member(priority: priority, peer: peer, served: leastServed(priority, peer) ?? 0, lastTurn: clock.now)
        return nextMember
    }

    private func leastServed(_ priority: Priority, _ peer: Fingerprint) -> Int? {
        members.values.filter { $0.priority == priority && $0.peer == peer }.map(\.served).min()
    }

    /// Somebody has made the study urgent while it was being sent.
    func setPriority(_ number: Int, _ priority: Priority) {
        guard let member = members[number], member.priority != priority else { return }
        let least = leastServed(priority, member.peer)
        members[number]?.priority = priority
        members[number]?.served = least ?? 0
        members[number]?.lastTurn = clock.now
        urgencyMayHaveChanged()
        notice.post()
    }

    func leave(_ number: Int) {
        members[number] = nil
        urgencyMayHaveChanged()
        notice.post()
    }

    /// Whether the study has something to send at the moment; those that have not are not waited for.
    func setIdle(_ number: Int, _ isIdle: Bool) {
        guard members[number]?.isIdle != isIdle else { return }
        members[number]?.isIdle = isIdle
        members[number]?.lastTurn = clock.now
        urgencyMayHaveChanged()
        if isIdle { notice.post() }
    }

    /// Returns when the study may send its next chunk.
    ///
    /// - Throws: `CancellationError`.
    func turn(_ number: Int, byteCount: Int) async throws {
        while let member = members[number], mustWait(number, member) {
            try await pause()
        }
        members[number]?.served += byteCount
        members[number]?.lastTurn = clock.now
        if members[number]?.priority == .stat { urgencyMayHaveChanged() }
        notice.post()
    }

    private func mustWait(_ number: Int, _ member: Member) -> Bool {
        if member.priority == .routine, isAnythingUrgent { return true }
        let now = clock.now
        return members.contains { other, rival in
            other != number && rival.priority == member.priority && rival.peer == member.peer && !rival.isIdle
                && now - rival.lastTurn < Self.stalled && member.served >= rival.served + Self.quantum
        }
    }

    private func pause() async throws {
        let seen = notice.count
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [clock] in try await clock.sleep(for: Self.recheck) }
            group.addTask { [notice] in try await notice.change(after: seen) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    // MARK: Urgency

    private var isAnythingUrgent: Bool {
        hasUrgentMember || isOtherProcessUrgentNow()
    }

    private var hasUrgentMember: Bool {
        let now = clock.now
        return members.values.contains { $0.priority == .stat && !$0.isIdle && now - $0.lastTurn < Self.urgentStalled }
    }

    /// Looked up twice a second at most: it costs three system calls.
    private func isOtherProcessUrgentNow() -> Bool {
        let now = clock.now
        if let lastLook, now - lastLook < Self.foreignRecheck { return isOtherProcessUrgent }
        lastLook = now
        isOtherProcessUrgent = urgencyLock == nil && (try? FileLock.isTaken(urgencyLockPath)) == true
        return isOtherProcessUrgent
    }

    /// Holds the lock, shared, while an urgent study has something to send. It is advice only: where it cannot be taken, nobody waits.
    private func urgencyMayHaveChanged() {
        guard hasUrgentMember else {
            urgencyLock = nil
            return
        }
        // Another process that looks holds it for a moment.
        for _ in 0..<3 where urgencyLock == nil {
            urgencyLock = try? FileLock.take(urgencyLockPath, .shared)
        }
        guard urgencyLock != nil, !isWatchingUrgency else { return }
        isWatchingUrgency = true
        Task { await watchUrgency() }
    }

    /// Gives the lock back when urgent studies stall without a word.
    private func watchUrgency() async {
        while hasUrgentMember { try? await clock.sleep(for: Self.stalled) }
        urgencyLock = nil
        isWatchingUrgency = false
    }
}
