import Basics
import Concurrency
import Logging
import Protocol
import StegoKit

/// Restores whatever has arrived whole, whether its sender is still there or not.
actor RestoringService {
    /// A report to a session on the study that it receives.
    enum News: Sendable {
        case committed(position: Int, CommittedOutcome)
        /// An instance could not be restored for a reason on this side. It is kept, and tried again.
        case trouble(position: Int, InstanceFailure)
        /// The arrived bytes of an instance are gone. They are awaited again.
        case lost(position: Int)
    }

    private struct Job: Hashable {
        let transfer: TransferID
        let position: Int
    }

    /// The most that is being restored at once, in bytes of originals or of their pixels; a larger one is restored alone.
    private static let originalBytes = 512 << 20
    /// Attempts after which an instance is restored alone: it may be what ended the program each time.
    static let attemptsInCompany = 2
    /// Attempts after which it is given up: by then it was alone each time.
    static let attempts = 6
    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(5)

    private let restorer: any InstanceRestoring
    private let commits: CommitQueue
    private let inbox: any InboxStore
    private let pool: WorkerPool
    private let observer: any ReceiverObserver
    private let clock: any MonotonicClock
    private let log = Logger(label: "veilray.restore")

    private typealias Turns = FairTurns<Job, TransferID>

    private enum Step: Sendable {
        /// It has its turn.
        case work(Turns.Ticket)
        /// It is to be tried again after a time.
        case pause(Job, Duration)
    }

    private var turns: Turns
    /// Steps on their way to the tasks that take them.
    private let begun: AsyncStream<Step>
    private let begin: AsyncStream<Step>.Continuation
    /// Everything that is queued, at work, or waits to be tried again.
    private var instances: [Job: ArrivedInstance] = [:]
    private var queued: Set<Job> = []
    private var atWork: Set<Job> = []
    /// Was asked for while it was at work.
    private var again: Set<Job> = []
    /// The jobs whose attempt alone this process has counted.
    private var counted: Set<Job> = []
    private var keys: [TransferID: StudyKey] = [:]
    /// The jobs that wait for their study's key.
    private var keyless: [TransferID: [Job]] = [:]
    private var listeners: [TransferID: @Sendable (News) -> Void] = [:]
    /// The jobs whose files could not be stored and wait to be tried again.
    private var troubled: Set<Job> = []
    /// The jobs that wait until their sender's card is trusted again.
    private var held: Set<Job> = []
    private let stopping = StopRequest()

    private var isStopped: Bool { stopping.isRequested }

    /// - Parameter clock: measures the pauses between attempts.
    init(
        restorer: any InstanceRestoring, commits: CommitQueue, inbox: any InboxStore, pool: WorkerPool, observer: any ReceiverObserver,
        clock: any MonotonicClock = ContinuousClock()
    ) {
        self.restorer = restorer
        self.commits = commits
        self.inbox = inbox
        self.pool = pool
        self.observer = observer
        self.clock = clock
        turns = Turns(places: pool.width, bytes: Self.originalBytes)
        (begun, begin) = AsyncStream.makeStream()
    }

    /// Works until ``stop()``; returns when every file that was begun is committed or back in the spool.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [commits] in await commits.run() }
            await takeSteps()
            stopping.request()
            await commits.finish()
        }
    }

    private func takeSteps() async {
        await withDiscardingTaskGroup { group in
            for await step in begun { group.addTask { await self.take(step) } }
        }
    }

    private func take(_ step: Step) async {
        switch step {
        case .work(let ticket): await carryOut(ticket)
        case .pause(let job, let pause): if await stopping.sleep(for: pause, clock: clock) { enqueue(job) }
        }
    }

    private func carryOut(_ ticket: Turns.Ticket) async {
        let needed = await work(ticket.job, within: ticket.bytes)
        turns.end(ticket)
        atWork.remove(ticket.job)
        let isAgain = again.remove(ticket.job) != nil
        if let needed, !isAgain {
            var larger = ticket
            larger.bytes = needed
            queued.insert(ticket.job)
            turns.add(larger, first: true)
        } else if needed != nil || isAgain {
            enqueue(ticket.job)
        }
        beginWhatMay()
    }

    /// Puts an instance into its sender's line, unless it is there.
    private func enqueue(_ job: Job) {
        guard !isStopped, let instance = instances[job] else { return }
        guard !atWork.contains(job) else {
            again.insert(job)
            return
        }
        guard queued.insert(job).inserted else { return }
        // What an instance counts until its header is read: the manifest's size is a claim, the stego file's is not.
        let bytes = max(instance.byteCount, instance.stegoBytes)
        turns.add(
            Turns.Ticket(
                job: job, sender: instance.peer, transfer: job.transfer, bytes: bytes, isAlone: Self.isSuspect(instance)))
        beginWhatMay()
    }

    private func beginWhatMay() {
        while !isStopped, let ticket = turns.next() {
            queued.remove(ticket.job)
            atWork.insert(ticket.job)
            begin.yield(.work(ticket))
        }
    }

    private static func isSuspect(_ instance: ArrivedInstance) -> Bool { instance.attempts > attemptsInCompany }

    /// Jobs that are not begun stay in the spool, for the next start.
    func stop() {
        stopping.request()
        begin.finish()
    }

    // MARK: Studies

    /// Tells `listener` of everything that is committed of a study from now on. The later listener takes the place of an earlier one.
    func listen(to transfer: TransferID, _ listener: @escaping @Sendable (News) -> Void) {
        listeners[transfer] = listener
    }

    func stopListening(to transfer: TransferID) {
        listeners[transfer] = nil
    }

    /// The study's key has come: what waits for it can be restored.
    func set(_ key: StudyKey, of transfer: TransferID) {
        keys[transfer] = key
        for job in keyless.removeValue(forKey: transfer) ?? [] { enqueue(job) }
    }

    /// The study has come to its end; its key is not needed any more.
    func forget(_ transfer: TransferID) {
        keys[transfer] = nil
    }

    // MARK: Instances

    /// Has an instance restored that is in the spool as a whole, and in the journal. What is under way already is not begun again.
    func restore(_ instance: ArrivedInstance) {
        let job = Job(transfer: instance.transfer, position: instance.position)
        if let known = instances[job], known.location == instance.location, known.stegoDigest == instance.stegoDigest { return }
        // What has come anew takes the place of what was lost.
        guard instances.updateValue(instance, forKey: job) == nil else { return }
        prepare(job)
    }

    /// Takes up what was held back for want of a trusted card; what still lacks one is held back again.
    func resume() {
        defer { held = [] }
        for job in held { enqueue(job) }
    }

    private func hold(_ job: Job, _ instance: ArrivedInstance) {
        if !held.contains(where: { $0.transfer == job.transfer }) {
            log.notice(
                "files that arrived are not restored: the card of their sender is not trusted any more",
                metadata: ["transfer": "\(job.transfer)", "peer": "\(instance.peer)"])
        }
        held.insert(job)
    }

    private func prepare(_ job: Job) {
        if keys[job.transfer] == nil {
            keyless[job.transfer, default: []].append(job)
        } else {
            enqueue(job)
        }
    }

    /// Returns how many bytes it has to be given room for when `charge` is too little.
    private func work(_ job: Job, within charge: Int) async -> Int? {
        guard !isStopped, let instance = instances[job] else { return nil }
        guard let key = keys[instance.transfer] else {
            keyless[job.transfer, default: []].append(job)
            return nil
        }
        guard commits.admits(instance) else {
            hold(job, instance)
            return nil
        }
        do {
            let ending: CommitQueue.Ending
            switch try await attempt(instance, key, within: charge) {
            case .needsRoom(let bytes): return bytes
            case .ended(let end): ending = end
            }
            if case .failed = ending, instances[job] != instance {
                // Another stego file has come in its place, and may be better.
                again.insert(job)
                return nil
            }
            let committed = try await commits.commit(CommitQueue.Candidate(instance: instance, ending: ending))
            instances[job] = nil
            troubled.remove(job)
            if committed.endsStudy { forget(job.transfer) }
            // First: it has happened, whether the sender can still be told of it or not.
            report(instance, ending, committed)
            listeners[job.transfer]?(.committed(position: job.position, committed.result))
        } catch is CancellationError {
            // It goes on with the next start.
        } catch let error as ReceivingError where error.code == .senderNotTrusted {
            hold(job, instance)
        } catch let error as ReceivingError where error.code == .spoolLoss {
            await letGo(job, instance, error)
        } catch {
            retryLater(job, instance, error)
        }
        return nil
    }

    private enum Attempt {
        case ended(CommitQueue.Ending)
        case needsRoom(bytes: Int)
    }

    private func attempt(_ instance: ArrivedInstance, _ key: StudyKey, within charge: Int) async throws -> Attempt {
        // Where an attempt got further than the one before, no file was the reason for its end.
        if Self.isSuspect(instance), try await !hasAdvanced(instance) {
            guard instance.attempts < Self.attempts else { return .ended(.failed(.endsTheReceiver)) }
            let job = Job(transfer: instance.transfer, position: instance.position)
            if counted.insert(job).inserted { try await inbox.countAttempt(at: job.position, of: job.transfer) }
        }
        do {
            let restoration = try await DedicatedThread.run(name: "veilray.work") { [restorer] in
                try restorer.restore(instance, key: key, within: charge)
            }
            switch restoration {
            case .restored(let file): return .ended(.restored(file))
            case .needsRoom(let bytes): return .needsRoom(bytes: bytes)
            }
        } catch {
            guard Restorer.isVerdict(error) else { throw error }
            return .ended(.failed(InstanceFailure(of: error)))
        }
    }

    private func hasAdvanced(_ instance: ArrivedInstance) async throws -> Bool {
        try await DedicatedThread.run(name: "veilray.work") { [restorer] in restorer.hasAdvanced(instance) }
    }

    /// The instance has to come again; unless it has come already.
    private func letGo(_ job: Job, _ instance: ArrivedInstance, _ loss: ReceivingError) async {
        do {
            _ = try await inbox.reset(job.position, of: job.transfer, at: instance.location)
        } catch {
            return retryLater(job, instance, error)
        }
        guard instances[job] == instance else {
            again.insert(job)
            return
        }
        instances[job] = nil
        troubled.remove(job)
        observer.observe(
            .instance(ReceiverEvent.Instance(instance, .failed(loss.instanceFailure), path: nil)))
        listeners[job.transfer]?(.lost(position: job.position))
    }

    private func report(_ instance: ArrivedInstance, _ ending: CommitQueue.Ending, _ committed: CommitQueue.Committed) {
        guard case .failed(let failure) = committed.result.outcome else {
            return observer.observe(.instance(ReceiverEvent.Instance(instance, ending, path: committed.path)))
        }
        if let path = committed.path, let other = committed.other {
            observer.observe(
                .conflict(
                    ReceiverEvent.Conflict(
                        name: instance.path, study: instance.studyUID, peer: instance.peer, path: path, other: other)))
        }
        observer.observe(.instance(ReceiverEvent.Instance(instance, .failed(failure), path: nil)))
    }

    /// Nothing is lost: the instance is in the spool. Told once, however often it is tried.
    private func retryLater(_ job: Job, _ instance: ArrivedInstance, _ error: any Error) {
        // It was interrupted, and goes on with the next start.
        guard !isStopped else { return }
        // Which is told of once, for all instances; their senders wait.
        guard (error as? ReceivingError)?.isFolderAway != true else { return enqueue(job, after: Self.firstPause) }
        let failure = InstanceFailure(of: error)
        let isNew = troubled.insert(job).inserted
        if isNew {
            observer.observe(.instance(ReceiverEvent.Instance(instance, .failed(failure), path: nil)))
            log.error(
                "an instance could not be stored; it is tried again",
                metadata: ["transfer": "\(job.transfer)", "position": "\(job.position)", "reason": "\(error)"])
        }
        listeners[job.transfer]?(.trouble(position: job.position, failure))
        enqueue(job, after: isNew ? Self.firstPause : Self.longestPause)
    }

    private func enqueue(_ job: Job, after pause: Duration) { begin.yield(.pause(job, pause)) }
}

extension ReceiverEvent.Instance {
    init(_ instance: ArrivedInstance, _ ending: CommitQueue.Ending, path: String?) {
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
