import CLinux
import CommandLineSupport
import Foundation
import Logging
import Protocol

/// Takes the files that appear in a folder, puts them into the outbox study by study, and moves them away when they are delivered.
///
/// What it knows is in the folder and in the outbox; everything in memory can be found again. A file is taken by the transaction that
/// puts its study into the outbox, and is not taken again while the outbox has it.
final class WatchedFolder: Sendable {
    struct Timing: Sendable {
        /// Between two looks at the folder.
        var interval = Duration.seconds(1)
        /// How long a file must look the same.
        var stable = Duration.seconds(3)
        /// How long nothing of a study must have come.
        var quiet = Duration.seconds(10)
    }

    /// Before a file that could not be read is tried again.
    private static let unreadableRest = Duration.seconds(60)

    let folder: String
    private let resources: DeliveryResources
    private let timing: Timing
    private let makeOrder: @Sendable (StudyPlan) -> StudyOrder
    private let log = Logger(label: "veilray.watch")

    /// - Parameter folder: without links in its path.
    init(
        folder: String, resources: DeliveryResources, timing: Timing, makeOrder: @escaping @Sendable (StudyPlan) -> StudyOrder
    ) {
        self.folder = folder
        self.resources = resources
        self.timing = timing
        self.makeOrder = makeOrder
    }

    /// Watches until it is cancelled.
    ///
    /// - Throws: `CancellationError`.
    func run() async throws {
        var state = State(timing)
        var isBroken = false
        while true {
            do {
                try await look(&state)
                isBroken = false
            } catch  where !(error is CancellationError) {
                // A network file system that is away, a full disk: it may be back at the next look. Told once.
                if !isBroken { log.error("the folder cannot be served", metadata: ["folder": "\(folder)", "reason": "\(error)"]) }
                isBroken = true
            }
            try await Task.sleep(for: timing.interval)
        }
    }

    private struct State {
        var tracker: StabilityTracker
        var gathering: StudyGathering
        /// Files that could not be read, and when to try again.
        var resting: [String: ContinuousClock.Instant] = [:]

        init(_ timing: Timing) {
            tracker = StabilityTracker(period: timing.stable)
            gathering = StudyGathering(quiet: timing.quiet)
        }
    }

    private func look(_ state: inout State) async throws {
        try await fileFinished()
        let taken = try await resources.outbox.takenPaths(from: folder)
        let snapshot = try await resources.pool.run { [folder] in try FolderSnapshot(of: folder) }
        let now = ContinuousClock.now
        let stable = state.tracker.update(snapshot, at: now).filter { !taken.contains("\(folder)/\($0.key)") }
        state.gathering.keep(only: stable, at: now)
        state.resting = state.resting.filter { $0.value > now }
        let new = stable.filter { !state.gathering.holds($0.key, $0.value) && state.resting[$0.key] == nil }
        try await examine(new, &state)
        for plan in state.gathering.takeQuiet(at: .now) {
            let queued = try await resources.outbox.enqueue(makeOrder(plan), signedBy: resources.identity)
            resources.reporter.report(SenderEvent.Queued(queued))
        }
    }

    // MARK: Coming

    private func examine(_ files: [String: FolderSnapshot.Stamp], _ state: inout State) async throws {
        for (name, stamp) in files.sorted(by: { $0.key < $1.key }) {
            let path = "\(folder)/\(name)"
            let verdict = try await resources.pool.run { Self.verdict(FoundFile(path: path, name: name), stamp) }
            switch verdict {
            case .unfinished: continue
            case .file(let instance, let studyUID): state.gathering.add(instance, stamp, of: studyUID, at: .now)
            case .rejected(let file) where file.cause == .badData: try await reject(file, path)
            case .rejected(let file):
                log.error("a file cannot be read", metadata: ["file": "\(name)", "reason": "\(file.reason)"])
                state.resting[name] = .now + Self.unreadableRest
            }
        }
    }

    private enum Verdict: Sendable {
        case file(PlannedInstance, studyUID: String)
        case rejected(RejectedFile)
        /// Somebody has it open for writing, or it has changed since.
        case unfinished
    }

    private static func verdict(_ file: FoundFile, _ stamp: FolderSnapshot.Stamp) -> Verdict {
        guard MovedFile.isWithoutLinks(file.path), CLinux_is_being_written(file.path) != 1 else { return .unfinished }
        let verdict: Verdict
        do throws(RejectedFile) {
            let (instance, studyUID) = try StudyScanner.examine(file)
            verdict = .file(instance, studyUID: studyUID)
        } catch {
            verdict = .rejected(error)
        }
        // Read while it changed? Then the next look decides.
        var status = stat()
        guard lstat(file.path, &status) == 0, FolderSnapshot.Stamp(status) == stamp else { return .unfinished }
        return verdict
    }

    private func reject(_ file: RejectedFile, _ path: String) async throws {
        resources.reporter.report(file)
        try await resources.pool.run { [folder] in
            let place = try MovedFile.move(path, to: "\(folder)/\(FolderSnapshot.failedFolder)/\(file.name)")
            try MovedFile.explain(place, file.reason)
        }
    }

    // MARK: Going

    /// Moves away the files of studies that are closed, whoever delivered them.
    private func fileFinished() async throws {
        for study in try await resources.outbox.unfiledStudies(from: folder) {
            let instances = try await resources.outbox.instances(of: study.transferID)
            let result = try await resources.pool.run { [folder] in
                try FinishedStudy(folder: folder, study: study, instances: instances).file()
            }
            try await resources.outbox.filed(study.transferID)
            resources.reporter.report(
                SenderEvent.Filed(
                    study: study.studyUID, transfer: study.transferID, sent: result.sent, failed: result.failed,
                    leftAlone: result.leftAlone))
        }
    }
}
