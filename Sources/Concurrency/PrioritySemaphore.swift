/// A counting semaphore with three classes of waiters.
///
/// Urgent waiters get their place first. Among the others, those that come for the first time and those whose last attempt failed take
/// turns, so that neither class keeps the other waiting. Within a class the order is that of their coming.
public actor PrioritySemaphore {
    /// A class of waiters.
    public enum Kind: Sendable {
        case urgent
        case routine
        /// Routine, and its last attempt failed.
        case again
    }

    private struct Waiting {
        let kind: Kind
        let identifier: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    /// How many places nobody has.
    package private(set) var free: Int
    private var waiting: [Waiting] = []
    private var nextIdentifier = 0
    private var wasAgain = false

    /// - Parameter count: places.
    public init(count: Int) {
        free = count
    }

    /// How many wait for a place.
    package var waitingCount: Int { waiting.count }

    /// Runs `body` in one of the places.
    ///
    /// - Throws: `CancellationError` when the task is cancelled while it waits; the errors of `body`.
    public func withPlace<Result: Sendable>(_ kind: Kind, _ body: @Sendable () async throws -> Result) async throws -> Result {
        try await take(kind)
        defer { giveBack() }
        return try await body()
    }

    private func take(_ kind: Kind) async throws {
        try Task.checkCancellation()
        if free > 0 {
            free -= 1
            return
        }
        nextIdentifier += 1
        let identifier = nextIdentifier
        let hasPlace = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiting.append(Waiting(kind: kind, identifier: identifier, continuation: continuation))
                if Task.isCancelled { drop(identifier) }
            }
        } onCancel: {
            Task { await self.drop(identifier) }
        }
        guard hasPlace else { throw CancellationError() }
    }

    private func drop(_ identifier: Int) {
        guard let position = waiting.firstIndex(where: { $0.identifier == identifier }) else { return }
        waiting.remove(at: position).continuation.resume(returning: false)
    }

    private func giveBack() {
        guard let next = nextPosition else {
            free += 1
            return
        }
        let taker = waiting.remove(at: next)
        if taker.kind != .urgent { wasAgain = taker.kind == .again }
        taker.continuation.resume(returning: true)
    }

    private var nextPosition: Int? {
        let order: [Kind] = wasAgain ? [.urgent, .routine, .again] : [.urgent, .again, .routine]
        for kind in order {
            if let position = waiting.firstIndex(where: { $0.kind == kind }) { return position }
        }
        return nil
    }
}
