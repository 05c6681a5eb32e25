import Basics
import Files

/// Sees a study of the outbox through to its end: delivers it, or waits for the process that does, and takes over should that end.
package struct StudyFollower: Sendable {
    private static let interval = Duration.milliseconds(300)

    package let resources: DeliveryResources
    package let patience: Duration?

    package init(resources: DeliveryResources, patience: Duration?) {
        self.resources = resources
        self.patience = patience
    }

    /// - Parameter lock: the right to deliver it, when the caller has it.
    package func follow(_ study: OutboxStudy, holding lock: FileLock?) async -> StudyDelivery.Ending {
        if let lock { return await delivery(study).run(holding: lock) }
        do {
            return try await wait(for: study)
        } catch {
            await (try? resources.transfer(study))?.keep(because: error)
            return .kept(because: error)
        }
    }

    private func wait(for study: OutboxStudy) async throws -> StudyDelivery.Ending {
        var lastAdvance = resources.clock.now
        var seen = -1
        while true {
            // The study first: what is read after it was closed is how it has ended.
            guard let current = try await resources.outbox.study(study.transferID) else {
                throw OutboxError(code: .unknownTransfer, description: "the outbox has no transfer \(study.transferID) any more")
            }
            if current.state.isClosed {
                let transfer = try await resources.transfer(current)
                await transfer.tellKnown()
                let (delivered, failed) = await transfer.wasClosed(receipts: current.receipts)
                return .closed(delivered: delivered, failed: failed)
            }
            if let lock = try await resources.outbox.lock(study.transferID) {
                // Closed between the look at the journal and the lock?
                if let latest = try await resources.outbox.study(study.transferID), !latest.state.isClosed {
                    return await delivery(latest).run(holding: lock)
                }
                lock.remove()
                continue
            }
            let answered = try await resources.outbox.instances(of: study.transferID).count { $0.receipt != nil }
            if answered != seen { (seen, lastAdvance) = (answered, resources.clock.now) }
            if let patience, resources.clock.now - lastAdvance > patience {
                throw OperationFailure(.temporary, "another process delivers this study and does not get on: \(current.lastError ?? "")")
            }
            try await resources.clock.sleep(for: Self.interval)
        }
    }

    private func delivery(_ study: OutboxStudy) -> StudyDelivery {
        StudyDelivery(study: study, resources: resources, patience: patience)
    }
}
