import Dispatch
import Foundation
import Synchronization

/// The thread that starts all workers. It lives as long as the process: the kernel ends a worker with the *thread* that started it
/// (PR_SET_PDEATHSIG in prctl(2)), and other threads come and go.
final class SpawningThread: Sendable {
    static let shared = SpawningThread()

    private let work = Mutex<[@Sendable () -> Void]>([])
    private let isThereWork = DispatchSemaphore(value: 0)

    private init() {
        Thread.detachNewThread { [self] in
            while true {
                isThereWork.wait()
                work.withLock { $0.isEmpty ? nil : $0.removeFirst() }?()
            }
        }
    }

    /// Runs `body` on the thread and waits for it.
    func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result {
        let isDone = DispatchSemaphore(value: 0)
        let result = Mutex<Result?>(nil)
        work.withLock { work in
            work.append {
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
}
