/// A number of places that several studies share; urgent ones get theirs first, then who came first.
actor PrioritySlots {
    private var free: Int
    private var waiting: [(priority: Priority, identifier: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    private var nextIdentifier = 0

    init(count: Int) {
        free = count
    }

    /// Runs `body` in one of the places.
    ///
    /// - Throws: `CancellationError` when the task is cancelled while it waits; what `body` throws.
    func with<Result: Sendable>(_ priority: Priority, _ body: @Sendable () async throws -> Result) async throws -> Result {
        try await take(priority)
        defer { giveBack() }
        return try await body()
    }

    private func take(_ priority: Priority) async throws {
        try Task.checkCancellation()
        if free > 0 {
            free -= 1
            return
        }
        nextIdentifier += 1
        let identifier = nextIdentifier
        let hasPlace = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let position = waiting.firstIndex { priority < $0.priority } ?? waiting.endIndex
                waiting.insert((priority, identifier, continuation), at: position)
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
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().continuation.resume(returning: true)
        }
    }
}
