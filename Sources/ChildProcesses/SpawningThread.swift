public import Basics
import Concurrency
import Dispatch
import Synchronization

/// The thread that starts all children that end with their parent. It lives as long as the process: the kernel ends such a child with the
/// *thread* that started it (PR_SET_PDEATHSIG in prctl(2)), and other threads come and go.
public final class SpawningThread: Sendable {
    public static let shared = SpawningThread()

    private struct State {
        var isStarted = false
        var work = Queue<@Sendable () -> Void>()
    }

    private let state = Mutex(State())
    private let isThereWork = DispatchSemaphore(value: 0)

    /// Runs `body` on the thread and waits for it.
    ///
    /// - Throws: `SystemError` where the system has no room for the thread.
    public func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) throws(SystemError) -> Result {
        try start()
        let isDone = DispatchSemaphore(value: 0)
        let result = Mutex<Result?>(nil)
        state.withLock { state in
            state.work.append {
                let value = body()
                result.withLock { $0 = value }
                isDone.signal()
            }
        }
        isThereWork.signal()
        isDone.wait()
        // Set before the signal.
        // swift-format-ignore: NeverForceUnwrap
        return result.withLock { $0 }!
    }

    private func start() throws(SystemError) {
        try state.withLock { state throws(SystemError) in
            guard !state.isStarted else { return }
            try DedicatedThread.start(name: "veilray.spawn", stackSize: DedicatedThread.largeStack) { [self] in work() }
            state.isStarted = true
        }
    }

    private func work() {
        while true {
            isThereWork.wait()
            state.withLock { $0.work.popFirst() }?()
        }
    }
}
