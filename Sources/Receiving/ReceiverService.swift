import Basics
import Concurrency
import DICOM
import DICOMNetwork
import Files
import Foundation
import Operations
import Protocol

/// Choices of a receiver that is to be opened.
package struct ReceiverOptions: Sendable {
    /// Where complete studies are forwarded to.
    package struct Forwarding: Sendable {
        package let target: StorageTarget
        /// This side's application entity title.
        package let calling: ApplicationEntityTitle
        /// How long the other application may take for an answer.
        package let timeout: Duration
        /// The path of the file that is forwarded instead of a restored one; `nil` for the restored file itself. Blocks.
        package var substitute: (@Sendable (_ path: String) throws -> String?)?

        package init(target: StorageTarget, calling: ApplicationEntityTitle, timeout: Duration) {
            self.target = target
            self.calling = calling
            self.timeout = timeout
        }

        /// Makes sure that its TLS files can be used. Blocks for a moment.
        ///
        /// - Throws: `OperationFailure` `.invalidRequest`
        func examine() throws {
            guard target.credentials != nil else { return }
            do {
                try OutgoingAssociation.examine(target)
            } catch {
                throw OperationFailure(.invalidRequest, error.description)
            }
        }
    }

    /// The folder for restored files, absolute: the journal outlives the process and its working directory.
    package let folder: String
    package var layout = Layout.patient
    /// Whether a study's files appear only when all of them are there, all at once.
    package var wholeStudies = false
    /// The folder for stego files that are kept, absolute; `nil` keeps none.
    package var stegoFolder: String?
    /// Whether kept stego files have the originals' names.
    package var keepsNames = false
    package var forwarding: Forwarding?
    /// Senders wait while the disk has less room, in bytes.
    package var minimumFree = 1_000_000_000
    /// Stops after so many studies; `nil` for never.
    package var studies: Int?
    /// Whether the service manager is told that this goes on.
    package var hasPulse = true
    /// Done for each study that has come to its end, before that counts as told: again after a crash in between.
    package var follow: EndedStudy.Follow?
    /// Done with the files of each complete study before anybody is told that it is complete; again until it succeeds, and after a crash.
    package var prepare: CompleteStudy.Prepare?
    /// Critical attributes of manifests that are understood.
    package var understood: Set<AttributeName> = []
    /// How long a study that is under way may still take once the receiver is to stop.
    package var grace = Duration.seconds(5)

    package init(folder: String) {
        self.folder = folder
    }
}

/// A receiver as one thing: opened with its home's identity, cards and journal, then run until it is to stop.
package final class ReceiverService: Sendable {
    private let lock: FileLock
    private let server: ReceiverServer
    private let cards: LiveTrust
    private let counter: StudyCounter
    private let stop: StopRequest

    /// Opens the journal, which no other receiver may have open.
    ///
    /// - Parameters:
    ///   - listen: where to listen; port 0 takes a free one.
    ///   - sending: sends peers what waits for them here, in sessions that they have dialled; `nil` where nothing ever does.
    ///   - stop: ends ``run()``.
    /// - Throws: `ProtocolError` when there is no identity; `OperationFailure` `.temporary` while another receiver serves this home, and
    ///   for a folder that cannot be received into; `FileError`, `JournalError`.
    package init(
        home: Home, listen: PeerAddress, options: ReceiverOptions, observer: any ReceiverObserver, sending: (any StudySending)? = nil,
        stop: StopRequest,
        clock: any MonotonicClock = ContinuousClock()
    ) async throws {
        let identity = try Identity.load(from: home)
        lock = try await InboxLock.take(in: home.state, clock: clock)
        cards = LiveTrust(try TrustStore(home: home))
        counter = StudyCounter(limit: options.studies, stop: stop)
        self.stop = stop
        var reception = try Reception(home: home, options: options, observer: observer, cards: cards, gate: nil, clock: clock)
        reception.sending = sending
        server = ReceiverServer(
            identity: identity, cards: cards, listen: listen, reception: reception, observer: observer, grace: options.grace)
    }

    /// Serves until the stop is requested; returns when everything it started has ended.
    ///
    /// - Returns: studies that were finished meanwhile.
    package func run() async throws -> Int {
        try await server.run(until: stop, studies: counter)
        return await counter.count
    }

    /// Reads the trusted cards at once; sessions of senders that are not among them end.
    package func reloadCards() { cards.reload() }

    /// The figures of this moment.
    package func metrics() async throws -> MetricsPage {
        let reception = server.reception
        return try await ReceiverMetrics(inbox: reception.inbox, counters: reception.counters, disk: reception.disk).page()
    }
}

extension Reception {
    /// - Parameter gate: decides which studies are let in; their places are its own then.
    init(
        home: Home, options: ReceiverOptions, observer: any ReceiverObserver, cards: LiveTrust, gate: (any StudyGate)?,
        clock: any MonotonicClock
    ) throws {
        try options.forwarding?.examine()
        let pool = WorkerPool(label: "veilray.restore")
        let inbox = try SQLiteInbox(state: home.state)
        let spool = Spool(folder: try SpoolFolder(state: home.state), inbox: inbox, pool: pool)
        var publisher = Publisher(try inbox.receivingFolder(options.folder), layout: options.layout)
        publisher.wholeStudies = options.wholeStudies
        let forwarder = options.forwarding.map {
            Forwarder(
                inbox: inbox, root: publisher.root, target: $0.target, calling: $0.calling, timeout: $0.timeout, observer: observer,
                clock: clock, substitute: $0.substitute)
        }
        let notifier = CompletionNotifier(
            inbox: inbox, publisher: publisher, pool: pool, observer: observer, forwarder: forwarder, follow: options.follow,
            prepare: options.prepare, clock: clock)
        let commits = CommitQueue(publisher: publisher, spool: spool, inbox: inbox, pool: pool, notifier: notifier) { cards.isTrusted($0) }
        let keeper = try options.stegoFolder.map { StegoKeeper(try inbox.receivingFolder($0), keepsNames: options.keepsNames) }
        let restorer = Restorer(spool: spool.folder, publisher: publisher, stegoKeeper: keeper)
        let folders = [publisher.root, keeper?.root].compactMap(\.self)
        self.init(
            clock: clock, inbox: inbox, spool: spool,
            restoring: RestoringService(restorer: restorer, commits: commits, inbox: inbox, pool: pool, observer: observer, clock: clock),
            notifier: notifier, forwarder: forwarder,
            disk: DiskGuard(minimumFree: options.minimumFree, folders: [spool.folder.guarded] + folders, observer: observer, clock: clock),
            deduplicator: Deduplicator(inbox: inbox, pool: pool, root: publisher.root), pool: pool,
            keyring: keeper == nil ? nil : Keyring(home: home), folders: folders, understood: options.understood, gate: gate,
            hasPulse: options.hasPulse)
    }
}
