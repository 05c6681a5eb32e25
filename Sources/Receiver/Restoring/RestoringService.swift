import CommandLineSupport
import Logging
import Protocol
import StegoKit

/// Restores whatever has arrived whole, whether its sender is still there or not.
actor RestoringService {
    /// What a session learns of the study that it receives.
    enum News: Sendable {
        case settled(position: Int, SettledOutcome)
        /// An instance could not be restored for a reason on this side. It is kept, and tried again.
        case trouble(InstanceFailure)
    }

    private struct Job: Hashable {
        let transfer: TransferID
        let position: Int
    }

    /// Originals that are being restored at once, in bytes; a larger one is restored alone.
    private static let originalBytes = 512 << 20
    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(5)

    private let restorer: Restorer
    private let settling: SettlingQueue
    private let pool: WorkerPool
    private let reporter: ReceiverReporter
    private let log = Logger(label: "veilray.restore")

    private let queue: AsyncStream<Job>
    private let enqueue: AsyncStream<Job>.Continuation
    /// Everything that is queued, at work, or waits to be tried again.
    private var instances: [Job: ArrivedInstance] = [:]
    private var keys: [TransferID: StudyKey] = [:]
    /// What waits for its study's key.
    private var keyless: [TransferID: [Job]] = [:]
    private var listeners: [TransferID: @Sendable (News) -> Void] = [:]
    /// What could not be stored and waits to be tried again.
    private var troubled: Set<Job> = []
    private var isStopped = false

    init(restorer: Restorer, settling: SettlingQueue, pool: WorkerPool, reporter: ReceiverReporter) {
        self.restorer = restorer
        self.settling = settling
        self.pool = pool
        self.reporter = reporter
        (queue, enqueue) = AsyncStream.makeStream()
    }

    /// Works until ``stop()``; returns when what was begun has ended.
    func run() async {
        let slots = WorkSlots(count: pool.width, bytes: Self.originalBytes)
        await withDiscardingTaskGroup { group in
            for await job in queue {
                guard !isStopped, let instance = instances[job] else { continue }
                // The manifest's size is a claim; the stego file's is not.
                let bytes = max(instance.byteCount, instance.stegoBytes)
                await slots.take(bytes: bytes)
                group.addTask {
                    await self.work(job)
                    await slots.giveBack(bytes: bytes)
                }
            }
        }
    }

    /// What is not begun stays in the spool, for the next start.
    func stop() {
        isStopped = true
        enqueue.finish()
    }

    // MARK: Studies

    /// Tells `listener` of everything that is settled of a study from now on. The later listener takes the place of an earlier one.
    func listen(to transfer: TransferID, _ listener: @escaping @Sendable (News) -> Void) {
        listeners[transfer] = listener
    }

    func stopListening(to transfer: TransferID) {
        listeners[transfer] = nil
    }

    /// The study's key has come: what waits for it can be restored.
    func set(_ key: StudyKey, of transfer: TransferID) {
        keys[transfer] = key
        for job in keyless.removeValue(forKey: transfer) ?? [] { enqueue.yield(job) }
    }

    /// The study has come to its end; its key is not needed any more.
    func forget(_ transfer: TransferID) {
        keys[transfer] = nil
    }

    // MARK: Instances

    /// Has an instance restored that is in the spool as a whole. What is under way already is not begun again.
    func restore(_ instance: ArrivedInstance) {
        let job = Job(transfer: instance.transfer, position: instance.position)
        guard instances.updateValue(instance, forKey: job) == nil else { return }
        if keys[instance.transfer] == nil {
            keyless[instance.transfer, default: []].append(job)
        } else {
            enqueue.yield(job)
        }
    }

    private func work(_ job: Job) async {
        guard !isStopped, let instance = instances[job], let key = keys[instance.transfer] else { return }
        let ending: SettlingQueue.Ending
        do {
            ending = .restored(try await pool.run { [restorer] in try restorer.restore(instance, key: key) })
        } catch let error as StegoError {
            ending = .failed(InstanceFailure(of: error))
        } catch {
            return retryLater(job, instance, error)
        }
        do {
            let settled = try await settling.settle(SettlingQueue.Candidate(instance: instance, ending: ending))
            instances[job] = nil
            troubled.remove(job)
            // First: it has happened, whether the sender can still be told of it or not.
            report(instance, ending, settled)
            listeners[job.transfer]?(.settled(position: job.position, settled.result))
        } catch {
            retryLater(job, instance, error)
        }
    }

    private func report(_ instance: ArrivedInstance, _ ending: SettlingQueue.Ending, _ settled: SettlingQueue.Settled) {
        guard case .failed(let failure) = settled.result.outcome else {
            return reporter.report(ReceiverReport.Instance(instance, ending, path: settled.path))
        }
        if let path = settled.path, let other = settled.other {
            reporter.report(
                ReceiverReport.Conflict(
                    name: instance.path, study: instance.studyUID, peer: instance.peer, path: path, other: other))
        }
        reporter.report(ReceiverReport.Instance(instance, .failed(failure), path: nil))
    }

    /// Nothing is lost: the instance is in the spool. Told once, however often it is tried.
    private func retryLater(_ job: Job, _ instance: ArrivedInstance, _ error: any Error) {
        let failure = InstanceFailure(of: error)
        let isNew = troubled.insert(job).inserted
        if isNew {
            reporter.report(ReceiverReport.Instance(instance, .failed(failure), path: nil))
            log.error(
                "an instance could not be stored; it is tried again",
                metadata: ["transfer": "\(job.transfer)", "position": "\(job.position)", "reason": "\(error)"])
        }
        listeners[job.transfer]?(.trouble(failure))
        Task {
            try? await Task.sleep(for: isNew ? Self.firstPause : Self.longestPause)
            enqueue.yield(job)
        }
    }
}

extension ReceiverReport.Instance {
    init(_ instance: ArrivedInstance, _ ending: SettlingQueue.Ending, path: String?) {
        self.init(
            name: instance.path, status: .failed, study: instance.studyUID, peer: instance.peer, stegoBytes: instance.stegoBytes)
        switch ending {
        case .failed(let failure):
            reason = failure.text
        case .restored(let file):
            status = .restored
            self.path = path
            exact = file.exactness.rawValue
            record = file.placement.rawValue
            restoredBytes = file.byteCount
        }
    }
}
