import Concurrency
import Synchronization

/// Fresh connections on their way from their threads to whoever iterates over the listener.
///
/// It needs no bound of its own: ``ListenerLimits/maximumConnections`` counts those that wait here.
final class ConnectionMailbox: Sendable {
    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<SecureConnection?, Never>
    }

    private struct State {
        var connections = Queue<SecureConnection>()
        var waiters = Queue<Waiter>()
        var nextWaiter: UInt64 = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Delivers a connection; a closed mailbox drops it, which cuts it.
    func put(_ connection: SecureConnection) {
        let waiter: Waiter? = state.withLock { state in
            guard !state.isClosed else { return nil }
            if let waiter = state.waiters.popFirst() {
                return waiter
            }
            state.connections.append(connection)
            return nil
        }
        waiter?.continuation.resume(returning: connection)
    }

    /// The next connection; `nil` once the mailbox is closed or when the task is cancelled.
    func take() async -> SecureConnection? {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enqueue(Waiter(id: id, continuation: continuation))
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.removeFirst { $0.id == id }
            }
            waiter?.continuation.resume(returning: nil)
        }
    }

    private func enqueue(_ waiter: Waiter) {
        let (isServed, connection): (Bool, SecureConnection?) = state.withLock { state in
            if Task.isCancelled || state.isClosed { return (true, nil) }
            if let connection = state.connections.popFirst() { return (true, connection) }
            state.waiters.append(waiter)
            return (false, nil)
        }
        if isServed {
            waiter.continuation.resume(returning: connection)
        }
    }

    /// Ends the sequence and drops the connections that nobody took.
    func close() {
        let (waiters, dropped) = state.withLock { state in
            state.isClosed = true
            return (state.waiters.removeAll(), state.connections.removeAll())
        }
        // Outside the lock: the end of a connection aborts it.
        _ = dropped
        for waiter in waiters {
            waiter.continuation.resume(returning: nil)
        }
    }
}
