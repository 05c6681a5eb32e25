import Protocol
import Basics
import Files

/// A study that another process delivers.
struct DeliveryElsewhere: Sendable {
    enum End: Sendable {
        /// It is closed.
        case closed(OutboxStudy)
        /// Whoever delivered it does so no more: this is the right to.
        case free(FileLock)
    }

    private static let interval = Duration.milliseconds(300)

    let transferID: TransferID
    let resources: DeliveryResources
    /// How long nothing may go forward there; `nil` for ever.
    let patience: Duration?

    /// Returns when the other process has closed the study, or has ended.
    ///
    /// - Throws: `OperationFailure` `.temporary` when the patience ends; ``OutboxError`` `unknownTransfer` when the outbox has the study no
    ///   more; `CancellationError`; what the journal throws.
    func end() async throws -> End {
        var lastAdvance = resources.clock.now
        var seen = -1
        while true {
            // The study first: what is read after it was closed is how it has ended.
            guard let study = try await resources.outbox.study(transferID) else {
                throw OutboxError(code: .unknownTransfer, description: "the outbox has no transfer \(transferID) any more")
            }
            if study.state.isClosed { return .closed(study) }
            if let lock = try await resources.outbox.lock(transferID) { return .free(lock) }
            let answered = try await resources.outbox.instances(of: transferID).count { $0.receipt != nil }
            if answered != seen { (seen, lastAdvance) = (answered, resources.clock.now) }
            if let patience, resources.clock.now - lastAdvance > patience {
                throw OperationFailure(.temporary, "another process delivers this study and does not get on: \(study.lastError ?? "")")
            }
            try await resources.clock.sleep(for: Self.interval)
        }
    }
}
