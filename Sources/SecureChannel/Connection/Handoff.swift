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

/// A value that comes once and that any number of tasks may await.
final class Completion<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiters: [CheckedContinuation<Value, Never>] = []
    }

    private let state = Mutex(State())

    /// Sets the value; only the first call counts.
    ///
    /// - Returns: Whether this was the first.
    @discardableResult
    func complete(_ value: Value) -> Bool {
        let waiters: [CheckedContinuation<Value, Never>]? = state.withLock { state in
            guard state.value == nil else { return nil }
            state.value = value
            defer { state.waiters = [] }
            return state.waiters
        }
        guard let waiters else { return false }
        for waiter in waiters {
            waiter.resume(returning: value)
        }
        return true
    }

    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let value = state.withLock { state in
                    if state.value == nil {
                        state.waiters.append(continuation)
                    }
                    return state.value
                }
                if let value {
                    continuation.resume(returning: value)
                }
            }
        }
    }
}
