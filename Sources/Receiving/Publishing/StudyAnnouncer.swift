import Basics
import Concurrency
import Logging
import Protocol

/// Tells the world of studies that have come to their end: moves a staged study to its place, writes the marker, tells, then notes that
/// in the journal; hands the study on. Killed in between, it tells twice: never not at all.
///
/// Whatever fails is tried again; whatever a killed process left is taken up at the next start.
actor StudyAnnouncer {
    private let inbox: any InboxStore
    private let publisher: Publisher
    private let pool: WorkerPool
    private let observer: any ReceiverObserver
    /// `nil` where studies are not handed on.
    private let forwarder: Forwarder?
    private let log = Logger(label: "veilray.announce")
    private var atWork: [TransferID: Task<Void, Never>] = [:]
    /// Studies that came to another end while the one before was being announced.
    private var again: Set<TransferID> = []

    init(inbox: any InboxStore, publisher: Publisher, pool: WorkerPool, observer: any ReceiverObserver, forwarder: Forwarder?) {
        self.inbox = inbox
        self.publisher = publisher
        self.pool = pool
        self.observer = observer
        self.forwarder = forwarder
    }

    /// Begins to announce a study; looks at it once more where that is under way.
    func announce(_ transfer: TransferID) {
        guard atWork[transfer] == nil else {
            again.insert(transfer)
            return
        }
        atWork[transfer] = Task {
            repeat {
                again.remove(transfer)
                await work(transfer)
            } while again.contains(transfer) && !Task.isCancelled
            atWork[transfer] = nil
        }
    }

    /// Returns when everything that was begun has come to its end, or waits for a disk.
    func finish() async {
        for task in Array(atWork.values) {
            task.cancel()
            await task.value
        }
    }

    private func work(_ transfer: TransferID) async {
        var pause = Duration.seconds(1)
        while true {
            do {
                return try await announceOnce(transfer)
            } catch let error as FolderAway where error.path == publisher.folder {
                // Which is told of once, for all studies.
                pause = .seconds(1)
            } catch {
                log.error(
                    "a study could not be announced; it is tried again",
                    metadata: ["transfer": "\(transfer)", "in": "\(pause)", "reason": "\(error)"])
            }
            guard (try? await Task.sleep(for: pause)) != nil else { return }
            pause = min(pause * 2, .seconds(60))
        }
    }

    private func announceOnce(_ transfer: TransferID) async throws {
        // In a task of its own: being asked to finish stops the trying again, not the work.
        try await Task { [inbox, publisher, pool, observer, forwarder] in
            while let study = try await inbox.finishedStudy(transfer) {
                let moved = try await pool.run { try Self.publish(study, publisher, inbox) }
                observer.observe(.studyEnd(ReceiverEvent.StudyEnd(study, moved: moved)))
                // Opened again meanwhile, it is not at its end yet, or at another one.
                if try await inbox.announced(study, moved: moved, forwards: forwarder != nil && study.state == .complete) { break }
            }
            await inbox.overwriteTraces()
            forwarder?.wake()
        }.value
    }

    /// The marker last. Returns where files are that were elsewhere before. Runs on a worker thread.
    private static func publish(_ study: FinishedStudy, _ publisher: Publisher, _ inbox: any InboxStore) throws -> [Int: String] {
        let moved = try StagedStudy.publish(study) { $0 == publisher.folder ? publisher.root : try inbox.knownFolder($0) }
        guard study.state == .complete else { return moved }
        let places = study.instances.map {
            PublishedInstance(position: $0.position, path: moved[$0.position] ?? $0.path, digest: $0.digest, replaces: $0.replaces)
        }
        _ = try CompletionMarker.write(study, places, publisher)
        return moved
    }
}
