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
    /// - Throws: ``ForwardingFailure`` when an association came to nothing or broke; errors of the journal.
    func run() throws -> [StoreAnswer: Int] {
        var refusals: [StoreAnswer: Int] = [:]
        if study.files.isEmpty { _ = try inbox.forwarded([], of: study.transfer) }
        for start in stride(from: 0, to: study.files.count, by: Self.associationCount) {
            let files = Array(study.files[start..<min(start + Self.associationCount, study.files.count)])
            try handOver(files, &refusals)
        }
        return refusals
    }

    private func handOver(_ files: [ForwardingStudy.File], _ refusals: inout [StoreAnswer: Int]) throws {
        var accepted: [Int] = []
        var lastNote = ContinuousClock.now
        // Whatever ended the association: what was accepted counts.
        defer { try? note(&accepted) }
        try process.run(files.map(\.path), unless: isCancelled) { index, answer in
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
    }

    private func note(_ accepted: inout [Int]) throws {
        guard !accepted.isEmpty else { return }
        _ = try inbox.forwarded(accepted, of: study.transfer)
        accepted = []
    }
}
