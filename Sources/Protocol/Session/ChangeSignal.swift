/// Lets tasks inside one actor wait until something about it has changed. Each looks for itself whether it was waiting for that.
struct ChangeSignal {
    private var continuations: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var nextIdentifier: UInt64 = 0

    mutating func newIdentifier() -> UInt64 {
        nextIdentifier += 1
        return nextIdentifier
    }

    mutating func add(_ identifier: UInt64, _ continuation: CheckedContinuation<Void, Never>) {
        continuations[identifier] = continuation
    }

    /// Wakes everyone.
    mutating func fire() {
        let waiting = continuations
        continuations = [:]
        for continuation in waiting.values { continuation.resume() }
    }

    /// Wakes one, whose task was cancelled.
    mutating func wake(_ identifier: UInt64) {
        continuations.removeValue(forKey: identifier)?.resume()
    }
}
