/// Tells which files of a watched folder have stopped changing.
///
/// Only the stamps' changes count, measured by a clock that nobody sets: what time a file claims to be from, and what time the server
/// of a network file system thinks it is, does not matter.
struct StabilityTracker: Sendable {
    private struct Sight: Sendable {
        let stamp: FolderSnapshot.Stamp
        let since: ContinuousClock.Instant
    }

    /// How long a file must look the same.
    let period: Duration
    private var sights: [String: Sight] = [:]

    init(period: Duration) {
        self.period = period
    }

    /// Takes note of another look at the folder.
    ///
    /// - Returns: the files that have looked the same for the period, with what they look like.
    mutating func update(_ snapshot: FolderSnapshot, at now: ContinuousClock.Instant) -> [String: FolderSnapshot.Stamp] {
        var next: [String: Sight] = [:]
        next.reserveCapacity(snapshot.files.count)
        var stable: [String: FolderSnapshot.Stamp] = [:]
        for (name, stamp) in snapshot.files {
            let since = sights[name].flatMap { $0.stamp == stamp ? $0.since : nil } ?? now
            next[name] = Sight(stamp: stamp, since: since)
            if now - since >= period { stable[name] = stamp }
        }
        sights = next
        return stable
    }

    /// For how long a file has looked the same, as of the last look.
    func age(of name: String, at now: ContinuousClock.Instant) -> Duration {
        sights[name].map { now - $0.since } ?? .zero
    }
}
