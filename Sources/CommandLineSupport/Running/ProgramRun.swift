public import ArgumentParser
import Basics
import CLinux
import CodecWorkers
import Dispatch
import Foundation
import Operations
import Synchronization

/// The first steps of both programs.
enum ProgramStart {
    private static let brokenPipesEnd = Atomic(true)

    /// Whether a process like this one is expected to end silently when its output's reader has gone: as shells start programs.
    static var endsWithItsReader: Bool { brokenPipesEnd.load(ordering: .relaxed) }

    /// Call it first, while there is one thread: capabilities, and what a decoder gives up, are each thread's own.
    static func prepare() {
        // Keys are in this memory.
        CLinux_keep_memory_private()
        CLinux_pass_no_capabilities_on()
        CreationMask.restrict()
        brokenPipesEnd.store(!IgnoredSignals.ignore(), ordering: .relaxed)
        Allocator.keepFreedMemory()
        CodecWorker.serveIfAsked()
        CodecWorkers.bootstrap()
    }
}

extension AsyncParsableCommand where Self: SendableMetatype {
    /// Runs the program: its command line, with the settings of the file that `--config` names. Call it on the first thread.
    ///
    /// All output of a command goes through one end, help and version included: see ``ProgramEnd``.
    public static func runProgram() -> Never {
        ProgramStart.prepare()
        Task { await runCommandLine() }
        dispatchMain()
    }

    private static func runCommandLine() async -> Never {
        do {
            try await perform(ConfiguredArguments.ofThisProcess(Self.self))
        } catch {
            Console.complain("\(error)")
            ProgramEnd.end(ExitStatus(of: error).rawValue)
        }
        ProgramEnd.end(ExitStatus.success.rawValue)
    }

    /// Parses and runs; ends the program where that is not the end of it.
    private static func perform(_ arguments: [String]) async throws {
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch {
            let (code, text) = (exitCode(for: error), fullMessage(for: error))
            if !text.isEmpty {
                OutputQueue.waitForReaders()
                if code.isSuccess { Console.print(text) } else { Console.complainAtLength(text) }
            }
            ProgramEnd.end(code.rawValue)
        }
    }
}

/// The end of both programs: what was printed has reached its reader, or the exit code and standard error say that it has not.
enum ProgramEnd {
    static func end(_ code: Int32) -> Never {
        switch OutputQueue.finishAll() ?? flushLoss {
        case nil: exit(code)
        case .failed(EPIPE)? where ProgramStart.endsWithItsReader && code == ExitStatus.success.rawValue: endWithReader()
        case let loss?:
            if !OutputQueue.standardOutput.isFailureTold {
                Console.complain("standard output could not be written: \(loss.reason)")
                OutputQueue.finishErrors()
            }
            exit(max(code, ExitStatus.inputOutput.rawValue))
        }
    }

    /// Of what does not go through the queue, such as `print`.
    private static var flushLoss: OutputQueue.Loss? {
        let number = CLinux_flush_standard_output()
        return number == 0 ? nil : .failed(number)
    }

    /// As a program ends that wrote into a closed pipe and knew nothing of it: a shell tells that from a failure (128 + SIGPIPE).
    private static func endWithReader() -> Never {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
        // The signal is blocked.
        exit(ExitStatus.inputOutput.rawValue)
    }
}
