import Concurrency
import Synchronization

/// Messages from the application on their way to ZeroMQ, bounded by weight.
///
/// A message takes its share of the bound from the moment it is accepted until ZeroMQ has given its bytes to the pump.
final class OutgoingQueue: Sendable {
    typealias Admission = Result<Void, ChannelError>

    private struct Waiter {
        let id: UInt64
        let message: Message
        let continuation: CheckedContinuation<Admission, Never>
    }

    private struct State {
        var accepted = Queue<Message>()
        var waiters = Queue<Waiter>()
        var weight = 0
        var nextWaiter: UInt64 = 0
        var end: ChannelError?
    }

    private let bound: Int
    private let waker: Waker
    private let state = Mutex(State())

    /// - Parameter bound: The weight (``MessageWeight``) beyond which senders wait.
    init(bound: Int, waker: Waker) {
        self.bound = bound
        self.waker = waker
    }

    /// Accepts a message as soon as there is room for it, in the order of the calls.
    ///
    /// - Throws: `cancelled` when the task was cancelled while it waited, or the error that ended the queue. The message is not sent then.
    func send(_ message: Message) async throws(ChannelError) {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let admission = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enqueue(Waiter(id: id, message: message, continuation: continuation))
            }
        } onCancel: {
            cancel(id)
        }
        try admission.get()
    }

    private func enqueue(_ waiter: Waiter) {
        let admission: Admission? = state.withLock { state in
            // Cancellation sets the task's mark before it calls `cancel`, so that one of the two sees the other under this lock.
            if Task.isCancelled { return .failure(.cancelled) }
            if let end = state.end { return .failure(end) }
            guard state.waiters.isEmpty, admit(waiter.message, &state) else {
                state.waiters.append(waiter)
                return nil
            }
            return .success(())
        }
        guard let admission else { return }
        if case .success = admission {
            waker.wake()
        }
        waiter.continuation.resume(returning: admission)
    }

    private func admit(_ message: Message, _ state: inout State) -> Bool {
        let weight = MessageWeight.of(message)
        guard state.weight == 0 || state.weight + weight <= bound else { return false }
        state.weight += weight
        state.accepted.append(message)
        return true
    }

    private func cancel(_ id: UInt64) {
        let waiter = state.withLock { state in
            state.waiters.removeFirst { $0.id == id }
        }
        waiter?.continuation.resume(returning: .failure(.cancelled))
    }

    /// The next accepted message, for the connection's thread. Its share stays taken.
    func takeNext() -> Message? {
        state.withLock { $0.accepted.popFirst() }
    }

    /// Whether nothing accepted waits for the connection's thread.
    var isEmpty: Bool { state.withLock { $0.accepted.isEmpty } }

    /// Frees a share. Called from whichever thread ZeroMQ releases memory on.
    func release(weight: Int) {
        let admitted = state.withLock { state in
            state.weight -= weight
            var admitted: [Waiter] = []
            while let waiter = state.waiters.first, admit(waiter.message, &state) {
                _ = state.waiters.popFirst()
                admitted.append(waiter)
            }
            return admitted
        }
        guard !admitted.isEmpty else { return }
        waker.wake()
        for waiter in admitted {
            waiter.continuation.resume(returning: .success(()))
        }
    }

    /// Accepts nothing more: those who wait and those who come get `error`. What was accepted stays.
    func end(with error: ChannelError) {
        let waiters = state.withLock { state in
            state.end = state.end ?? error
            return state.waiters.removeAll()
        }
        for waiter in waiters {
            waiter.continuation.resume(returning: .failure(error))
        }
    }
}
