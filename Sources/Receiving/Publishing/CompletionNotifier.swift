import Basics
import Concurrency
import Logging
import Protocol

/// Reports studies that have come to their end: moves a staged study to its place, writes the marker, tells the observer, then notes that
/// in the journal; has the study forwarded. Killed in between, it reports twice: never not at all.
///
/// A report that fails is tried again; the work that a killed process left is taken up at the next start.
actor CompletionNotifier {
    private let inbox: any InboxStore
    private let publisher: Publisher
    private let pool: WorkerPool
    private let observer: any ReceiverObserver
    /// `nil` where studies are not forwarded.
    private let forwarder: Forwarder?
    private let follow: EndedStudy.Follow?
    private let prepare: CompleteStudy.Prepare?
    private let clock: any MonotonicClock
    private let log = Logger(label: "veilray.announce")
    private let due: AsyncStream<TransferID>
    private let begin: AsyncStream<TransferID>.Continuation
    private let stopping = StopRequest()
    private var atWork: Set<TransferID> = []
    /// Studies that came to another end while the one before was being reported.
    private var again: Set<TransferID> = []

    /// - Parameters:
    ///   - follow: done when a study's end was told, before the journal knows that: once more after a crash in between.
    ///   - prepare: done with a complete study's files before that is told.
    ///   - clock: measures the pauses between attempts.
    init(
        inbox: any InboxStore, publisher: Publisher, pool: WorkerPool, observer: any ReceiverObserver, forwarder: Forwarder?,
        follow: EndedStudy.Follow? = nil, prepare: CompleteStudy.Prepare? = nil, clock: any MonotonicClock = ContinuousClock()
    ) {
        self.follow = follow
        self.prepare = prepare
        self.inbox = inbox
        self.publisher = publisher
        self.pool = pool
        self.observer = observer
        self.forwarder = forwarder
        self.clock = clock
        (due, begin) = AsyncStream.makeStream()
    }

    /// Has a study reported; looks at it once more where that is under way.
    func notify(of transfer: TransferID) {
        if atWork.insert(transfer).inserted { begin.yield(transfer) } else { again.insert(transfer) }
    }

    /// Reports until ``finish()``; returns when every report that was begun has come to its end.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await transfer in due { group.addTask { await self.report(transfer) } }
        }
    }

    /// Studies that have come are reported once more at most, and not tried again.
    func finish() {
        stopping.request()
        begin.finish()
    }

    private func report(_ transfer: TransferID) async {
        repeat {
            again.remove(transfer)
            await reportUntilDone(transfer)
        } while again.contains(transfer) && !stopping.isRequested && !Task.isCancelled
        atWork.remove(transfer)
    }

    private func reportUntilDone(_ transfer: TransferID) async {
        var pause = Duration.seconds(1)
        while true {
            do {
                return try await reportOnce(transfer)
            } catch let error as ReceivingError where error.isFolderAway && error.path == publisher.folder {
                // Which is told of once, for all studies.
                pause = .seconds(1)
            } catch {
                log.error(
                    "a study could not be reported; it is tried again",
                    metadata: ["transfer": "\(transfer)", "in": "\(pause)", "reason": "\(error)"])
            }
            guard await stopping.sleep(for: pause, clock: clock) else { return }
            pause = min(pause * 2, .seconds(60))
        }
    }

    private func reportOnce(_ transfer: TransferID) async throws {
        // A report that was begun is brought to its end.
        try await withoutCancellation { [inbox, publisher, pool, observer, forwarder, follow, prepare] in
            while let study = try await inbox.finishedStudy(transfer) {
                let moved = try await pool.run { try Self.publish(study, publisher, inbox) }
                if study.state == .complete { try await prepare?(CompleteStudy(study, moved: moved)) }
                let end = ReceiverEvent.StudyEnd(study, moved: moved)
                observer.observe(.studyEnd(end))
                if let follow, let manifest = try await inbox.manifestText(of: transfer) {
                    await follow(EndedStudy(end: end, sender: try Fingerprint(study.sender), manifest: manifest))
                }
                // Opened again meanwhile, it is not at its end yet, or at another one.
                if try await inbox.reported(study, moved: moved, forwards: forwarder != nil && study.state == .complete) { break }
            }
            await inbox.overwriteTraces()
            forwarder?.wake()
        }
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

/// A study of which every file is in its place, and of which nobody was told yet.
package struct CompleteStudy: Sendable {
    /// StudyInstanceUID of the stego files.
    package let study: String
    package let transfer: String
    package let peer: String
    /// Restored files, in their order.
    package let paths: [String]

    init(_ study: FinishedStudy, moved: [Int: String]) {
        (self.study, transfer, peer) = (study.studyUID, study.transfer.description, study.peer)
        paths = study.instances.map { moved[$0.position] ?? $0.path }
    }

    /// Does something with the files; may be asked again.
    package typealias Prepare = @Sendable (CompleteStudy) async throws -> Void
}

/// A study that has come to its end and was told of, for whoever does more with it.
package struct EndedStudy: Sendable {
    package let end: ReceiverEvent.StudyEnd
    package let sender: Fingerprint
    /// As its sender has signed it, armoured.
    package let manifest: String

    /// Does more with it; again after a crash in the middle.
    package typealias Follow = @Sendable (EndedStudy) async -> Void
}
