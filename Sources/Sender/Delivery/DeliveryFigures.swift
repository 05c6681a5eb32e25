import Synchronization

/// What this process has done so far, for `--metrics`.
final class DeliveryFigures: Sendable {
    struct Counts: Sendable {
        var attempts = 0
        var retries = 0
        var deliveredFiles = 0
        var deliveredStudies = 0
        var incompleteStudies = 0
        var stegoBytes = 0
    }

    private let state = Mutex(Counts())

    var counts: Counts { state.withLock { $0 } }

    func count(_ change: (inout Counts) -> Void) {
        state.withLock { change(&$0) }
    }
}
