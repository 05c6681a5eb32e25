import Protocol
import Basics
import Synchronization

extension DeliveryResources {
    /// How often a study that waits for a place is looked at: it may have become urgent.
    private static let urgencyInterval = Duration.seconds(2)

    /// Runs attempts to deliver a study: a routine one in one of a few places, an urgent one at once, also where it becomes urgent while
    /// it waits.
    ///
    /// - Parameter isAgain: the study had a place before, and nothing of it went forward.
    /// - Throws: `CancellationError`, `DatabaseError`; what `attempt` throws.
    func inPlace<Result: Sendable>(
        _ transferID: TransferID, isAgain: Bool, _ attempt: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        if try await isUrgent(transferID) { return try await attempt() }
        let begun = Beginning()
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await routinePlaces.withPlace(isAgain ? .again : .routine) { begun.isFirst() ? try await attempt() : nil }
            }
            group.addTask {
                while !begun.isPast {
                    try await clock.sleep(for: Self.urgencyInterval)
                    guard (try? await isUrgent(transferID)) == true, begun.isFirst() else { continue }
                    return try await attempt()
                }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    private func isUrgent(_ transferID: TransferID) async throws -> Bool {
        try await outbox.journal.directions(of: transferID)?.priority == .stat
    }
}

/// Which of two ways to begin came first.
private final class Beginning: Sendable {
    private let state = Mutex(false)

    var isPast: Bool { state.withLock { $0 } }

    func isFirst() -> Bool {
        state.withLock { isPast in
            defer { isPast = true }
            return !isPast
        }
    }
}
