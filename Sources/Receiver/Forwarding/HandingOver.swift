import CommandLineSupport

/// Hands one study's files over and notes in the journal which were accepted. Blocks; runs on a worker thread.
struct HandingOver {
    /// Files of one association at most.
    private static let associationCount = 500
    /// Accepted files are noted in groups: after this time, or this many.
    private static let interval = Duration.milliseconds(250)
    private static let noteCount = 50

    let study: ForwardingStudy
    let inbox: Inbox
    let process: StoreProcess
    let isCancelled: @Sendable () -> Bool

    /// Returns how many files were not accepted, by answer.
    ///
    /// A file that ends the process, as some do to GDCM, counts as one that failed, and the next ones go on without it.
    /// - Throws: ``ForwardingFailure`` when the other side is not there; errors of the journal.
    func run() throws -> [StoreAnswer: Int] {
        var refusals: [StoreAnswer: Int] = [:]
        var remaining = study.files[...]
        if remaining.isEmpty { _ = try inbox.forwarded([], of: study.transfer) }
        while !remaining.isEmpty {
            let files = Array(remaining.prefix(Self.associationCount))
            let count = try handOver(files, &refusals)
            remaining = remaining.dropFirst(count)
            guard count < files.count else { continue }
            refusals[.failed, default: 0] += 1
            remaining = remaining.dropFirst()
        }
        return refusals
    }

    /// Returns how many were answered.
    private func handOver(_ files: [ForwardingStudy.File], _ refusals: inout [StoreAnswer: Int]) throws -> Int {
        var accepted: [Int] = []
        var lastNote = ContinuousClock.now
        do {
            let count = try process.run(files.map(\.path), unless: isCancelled) { index, answer in
                guard answer == .stored else {
                    refusals[answer, default: 0] += 1
                    return
                }
                accepted.append(files[index].position)
                guard accepted.count >= Self.noteCount || ContinuousClock.now - lastNote > Self.interval else { return }
                try note(&accepted)
                lastNote = .now
            }
            try note(&accepted)
            return count
        } catch let failure as ForwardingFailure {
            // What was accepted before counts.
            try note(&accepted)
            throw failure
        }
    }

    private func note(_ accepted: inout [Int]) throws {
        guard !accepted.isEmpty else { return }
        _ = try inbox.forwarded(accepted, of: study.transfer)
        accepted = []
    }
}
