public import Basics
import CLinux
import Glibc

/// A thread of its own for work that waits: never one of Swift's cooperative threads.
public enum DedicatedThread {
    /// Bytes of stack for work that only waits and copies.
    public static let smallStack = 512 << 10
    /// Bytes of stack for anything else; only the pages that are used take memory.
    public static let largeStack = 8 << 20

    /// Starts a detached thread that runs `body` once.
    ///
    /// All signals are blocked in it. So the process's handlers run where the program wants them, and SIGPIPE, which the kernel
    /// raises in the very thread that writes to a broken connection, can never end the process: the write returns EPIPE instead.
    ///
    /// - Parameter name: at most 15 bytes, as the kernel keeps no more; shown by `ps -L` and debuggers.
    /// - Throws: `SystemError` where the system has no room for another thread.
    public static func start(
        name: String, stackSize: Int = smallStack, _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, stackSize)

        // A new thread inherits the mask of the one that makes it.
        var all = sigset_t()
        var previous = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }

        let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
        var thread = pthread_t()
        let result = pthread_create(&thread, &attributes, runThread, start.toOpaque())
        guard result == 0 else {
            start.release()
            throw SystemError("start a thread", number: result)
        }
    }

    /// Runs work that may stand still for long, such as waiting for a child process, on a thread that nothing else waits for.
    ///
    /// How many run at once is up to the caller.
    /// - Throws: the errors of `work`; `SystemError` where the system has no room for another thread.
    public static func run<Result: Sendable>(
        name: String, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try start(name: name, stackSize: largeStack) { continuation.resume(with: Swift.Result { try work() }) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
    CLinux_name_thread(start.name)
    start.body()
    return nil
}
