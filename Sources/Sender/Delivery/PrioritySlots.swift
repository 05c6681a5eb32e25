/// A number of places that several studies share. Urgent ones get theirs first; among the others those that come for the first time and
/// those whose last attempt brought nothing take turns, so that neither kind keeps the other waiting; within each kind who came first.
actor PrioritySlots {
    private enum Kind {
        case urgent
        case routine
        /// A routine one that did not get on when it last had a place.
        case again
    }

    private struct Waiting {
        let kind: Kind
        let identifier: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    /// How many places nobody has.
    private(set) var free: Int
    private var waiting: [Waiting] = []
    private var nextIdentifier = 0
    private var wasAgain = false

    init(count: Int) {
        free = count
    }

    /// How many wait for a place.
    var waitingCount: Int { waiting.count }

    /// Runs `body` in one of the places.
    ///
    /// - Parameter isAgain: it had a place before and did not get on.
    /// - Throws: `CancellationError` when the task is cancelled while it waits; what `body` throws.
    func with<Result: Sendable>(
        _ priority: Priority, isAgain: Bool = false, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await take(priority == .stat ? .urgent : isAgain ? .again : .routine)
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
