import Basics
import CLinux
import Concurrency
import Files
import Foundation
import Journal
import Logging
import Operations
import Protocol

/// Takes the files that appear in a folder, puts them into the outbox study by study, and moves them away when they are delivered.
///
/// What it knows is in the folder and in the outbox; everything in memory can be found again. A file is taken by the transaction that
/// puts its study into the outbox, and is not taken again while the outbox has it. A file or study that cannot be dealt with rests for a
/// minute and is told of once; the others go on.
package final class WatchedFolder: Sendable {
    package struct Timing: Sendable {
        /// Between two looks at the folder.
        package var interval = Duration.seconds(1)
        /// The same while no file waits there and ``Outbox/news`` tells of nothing; `nil` where files come that nobody tells of.
        var quietInterval: Duration?
        /// How long a file must look the same.
        package var stable = Duration.seconds(3)
        /// How long a file must look the same that may be half written.
        package var settle = Duration.seconds(60)
        /// How long nothing of a study must have come.
        package var quiet = Duration.seconds(10)
        /// Between two looks at files that were moved away.
        var lateLooks = Duration.seconds(5)

        package init(
            interval: Duration = Duration.seconds(1), stable: Duration = Duration.seconds(3), settle: Duration = Duration.seconds(60),
            quiet: Duration = Duration.seconds(10), lateLooks: Duration = Duration.seconds(5)
        ) {
            self.interval = interval
            self.stable = stable
            self.settle = settle
            self.quiet = quiet
            self.lateLooks = lateLooks
        }
    }

    package let folder: String
    private let resources: DeliveryResources
    private let timing: Timing
    private let lock: FileLock?
    private let isClosed: @Sendable (String) -> Bool
    private let makeOrder: @Sendable (StudyPlan) throws -> StudyOrder
    private let log = Logger(label: "veilray.watch")

    /// Takes a folder, which no other watcher may have: two would take the same files.
    ///
    /// - Parameter isClosed: as for the initialiser.
    /// - Throws: `OperationFailure` `.fileAccess` where there is no such folder, `.invalidRequest` where another one watches it; `FileError`.
    package static func open(
        _ path: String, resources: DeliveryResources, timing: Timing, isClosed: @escaping @Sendable (String) -> Bool = { _ in true },
        template: LiveOrderTemplate
    ) throws -> WatchedFolder {
        let folder = try resolved(path)
        guard let lock = try FileLock.take("\(folder)/.veilray-watch.lock") else {
            throw OperationFailure(.invalidRequest, "another veilray-send watches \(folder) already")
        }
        return WatchedFolder(folder: folder, lock: lock, resources: resources, timing: timing, isClosed: isClosed) { plan in
            try template.current.order(plan, from: folder, resources)
        }
    }

    /// The folder's path without links; what is found below it is compared with that.
    private static func resolved(_ path: String) throws(OperationFailure) -> String {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, let resolved = realpath(path, nil) else {
            throw OperationFailure(.fileAccess, "\(path): there is no such folder")
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// - Parameters:
    ///   - folder: without links in its path.
    ///   - lock: held for as long as this is there.
    ///   - isClosed: whether whoever writes the files is done with a study, given by its UID; asked when the study is quiet.
    init(
        folder: String, lock: FileLock? = nil, resources: DeliveryResources, timing: Timing,
        isClosed: @escaping @Sendable (String) -> Bool = { _ in true },
        makeOrder: @escaping @Sendable (StudyPlan) throws -> StudyOrder
    ) {
        self.folder = folder
        self.lock = lock
        self.resources = resources
        self.timing = timing
        self.isClosed = isClosed
        self.makeOrder = makeOrder
    }

    /// Watches until it is cancelled.
    ///
    /// - Throws: `CancellationError`.
    package func run() async throws {
        var state = State(timing)
        var isBroken = false
        while true {
            let seen = resources.outbox.news.count
            do {
                try await look(&state)
                isBroken = false
            } catch  where !(error is CancellationError) {
                // A network file system that is away, a full disk: it may be back at the next look. Told once.
                if !isBroken {
                    log.error(
                        "the folder cannot be served", metadata: ["folder": "\(folder)", "reason": "\(JournalDatabase.reason(for: error))"])
                }
                isBroken = true
            }
            ServiceManager.shared.comeRound(.folder)
            try await clock.sleep(for: timing.interval)
            if let quiet = timing.quietInterval, !state.hasFiles {
                await resources.outbox.news.change(after: seen, within: ServiceManager.shared.wait(of: quiet), clock: clock)
                try Task.checkCancellation()
            }
        }
    }

    private var clock: any MonotonicClock { resources.clock }

    private struct State {
        /// Whether any file is there that no study in the outbox has.
        var hasFiles = true
        var tracker: StabilityTracker
        var gathering: StudyGathering
        /// Files that could not be read or moved, or whose study could not be taken in.
        var files = RetryDelays<FileSight>()
        /// Unfit files that were told of already and are still there.
        var reported: Set<FileSight> = []
        /// Studies, by transfer, of which not every file could be moved, and what was done of them.
        var studies = RetryDelays<TransferID>()
        var halfFiled: [TransferID: FiledStudy.Result] = [:]
        /// The files that could not be looked at, as far as they were reported.
        var unseen: [String: String] = [:]
        /// Files that may be half written.
        var doubtful: Set<FileSight> = []
        var lateWriting = LateWriting()
        var lastLateLook: ContinuousClock.Instant?

        init(_ timing: Timing) {
            tracker = StabilityTracker(period: timing.stable)
            gathering = StudyGathering(quiet: timing.quiet)
        }
    }

    /// A file as it looked.
    private struct FileSight: Hashable, Sendable {
        let name: String
        let stamp: FolderSnapshot.Stamp
    }

    private func look(_ state: inout State) async throws {
        try await fileFinished(&state)
        try await returnWrittenFiles(&state)
        let taken = try await resources.outbox.journal.takenPaths(from: folder)
        let snapshot = try await resources.pool.run { [folder] in try FolderSnapshot(of: folder) }
        state.hasFiles = snapshot.files.keys.contains { !taken.contains("\(folder)/\($0)") }
        tell(of: snapshot.unseen, &state)
        let now = clock.now
        let stable = state.tracker.update(snapshot, at: now).filter { !taken.contains("\(folder)/\($0.key)") }
        state.gathering.keep(only: stable, at: now)
        state.files.keep { stable[$0.name] == $0.stamp }
        state.reported = state.reported.filter { stable[$0.name] == $0.stamp }
        state.doubtful = state.doubtful.filter { stable[$0.name] == $0.stamp }
        let new = stable.map { FileSight(name: $0.key, stamp: $0.value) }.filter { sight in
            !state.gathering.holds(sight.name, sight.stamp) && !state.files.isDelayed(sight, at: now)
                && !(state.doubtful.contains(sight) && state.tracker.age(of: sight.name, at: now) < timing.settle)
        }
        for sight in new.sorted(by: { $0.name < $1.name }) {
            // Thousands of files on a slow file system take their time.
            ServiceManager.shared.comeRound(.folder)
            try await examine(sight, isSettled: state.tracker.age(of: sight.name, at: now) >= timing.settle, &state)
        }
        for plan in state.gathering.takeQuiet(at: clock.now, where: isClosed) { try await takeIn(plan, stable, &state) }
    }

    private func tell(of unseen: [String: String], _ state: inout State) {
        for (name, reason) in unseen.sorted(by: { $0.key < $1.key }) where state.unseen[name] != reason {
            log.error("a file or folder cannot be looked at and is not sent", metadata: ["file": "\(name)", "reason": "\(reason)"])
        }
        state.unseen = unseen
    }

    // MARK: Coming

    /// - Parameter isSettled: it has looked the same for so long that nobody writes it any more, whatever it looks like.
    private func examine(_ sight: FileSight, isSettled: Bool, _ state: inout State) async throws {
        let file = FoundFile(path: "\(folder)/\(sight.name)", name: sight.name)
        switch try await resources.pool.run({ Self.verdict(file, sight.stamp, isSettled: isSettled) }) {
        case .unfinished: break
        case .doubtful(let doubt):
            state.doubtful.insert(sight)
            log.info("a file may be half written and is waited for", metadata: ["file": "\(sight.name)", "reason": "\(doubt.rawValue)"])
        case .file(let found): state.gathering.add(found, sight.stamp, at: clock.now)
        case .rejected(let unfit) where unfit.cause != .unreadable: try await reject(unfit, sight, file.path, &state)
        case .rejected(let unread):
            guard state.files.delay(sight, unread.reason, at: clock.now) else { return }
            log.error("a file cannot be read", metadata: ["file": "\(sight.name)", "reason": "\(unread.reason)"])
        }
    }

    private enum Verdict: Sendable {
        case file(ExaminedFile)
        case rejected(RejectedFile)
        /// It may become another file yet.
        case doubtful(FileDoubt)
        /// Somebody has it open for writing, or it has changed since.
        case unfinished
    }

    private static func verdict(_ file: FoundFile, _ stamp: FolderSnapshot.Stamp, isSettled: Bool) -> Verdict {
        guard MovedFile.isWithoutLinks(file.path), CLinux_is_being_written(file.path) != 1 else { return .unfinished }
        let verdict = isSettled ? settledVerdict(file) : freshVerdict(file)
        // Read while it changed? Then the next look decides.
        var status = stat()
        guard lstat(file.path, &status) == 0, FolderSnapshot.Stamp(status) == stamp else { return .unfinished }
        return verdict
    }

    private static func settledVerdict(_ file: FoundFile) -> Verdict {
        do throws(RejectedFile) {
            return .file(try StudyScanner.examine(file))
        } catch {
            return .rejected(error)
        }
    }

    private static func freshVerdict(_ file: FoundFile) -> Verdict {
        if let doubt = FileDoubt(aboutSpaceOf: file.path) { return .doubtful(doubt) }
        let verdict = settledVerdict(file)
        let doubt: FileDoubt? =
            switch verdict {
            case .file(let found): found.doubt
            case .rejected(let unfit) where unfit.cause != .unreadable: FileDoubt(aboutUnfit: file.path)
            case .rejected, .doubtful, .unfinished: nil
            }
        return doubt.map { .doubtful($0) } ?? verdict
    }

    private func reject(_ file: RejectedFile, _ sight: FileSight, _ path: String, _ state: inout State) async throws {
        if state.reported.insert(sight).inserted { resources.observer.observe(.rejected(file)) }
        do {
            let place = "\(folder)/\(FolderSnapshot.failedFolder)/\(file.name)"
            let filed = try await resources.pool.run { [folder] () -> FiledFile? in
                let digest = try FileSource(path).digest()
                return try MovedFile.move(path, seenAs: sight.stamp, to: place, reason: file.reason).map {
                    FiledFile(place: $0, origin: path, source: folder, stamp: sight.stamp, digest: digest)
                }
            }
            try await resources.outbox.journal.remember([filed].compactMap(\.self))
        } catch  where !(error is CancellationError) {
            // As in a folder where everybody may put files but each removes only their own.
            guard state.files.delay(sight, JournalDatabase.reason(for: error), at: clock.now) else { return }
            log.error(
                "an unfit file cannot be moved away", metadata: ["file": "\(file.name)", "reason": "\(JournalDatabase.reason(for: error))"])
        }
    }

    private func takeIn(_ plan: StudyPlan, _ stable: [String: FolderSnapshot.Stamp], _ state: inout State) async throws {
        do {
            await resources.readChangedCards()
            let queued = try await resources.outbox.enqueue(makeOrder(plan), signedBy: resources.identity)
            resources.observer.observe(.queued(SenderEvent.Queued(queued)))
            if case .new(_, let lock) = queued { lock.release() }
            resources.outbox.news.post()
        } catch  where !(error is CancellationError) {
            var isNews = false
            for name in plan.instances.map(\.name) {
                guard let stamp = stable[name] else { continue }
                if state.files.delay(FileSight(name: name, stamp: stamp), JournalDatabase.reason(for: error), at: clock.now) {
                    isNews = true
                }
            }
            guard isNews else { return }
            log.error(
                "a study cannot be taken in",
                metadata: [
                    "files": "\(plan.instances.count)", "first": "\(plan.instances.first?.name ?? "")",
                    "reason": "\(JournalDatabase.reason(for: error))",
                ])
        }
    }

    // MARK: Going

    /// Moves away the files of studies that are closed, whoever delivered them.
    private func fileFinished(_ state: inout State) async throws {
        let studies = try await resources.outbox.journal.unfiledStudies(from: folder)
        let transfers = Set(studies.map(\.transferID))
        state.studies.keep(only: transfers.contains)
        state.halfFiled = state.halfFiled.filter { transfers.contains($0.key) }
        for study in studies where !state.studies.isDelayed(study.transferID, at: clock.now) {
            let trouble: String?
            do {
                trouble = try await file(study, &state)
            } catch  where !(error is CancellationError) {
                trouble = JournalDatabase.reason(for: error)
            }
            guard let trouble, state.studies.delay(study.transferID, trouble, at: clock.now) else { continue }
            log.error(
                "files of a closed study cannot be moved away", metadata: ["transfer": "\(study.transferID)", "reason": "\(trouble)"])
        }
    }

    /// - Returns: why some of its files could not be moved yet; `nil` when the study is done with.
    private func file(_ study: OutboxStudy, _ state: inout State) async throws -> String? {
        let before = state.halfFiled[study.transferID]
        let instances = try await resources.outbox.instances(of: study.transferID)
        let result = try await resources.pool.run { [folder] in
            try FiledStudy(folder: folder, study: study, instances: instances).file(continuing: before)
        }
        try await Task { [outbox = resources.outbox] in try await outbox.journal.remember(result.filed) }.value
        if let first = result.stuck.min(by: { $0.key < $1.key }) {
            state.halfFiled[study.transferID] = result
            return first.value
        }
        // What has happened is noted and told, also by a watcher that is being stopped.
        try await Task { [outbox = resources.outbox] in try await outbox.journal.filed(study.transferID) }.value
        let filed = SenderEvent.Filed(
            study: study.studyUID.text, transfer: study.transferID.description, sent: result.sent, failed: result.failed,
            leftAlone: result.leftAlone)
        resources.observer.observe(.filed(filed))
        return nil
    }

    /// Files that somebody has written into after they were moved away come again.
    private func returnWrittenFiles(_ state: inout State) async throws {
        let now = clock.now
        if let last = state.lastLateLook, now - last < timing.lateLooks { return }
        state.lastLateLook = now
        let files = try await resources.outbox.journal.filedFiles(from: folder)
        guard !files.isEmpty else { return }
        let (result, lateWriting) = try await resources.pool.run { [lateWriting = state.lateWriting, timing, now] in
            var lateWriting = lateWriting
            return (lateWriting.look(at: files, stable: timing.stable, now: now), lateWriting)
        }
        state.lateWriting = lateWriting
        for file in result.returned {
            log.warning(
                "a file was written into after it was moved away, and comes again",
                metadata: ["file": "\(file.origin)", "from": "\(file.place)"])
        }
        for (file, reason) in result.stuck {
            log.error("a file that has changed cannot be put back", metadata: ["file": "\(file.place)", "reason": "\(reason)"])
        }
        let old = files.filter { $0.filed.timeIntervalSinceNow < -LateWriting.memory && !lateWriting.isChanging($0) }
        try await resources.outbox.journal.remember(result.same)
        try await resources.outbox.journal.forget(result.done + old)
    }
}
