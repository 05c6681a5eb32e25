import Operations

extension ServiceManager {
    /// How long a loop may wait for news before it comes round: not so long that the watchdog finds it silent.
    func wait(of longest: Duration) -> Duration {
        watchdogInterval.map { min(longest, max(.seconds(1), $0 / 4)) } ?? longest
    }
}
