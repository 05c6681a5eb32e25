import Synchronization

/// Passes one value from a thread to one awaiting task, and keeps no reference to it.
final class Handoff<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case awaited(CheckedContinuation<Value, Never>)
        case filled(Value)
        case done
    }

    private let state = Mutex(State.empty)

    /// Passes the value on; only the first call does.
    ///
    /// - Returns: Whether this was the first.
    @discardableResult
    func pass(_ value: Value) -> Bool {
        let (isFirst, receiver): (Bool, CheckedContinuation<Value, Never>?) = state.withLock { state in
            switch state {
            case .empty:
                state = .filled(value)
                return (true, nil)
            case .awaited(let continuation):
                state = .done
                return (true, continuation)
            case .filled, .done:
                return (false, nil)
            }
        }
        receiver?.resume(returning: value)
        return isFirst
    }

    /// Waits for the value. To be called once.
    func take() async -> Value {
        await withCheckedContinuation { continuation in
            let value: Value? = state.withLock { state in
                if case .filled(let value) = state {
                    state = .done
                    return value
                }
                state = .awaited(continuation)
                return nil
            }
            if let value {
                continuation.resume(returning: value)
            }
        }
    }
}
