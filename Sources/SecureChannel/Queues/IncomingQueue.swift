import Concurrency
import Synchronization

/// Messages from ZeroMQ on their way to the application.
///
/// It takes everything that ZeroMQ has; what bounds it is that the pump asks ``mayRead(announcedWeight:completedMessages:)`` before it reads more from the
/// network.
final class IncomingQueue: Sendable {
    typealias Delivery = Result<Message?, ChannelError>

    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Delivery, Never>
    }

    private struct State {
        var messages = Queue<Message>()
        var waiters = Queue<Waiter>()
        var takenWeight: UInt64 = 0
        var takenMessages: UInt64 = 0
        var nextWaiter: UInt64 = 0
        var isReaderPaused = false
        /// The answer to those who ask after the last message.
        var end: Delivery?

        mutating func countTaken(_ message: Message) {
            takenWeight += UInt64(MessageWeight.of(message))
            takenMessages += 1
        }
    }

    private let bound: UInt64
    private let waker: Waker
    private let state = Mutex(State())

    /// - Parameter bound: The weight (``MessageWeight``) beyond which the network is not read.
    init(bound: Int, waker: Waker) {
        self.bound = UInt64(bound)
        self.waker = waker
    }

    /// The next message, as soon as there is one; `nil` once the peer, or this side, has closed the connection.
    ///
    /// - Throws: `cancelled`, or the error that ended the connection, after the last message that came before it.
    func receive() async throws(ChannelError) -> Message? {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let delivery = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enqueue(Waiter(id: id, continuation: continuation))
            }
        } onCancel: {
            cancel(id)
        }
        return try delivery.get()
    }

    private func enqueue(_ waiter: Waiter) {
        var wakesReader = false
        let delivery: Delivery? = state.withLock { state in
            if Task.isCancelled { return .failure(.cancelled) }
            if let message = state.messages.popFirst() {
                state.countTaken(message)
                wakesReader = state.isReaderPaused
                state.isReaderPaused = false
                return .success(message)
            }
            if let end = state.end { return end }
            state.waiters.append(waiter)
            return nil
        }
        if wakesReader {
            waker.wake()
        }
        if let delivery {
            waiter.continuation.resume(returning: delivery)
        }
    }

    private func cancel(_ id: UInt64) {
        let waiter = state.withLock { state in
            state.waiters.removeFirst { $0.id == id }
        }
        waiter?.continuation.resume(returning: .failure(.cancelled))
    }

    /// Delivers a message, to the one who has waited longest if someone waits.
    func append(_ message: Message) {
        let waiter = state.withLock { state in
            let waiter = state.waiters.popFirst()
            if waiter == nil {
                state.messages.append(message)
            } else {
                state.countTaken(message)
            }
            return waiter
        }
        waiter?.continuation.resume(returning: .success(message))
    }

    /// Counts a message as taken that nobody wants any more.
    func discard(_ message: Message) {
        state.withLock { $0.countTaken(message) }
    }

    /// Whether more may be read from the network. After `false`, the thread is woken when the application takes a message.
    ///
    /// As long as no complete message waits, reading goes on whatever the weight, or a message larger than the bound would never come.
    ///
    /// - Parameters:
    ///   - announcedWeight: The weight of everything that has come from the network.
    ///   - completedMessages: The messages that have come completely.
    func mayRead(announcedWeight: UInt64, completedMessages: UInt64) -> Bool {
        state.withLock { state in
            let mayRead = announcedWeight - state.takenWeight < bound || completedMessages == state.takenMessages
            state.isReaderPaused = !mayRead
            return mayRead
        }
    }

    /// Delivers what is queued and then, for ever, `end`.
    func end(with end: Delivery) {
        let waiters = state.withLock { state in
            guard state.end == nil else { return [Waiter]() }
            state.end = end
            return state.waiters.removeAll()
        }
        for waiter in waiters {
            waiter.continuation.resume(returning: end)
        }
    }
}
