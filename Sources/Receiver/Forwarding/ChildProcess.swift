import CLinux
import ChildProcesses
import CommandLineSupport
import Foundation

/// A child process with pipes to its standard input and output. Blocks; used on one thread.
final class ChildProcess {
    private let pid: pid_t
    private let input: Int32
    private let output: Int32
    private var buffered: [UInt8] = []
    private var hasEnded = false

    /// Starts the program; its standard error is /dev/null.
    init(_ executable: String, _ arguments: [String]) throws(FileError) {
        var toChild: [Int32] = [-1, -1]
        var fromChild: [Int32] = [-1, -1]
        guard CLinux_pipe(&toChild) == 0 else { throw FileError("make a pipe to", executable) }
        guard CLinux_pipe(&fromChild) == 0 else {
            let error = FileError("make a pipe to", executable)
            toChild.forEach { close($0) }
            throw error
        }
        defer {
            close(toChild[0])
            close(fromChild[1])
        }
        do {
            pid = try ChildProcesses.start(
                executable, words: [executable] + arguments, environment: ChildProcesses.libraryPaths,
                descriptors: [toChild[0], fromChild[1], nil])
        } catch {
            close(toChild[1])
            close(fromChild[0])
            throw FileError("start", executable, number: error.number)
        }
        (input, output) = (toChild[1], fromChild[0])
    }

    deinit {
        end()
        close(output)
    }

    /// Writes to its standard input. Returns `false` when it has gone.
    func write(_ bytes: [UInt8]) -> Bool {
        WholeWrite.write(bytes, to: input) == 0
    }

    /// What was read from its standard output.
    enum Reading: Equatable {
        /// A line, without its end.
        case line(String)
        /// There is no more.
        case end
        /// There was nothing for too long, or nobody wants it any more.
        case silence
    }

    /// Reads the next line.
    ///
    /// - Parameters:
    ///   - seconds: how long to wait for it.
    ///   - isCancelled: asked a few times a second.
    func readLine(within seconds: Int, unless isCancelled: () -> Bool) -> Reading {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline, !isCancelled() {
            if let end = buffered.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffered.removeFirst(end + 1) }
                return .line(String(decoding: buffered[..<end], as: UTF8.self))
            }
            var descriptor = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            let ready = poll(&descriptor, 1, 200)
            if ready == 0 || (ready < 0 && errno == EINTR) { continue }
            guard ready > 0 else { return .end }
            var block = [UInt8](repeating: 0, count: 4096)
            let count = block.withUnsafeMutableBytes { read(output, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return .end }
            buffered += block[..<count]
        }
        return .silence
    }

    /// Ends it, whatever it is doing, and waits for that.
    func end() {
        guard !hasEnded else { return }
        hasEnded = true
        // One that has said everything is given a moment to take leave of its own peer.
        var status: Int32 = 0
        for _ in 0..<50 {
            let ended = waitpid(pid, &status, WNOHANG)
            if ended == pid || (ended < 0 && errno != EINTR) {
                close(input)
                return
            }
            usleep(10_000)
        }
        close(input)
        ChildProcesses.end(pid)
    }
}
