import Basics
import Logging
import StegoKit
import Synchronization

/// Chooses the encoding of each file of a study, and learns from each that is sealed. Used by all workers at once.
package final class EncodingAdvisor: Sendable {
    private struct State {
        var paces: [StegoEncoding: EncodingPace] = [:]
        var remainingBytes: Int
        var remainingFiles: Int
        var tried: Set<StegoEncoding> = []
        var last: EncodingDecision?
        /// Files for which the last choice was made, knowing the link.
        var filesOfLast = 0
        /// Bytes a second that the link carries at least, from a probe.
        var probed: Double?
    }

    /// Below this many files for each candidate, trying them all would take up too much of the study.
    private static let filesForEachTrial = 3
    /// Only what may be better is tried: a candidate that should take longer than the choice by more than this is not.
    private static let hopelessTrial = 1.3

    /// Seconds; probing a near link takes less.
    private static let gainWorthProbing = 0.02

    private let fileCount: Int
    private let workers: Int
    private let remembered: Double?
    /// Bytes that one worker seals one after another, before it is known what becomes of the first.
    private let share: Int
    private let log: Logger
    private let state: Mutex<State>

    /// - Parameters:
    ///   - workload: sizes of the originals that are to be sealed.
    ///   - remembered: bytes a second that the link carried when it was last used.
    ///   - study: what the log calls it.
    init(workload: [Int], workers: Int, remembered: Double? = nil, study: String) {
        self.remembered = remembered
        share = max(workload.max() ?? 0, workload.reduce(0, +) / max(1, workers))
        fileCount = workload.count
        self.workers = workers
        var log = Logger(label: "veilray.encoding")
        log[metadataKey: "study"] = "\(study)"
        self.log = log
        state = Mutex(State(remainingBytes: workload.reduce(0, +), remainingFiles: workload.count))
    }

    /// Whether something hangs on the rate of a link of which nothing is known: large files, or many, of which none is being sealed yet.
    func wantsRate(_ candidates: EncodingCandidates) -> Bool {
        state.withLock { state in
            remembered == nil && state.last == nil
                && EncodingPolicy.nativeGain(paces(candidates, state), bytes: share) > Self.gainWorthProbing
        }
    }

    /// The link was probed before anything was sealed.
    func learn(probed bytesPerSecond: Double) {
        state.withLock { $0.probed = bytesPerSecond }
    }

    /// The encoding of the next file.
    ///
    /// - Parameters:
    ///   - originalBytes: the file's size.
    ///   - waitingBytes: of stego files that are sealed and have not arrived.
    ///   - waitingSeconds: since there were sealed bytes that had not arrived.
    func next(
        _ originalBytes: Int, _ candidates: EncodingCandidates, _ link: LinkStanding, waitingBytes: Int,
        waitingSeconds: Double = .infinity
    ) -> EncodingDecision {
        let (decision, change) = state.withLock { state in
            defer {
                state.remainingBytes = max(0, state.remainingBytes - originalBytes)
                state.remainingFiles = max(1, state.remainingFiles - 1)
            }
            let situation = situation(state, link, waitingBytes, waitingSeconds)
            let choice = choose(candidates, situation, state)
            let isNew = state.last?.encoding != choice.encoding
            let isInformed = link.isKnown
            state.filesOfLast = isInformed ? (isNew ? 1 : state.filesOfLast + 1) : EncodingPolicy.leastFiles
            let change = isNew ? (before: state.last, after: choice) : nil
            state.last = choice
            return (trial(instead: choice, candidates, situation, &state), change)
        }
        if let change { tell(change.after, change.before) }
        return decision
    }

    /// How long to seal nothing more, since it may soon be known that the link is slow; `nil` where the next file can be sealed at once.
    func patience(
        _ candidates: EncodingCandidates, _ link: LinkStanding, waitingBytes: Int, waitingSeconds: Double
    ) -> Duration? {
        guard candidates.encodings.count > 1 else { return nil }
        let seconds = state.withLock { EncodingPolicy.patience(situation($0, link, waitingBytes, waitingSeconds)) }
        return seconds.map { .seconds($0) }
    }

    private func situation(
        _ state: State, _ link: LinkStanding, _ waitingBytes: Int, _ waitingSeconds: Double
    ) -> EncodingPolicy.Situation {
        EncodingPolicy.Situation(
            remainingBytes: state.remainingBytes, remainingFiles: max(1, state.remainingFiles), workers: workers,
            waitingBytes: waitingBytes, link: link, waitingSeconds: waitingSeconds, remembered: remembered,
            probed: state.probed, previous: state.last.map { ($0.encoding, state.filesOfLast) })
    }

    private func choose(
        _ candidates: EncodingCandidates, _ situation: EncodingPolicy.Situation, _ state: State
    ) -> EncodingDecision {
        guard candidates.encodings.count > 1 else {
            return EncodingDecision(encoding: candidates.encodings.first ?? StegoEncoding(.j2k), reason: candidates.reason)
        }
        return EncodingPolicy.decide(paces(candidates, state), situation)
            ?? EncodingDecision(encoding: candidates.encodings[0], reason: candidates.reason)
    }

    private func paces(_ candidates: EncodingCandidates, _ state: State) -> [EncodingPace] {
        candidates.encodings.map { state.paces[$0] ?? .estimate($0) }.calibrated
    }

    /// Where time counts, one file of a long study goes to each other candidate that may be better, so that it is known by its own figures.
    private func trial(
        instead choice: EncodingDecision, _ candidates: EncodingCandidates, _ situation: EncodingPolicy.Situation, _ state: inout State
    ) -> EncodingDecision {
        state.tried.insert(choice.encoding)
        guard choice.reason.isAboutTime, let rate = rate(situation),
            case let paces = EncodingPolicy.worthwhile(paces(candidates, state), situation),
            fileCount >= paces.count * Self.filesForEachTrial
        else { return choice }
        let timed = paces.map { (encoding: $0.encoding, seconds: EncodingPolicy.seconds($0, situation, rate)) }
        guard let chosen = timed.first(where: { $0.encoding == choice.encoding })?.seconds,
            let untried = timed.first(where: { !state.tried.contains($0.encoding) && $0.seconds < chosen * Self.hopelessTrial })
        else { return choice }
        state.tried.insert(untried.encoding)
        return EncodingDecision(encoding: untried.encoding, reason: .measuring)
    }

    /// Of the link, to compare candidates by; infinite where sealing is all that is waited for.
    private func rate(_ situation: EncodingPolicy.Situation) -> Double? {
        if case .alwaysKeptUp = situation.link { return situation.probed ?? .infinity }
        return situation.link.bytesPerSecond.map { max($0, situation.probed ?? 0) }
    }

    private func tell(_ after: EncodingDecision, _ before: EncodingDecision?) {
        log.info(
            before == nil ? "encoding chosen" : "encoding changed",
            metadata: ["codec": "\(after.encoding)", "why": "\(after.reason)"])
    }

    /// Learns from the time and the bytes of a sealed file. Files whose pixels were not encoded tell nothing.
    func learn(_ decision: EncodingDecision, _ report: SealReport, seconds: Double) {
        guard report.codec == decision.encoding.codec else { return }
        state.withLock { state in
            state.paces[decision.encoding, default: .estimate(decision.encoding)]
                .learn(originalBytes: report.originalByteCount, stegoBytes: report.stegoByteCount, seconds: seconds)
        }
    }
}
