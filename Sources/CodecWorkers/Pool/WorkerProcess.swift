import Basics
import CLinux
import ChildProcesses
import Foundation
import Glibc
import Synchronization

/// The command that starts a worker.
public struct WorkerCommand: Sendable {
    /// The word by which a program knows that it is to be a worker.
    public static let argument = "codec-worker"

    let executable: String
    let arguments: [String]

    /// This program again.
    public static let thisProgram = WorkerCommand(executable: ChildProcesses.thisProgram, arguments: [argument])

    public init(executable: String, arguments: [String]) {
        self.executable = executable
        self.arguments = arguments
    }
}

/// One worker: a child process, the socket to it, and the memory that both map.
///
/// `@unchecked Sendable`: the pool hands a worker to one thread at a time, behind a lock; ``kill()``, the one call that may come from
/// another, touches nothing but the process number, which has a lock of its own.
final class WorkerProcess: @unchecked Sendable {
    /// Whether the kernel filters its system calls.
    private(set) var isFiltered = false
    private(set) var isUsable = true
    private let socket: Int32
    private let memory: SharedMemory
    /// `nil` once it was waited for: its number may be another's then.
    private let process: Mutex<pid_t?>
    private let pid: pid_t
    private var ending: ChildProcesses.Ending?
    private var memoryLimit = 0

    private static let startPatience = Duration.seconds(60)
    /// A worker with more memory than this is not kept for the next job.
    private static let keptByteCount = 64 << 20

    /// Starts a worker and waits until it has confined itself.
    init(_ command: WorkerCommand) throws(WorkerFailure) {
        memory = try SharedMemory()
        var ends: [Int32] = [-1, -1]
        guard CLinux_message_sockets(&ends) == 0 else { throw .unavailable("no socket for a decoder: \(systemMessage(errno))") }
        defer { close(ends[1]) }
        socket = ends[0]
        do {
            pid = try SpawningThread.shared.run { [ends, shared = memory.descriptor] in
                Result { () throws(ChildProcesses.Failure) in
                    try ChildProcesses.start(
                        command.executable, words: ["veilray"] + command.arguments, environment: ChildProcesses.libraryPaths,
                        descriptors: [nil, nil, nil, ends[1], shared])
                }
            }.get()
        } catch {
            process = Mutex(nil)
            pid = -1
            isUsable = false
            close(ends[0])
            throw .unavailable("no decoder could be started: \(error)")
        }
        process = Mutex(pid)
        let greeting = try answer(within: JobLimits(processorTime: .seconds(30), memory: 0), patience: Self.startPatience)
        guard greeting.status == .ready else { throw .unavailable("a decoder did not start as it should") }
        isFiltered = greeting.numbers.first == 1
    }

    deinit {
        end()
        // A failed start has closed it.
        if pid >= 0 { close(socket) }
    }

    /// Ends it, whatever it is doing. From any thread.
    func kill() {
        process.withLock { if let pid = $0 { _ = Glibc.kill(pid, SIGKILL) } }
    }

    @discardableResult
    private func end() -> ChildProcesses.Ending {
        isUsable = false
        return process.withLock { process in
            if let pid = process { ending = ChildProcesses.end(pid) }
            process = nil
            return ending ?? .exited(0)
        }
    }

    /// Runs one job.
    ///
    /// - Returns: the answer, and its output.
    /// - Throws: the worker is not usable any more then.
    func run(
        _ request: WorkerRequest, _ inputs: [ArraySlice<UInt8>], _ limits: JobLimits
    ) throws(WorkerFailure) -> (answer: WorkerAnswer, output: [UInt8]) {
        try memory.reserve(request.memoryByteCount)
        var offset = 0
        for input in inputs {
            memory.write(input, at: offset)
            offset += input.count
        }
        memoryLimit = limits.memory
        // Address space counts what is mapped from files and reserved without being used, too.
        let mapped = UInt64(limits.memory) + UInt64(memory.byteCount) + Self.mappedByProgram
        guard CLinux_limit_memory(pid, UInt64(limits.memory), mapped) == 0 else { throw .ended(end(), memory: memoryLimit) }
        guard send(request.encoded) else { throw .ended(end(), memory: memoryLimit) }
        let answer = try answer(within: limits, patience: limits.wallTime)
        guard answer.status != .ready, (0...request.outputCapacity).contains(answer.byteCount),
            let output = memory.copy(answer.byteCount, from: request.outputOffset)
        else {
            end()
            throw .nonsense
        }
        if memory.byteCount > Self.keptByteCount { end() }
        return (answer, output)
    }

    private static let mappedByProgram: UInt64 = 1 << 30

    private func send(_ message: [UInt8]) -> Bool {
        while true {
            let sent = message.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if sent == message.count { return true }
            guard sent < 0, errno == EINTR else { return false }
        }
    }

    /// Waits for a message; looks at the worker's clock a few times a second meanwhile.
    private func answer(within limits: JobLimits, patience: Duration) throws(WorkerFailure) -> WorkerAnswer {
        let begun = CLinux_processor_time(pid)
        let deadline = ContinuousClock.now + patience
        var buffer = [UInt8](repeating: 0, count: WorkerRequest.maximumByteCount)
        while true {
            var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            let ready = poll(&descriptor, 1, 50)
            if ready > 0 {
                let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT)) }
                if count < 0, errno == EINTR || errno == EAGAIN { continue }
                guard count > 0 else { throw .ended(end(), memory: memoryLimit) }
                guard let answer = WorkerAnswer(buffer[..<count]) else {
                    end()
                    throw .nonsense
                }
                return answer
            }
            let used = Duration.nanoseconds(CLinux_processor_time(pid) - begun)
            guard used <= limits.processorTime else {
                end()
                throw .tooLong(limits.processorTime)
            }
            guard ContinuousClock.now < deadline else {
                end()
                throw .stuck
            }
        }
    }
}

/// The reason that a job has no answer.
enum WorkerFailure: Error, Equatable {
    /// The worker used the processor for longer than the job may.
    case tooLong(Duration)
    /// The worker neither answered nor used the processor.
    case stuck
    /// The worker's process ended, which had been allowed so many bytes of memory.
    case ended(ChildProcesses.Ending, memory: Int)
    /// The worker answered something that is no answer.
    case nonsense
    /// Nothing is wrong with the job: no worker could be had, or the pool is being stopped.
    case unavailable(String)

    /// What happened, as the end of a sentence that begins with the file or frame.
    var reason: String {
        switch self {
        case .tooLong(let time):
            "its decoder did not come to an end in \(time.formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 1)))) of processor time"
        case .stuck: "its decoder stood still"
        case .ended(.killed(let signal), let memory):
            "it ended its decoder's process (signal \(signal)), which had \(memory >> 20) MiB of memory at most"
        case .ended(.exited(let code), let memory):
            "it ended its decoder's process (exit code \(code)), which had \(memory >> 20) MiB of memory at most"
        case .nonsense: "its decoder answered nonsense"
        case .unavailable(let reason): reason
        }
    }
}
