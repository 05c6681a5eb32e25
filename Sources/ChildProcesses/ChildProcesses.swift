public import Basics
import CLinux
import Concurrency
import Dispatch
import Glibc
import Synchronization

/// Starts and ends child processes.
///
/// A child gets the descriptors that it is given and no others, the signals as a process has them that a shell starts, and an environment
/// of its own.
public enum ChildProcesses {
    /// This very program, also when its file has been replaced since it was started.
    public static let thisProgram = "/proc/self/exe"

    /// Why a child could not be started.
    public struct Failure: Error, CustomStringConvertible, Sendable {
        public let executable: String
        public let number: Int32

        public var description: String { "\(executable) could not be started: \(systemMessage(number))" }
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - words: what the program sees as its command line, its name first.
    ///   - environment: `NAME=value`.
    ///   - descriptors: the first becomes its descriptor 0, and so on; `nil` for `/dev/null`.
    /// - Returns: the child's process number; it is to be waited for, as ``end(_:)`` does.
    public static func start(
        _ executable: String, words: [String], environment: [String], descriptors: [Int32?]
    ) throws(Failure) -> pid_t {
        // Out of the way of the numbers that they get in the child, so that none is overwritten before it was passed on.
        var moved: [Int32?] = []
        defer { for case let descriptor? in moved { close(descriptor) } }
        for descriptor in descriptors {
            guard let descriptor else {
                moved.append(nil)
                continue
            }
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, Int32(descriptors.count))
            guard copy >= 0 else { throw Failure(executable: executable, number: errno) }
            moved.append(copy)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in moved.enumerated() {
            if let descriptor {
                posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
            } else {
                posix_spawn_file_actions_addopen(&actions, Int32(number), "/dev/null", O_RDWR, 0)
            }
        }
        CLinux_close_from(&actions, Int32(descriptors.count))
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for word in words + variables { free(word) } }
        var pid: pid_t = 0
        let number = posix_spawn(&pid, executable, &actions, &attributes, &words, &variables)
        guard number == 0 else { throw Failure(executable: executable, number: number) }
        return pid
    }

    /// Those variables of this process's environment that a child of it needs to find its libraries.
    public static var libraryPaths: [String] {
        getenv("LD_LIBRARY_PATH").map { ["LD_LIBRARY_PATH=" + String(cString: $0)] } ?? []
    }

    /// How a child ended.
    public enum Ending: Sendable, Equatable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    /// Ends a child with SIGKILL, if it has not ended before, and waits for that.
    @discardableResult
    public static func end(_ pid: pid_t) -> Ending {
        // A child that ended by itself stays a zombie until it is waited for, and keeps the reason of its end.
        kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        // The low seven bits are the signal that ended it, or 0; the next byte the exit code (wait(2)).
        return status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: status & 0x7F)
    }
}

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
