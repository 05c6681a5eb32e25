import Logging
import StegoKit
import Synchronization

/// Chooses the encoding of each file of a study, and learns from each that is sealed. Used by all workers at once.
final class EncodingAdvisor: Sendable {
    private struct State {
        var paces: [StegoEncoding: EncodingPace] = [:]
        var remainingBytes: Int
        var tried: Set<StegoEncoding> = []
        var last: EncodingDecision?
        /// Files for which the last choice was made, knowing the link.
        var filesOfLast = 0
    }

    /// Below this many files for each candidate, trying them all would take up too much of the study.
    private static let filesForEachTrial = 3

    private let fileCount: Int
    private let workers: Int
    private let log: Logger
    private let state: Mutex<State>

    /// - Parameters:
    ///   - workload: sizes of the originals that are to be sealed.
    ///   - study: what the log calls it.
    init(workload: [Int], workers: Int, study: String) {
        fileCount = workload.count
        self.workers = workers
        var log = Logger(label: "veilray.encoding")
        log[metadataKey: "study"] = "\(study)"
        self.log = log
        state = Mutex(State(remainingBytes: workload.reduce(0, +)))
    }

    /// The encoding of the next file.
    ///
    /// - Parameters:
    ///   - originalBytes: the file's size.
    ///   - waitingBytes: of stego files that are sealed and have not arrived.
    func next(_ originalBytes: Int, _ candidates: EncodingCandidates, _ link: LinkStanding, waitingBytes: Int) -> EncodingDecision {
        let (decision, change) = state.withLock { state in
            defer { state.remainingBytes = max(0, state.remainingBytes - originalBytes) }
            let choice = choose(candidates, link, waitingBytes, state)
            let isNew = state.last?.encoding != choice.encoding
            let isInformed = link.isKnown
            state.filesOfLast = isInformed ? (isNew ? 1 : state.filesOfLast + 1) : EncodingPolicy.leastFiles
            let change = isNew ? (before: state.last, after: choice) : nil
            state.last = choice
            return (trial(instead: choice, candidates, &state), change)
        }
        if let change { tell(change.after, change.before) }
        return decision
    }

    private func choose(
        _ candidates: EncodingCandidates, _ link: LinkStanding, _ waitingBytes: Int, _ state: State
    ) -> EncodingDecision {
        guard candidates.encodings.count > 1 else {
            return EncodingDecision(encoding: candidates.encodings.first ?? StegoEncoding(.j2k), reason: candidates.reason)
        }
        let paces = candidates.encodings.map { state.paces[$0] ?? .estimate($0) }.calibrated
        let situation = EncodingPolicy.Situation(
            remainingBytes: state.remainingBytes, workers: workers, waitingBytes: waitingBytes, link: link,
            previous: state.last.map { ($0.encoding, state.filesOfLast) })
        return EncodingPolicy.decide(paces, situation)
            ?? EncodingDecision(encoding: candidates.encodings[0], reason: candidates.reason)
    }

    /// Where time counts, one file of a long study goes to each other candidate, so that all are known by their own figures.
    private func trial(instead choice: EncodingDecision, _ candidates: EncodingCandidates, _ state: inout State) -> EncodingDecision {
        state.tried.insert(choice.encoding)
        guard choice.reason.isAboutTime, fileCount >= candidates.encodings.count * Self.filesForEachTrial,
            let untried = candidates.encodings.first(where: { !state.tried.contains($0) })
        else { return choice }
        state.tried.insert(untried)
        return EncodingDecision(encoding: untried, reason: .measuring)
    }

    private func tell(_ after: EncodingDecision, _ before: EncodingDecision?) {
        log.info(
            before == nil ? "encoding chosen" : "encoding changed",
            metadata: ["codec": "\(after.encoding)", "why": "\(after.reason)"])
    }

    /// What a file took. Files whose pixels were not encoded tell nothing.
    func learn(_ decision: EncodingDecision, _ report: SealReport, seconds: Double) {
        guard report.codec == decision.encoding.codec else { return }
        state.withLock { state in
            state.paces[decision.encoding, default: .estimate(decision.encoding)]
                .learn(originalBytes: report.originalByteCount, stegoBytes: report.stegoByteCount, seconds: seconds)
        }
    }
}
