import Basics
import Concurrency
import Files
import Protocol

/// Delivers one study of the outbox: seals what is not sealed, connects, sends, collects the receipts, connects again after a cut, and
/// closes the study when its receipt is here.
///
/// However many studies wait, only those that have a place are locked and in memory with their files: while a study waits for its place or
/// for its next attempt, this is a few words and a timer.
package actor StudyDelivery {
    /// How it ended for now.
    package enum Ending: Sendable {
        /// The receiver has signed for all of it.
        case closed(delivered: Int, failed: Int)
        /// The study stays in the outbox.
        case kept(because: any Error)
    }

    enum Outcome: Sendable {
        case ended(Ending)
        /// Another process delivers it, or has closed it.
        case notOurs
    }

    private let transferID: TransferID
    private let studyUID: StudyUID
    private let resources: DeliveryResources
    private let patience: Duration?
    private let isToldWhenStopped: Bool
    private let way: any DeliveryWay
    private let record = DeliveryRecord()
    /// The right to deliver the study, where a caller had it, until it is in hand.
    private var givenLock: FileLock?
    /// The files of the study while it is in hand, and also afterwards where that was the end.
    private var transfer: Transfer?

    private var outbox: Outbox { resources.outbox }

    /// - Parameters:
    ///   - patience: how long nothing may go forward before it gives up; `nil` for never.
    ///   - isToldWhenStopped: whether the observer is to know of a study that was not in hand when everything was stopped.
    ///   - way: how the study gets its turn and its sessions.
    init(
        _ transferID: TransferID, studyUID: StudyUID, resources: DeliveryResources, patience: Duration?, isToldWhenStopped: Bool,
        way: any DeliveryWay = DialledWay()
    ) {
        self.transferID = transferID
        self.studyUID = studyUID
        self.resources = resources
        self.patience = patience
        self.isToldWhenStopped = isToldWhenStopped
        self.way = way
    }

    /// Returns when the study is closed, given up for now, or another process's. Cancelling keeps the study.
    ///
    /// - Parameters:
    ///   - lock: the right to deliver the study, where the caller has it already.
    ///   - whenInPlace: called each time that the study has a place.
    func run(holding lock: FileLock? = nil, whenInPlace: @escaping @Sendable () -> Void = {}) async -> Outcome {
        givenLock = lock
        let loop = RetryLoop(
            RetryPolicy(patience: patience), retryNow: resources.retryNow, clock: resources.clock, advances: { [record] in record.advances }
        ) { [resources, transferID, studyUID, record] retry in
            await resources.note(retry, of: transferID, studyUID: studyUID, attempts: record.attempts)
        }
        do {
            return try await loop.run { [resources, transferID, way] loop in
                try await way.inPlace(transferID, isAgain: await loop.isAgain, resources) { [self] in
                    whenInPlace()
                    return try await takeInHand(loop)
                }
            }
        } catch {
            let cause = (error as? RetryLoop.GaveUp)?.cause ?? error
            await resources.note(cause, of: transferID)
            if !(cause is CancellationError) || transfer != nil || isToldWhenStopped { await keep(because: cause) }
            return .ended(.kept(because: cause))
        }
    }

    // MARK: In hand

    /// The surroundings of attempts: the study is locked, its files are in memory, and sealing runs.
    ///
    /// - Returns: `nil` when the study was put away for a rest.
    private func takeInHand(_ loop: RetryLoop) async throws -> Outcome? {
        var free = givenLock.take()
        if free == nil { free = try await outbox.lock(transferID) }
        guard let lock = free else { return .notOurs }
        // A caller that gave the lock may refer to it for longer.
        defer { lock.release() }
        // Whoever had the lock before may have closed it since the journal was read.
        guard let study = try await outbox.study(transferID), !study.state.isClosed else {
            lock.remove()
            return .notOurs
        }
        let transfer = try await resources.transfer(study, record: record)
        self.transfer = transfer
        do {
            guard let ending = try await deliver(study, transfer, loop) else {
                await putAway(transfer)
                return nil
            }
            lock.remove()
            return .ended(ending)
        } catch {
            // Where this is the end, the observer is told of the files by the transfer that knows most of them.
            if !(error is RetryLoop.GaveUp), !Task.isCancelled { await putAway(transfer) }
            throw error
        }
    }

    private func putAway(_ transfer: Transfer) async {
        await transfer.putAway()
        self.transfer = nil
    }

    private func deliver(_ study: OutboxStudy, _ transfer: Transfer, _ loop: RetryLoop) async throws -> Ending? {
        let inHand = try await StudyInHand(study, transfer, resources, way)
        return try await inHand.sealing { [resources, record] in
            let receipt = try await loop.attempt(movement: { await transfer.movement }) {
                resources.figures.count { $0.attempts += 1 }
                record.countAttempt()
                return try await inHand.attempt()
            }
            guard let receipt else { return nil }
            // Stopped in the middle of this, the study would be closed and its lock's file left.
            let (delivered, failed) = try await withoutCancellation { try await inHand.close(receipt) }
            return .closed(delivered: delivered, failed: failed)
        }
    }

    // MARK: The end

    /// Tells the observer that the study stays in the outbox.
    ///
    /// - Parameter known: the study as it was, for where the outbox does not have it any more.
    func keep(because cause: any Error, _ known: OutboxStudy? = nil) async {
        if let transfer { return await transfer.keep(because: cause) }
        // The journal is not read in a task that is cancelled.
        await withoutCancellation { [resources, transferID, record] in
            guard let study = (try? await resources.outbox.study(transferID)) ?? known, !study.state.isClosed,
                let transfer = try? await resources.transfer(study, record: record)
            else { return }
            await transfer.tellKnown()
            await transfer.keep(because: cause)
        }
    }

    /// Tells the observer how a study has ended that another process has closed.
    func wasClosed(_ study: OutboxStudy) async throws -> Ending {
        let transfer = try await resources.transfer(study, record: record)
        await transfer.tellKnown()
        let (delivered, failed) = await transfer.wasClosed(receipts: study.receipts)
        return .closed(delivered: delivered, failed: failed)
    }
}
