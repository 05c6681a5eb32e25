import Synchronization

/// The requests of other threads to a connection's thread.
final class ConnectionSignals: Sendable {
    private enum Request {
        case none
        case close
        case abort(ChannelError)
    }

    let waker: Waker
    private let request = Mutex(Request.none)
    private let hurry = Atomic(false)

    init() throws(ChannelError) {
        waker = try Waker()
    }

    /// Asks the thread to send what is queued, take leave of the peer and end.
    func close() {
        request.withLock { request in
            if case .none = request {
                request = .close
            }
        }
        waker.wake()
    }

    /// Asks the same, but not to wait for the peer's answer.
    func leave() {
        hurry.store(true, ordering: .relaxed)
        close()
    }

    /// Whether ``leave()`` was called.
    var isHurried: Bool { hurry.load(ordering: .relaxed) }

    /// Asks the thread to end at once, without taking leave.
    func abort(_ reason: ChannelError) {
        request.withLock { request in
            if case .abort = request { return }
            request = .abort(reason)
        }
        waker.wake()
    }

    /// Whether ``close()`` was called.
    var isCloseRequested: Bool {
        request.withLock { request in
            if case .close = request { true } else { false }
        }
    }

    func throwIfAborted() throws(ChannelError) {
        let reason: ChannelError? = request.withLock { request in
            if case .abort(let reason) = request { reason } else { nil }
        }
        if let reason {
            throw reason
        }
    }
}
