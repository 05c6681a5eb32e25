import Foundation
import Synchronization
import TestSupport
import Testing

/// A program's decoders, stopped as soon as they are there: whatever needs one waits until the test lets go.
final class HeldDecoders: Sendable {
    private struct State {
        var stopped: Set<pid_t> = []
        var isHolding = true
    }

    private let state = Mutex(State())
    private let program: RunningProgram

    /// Returns when the first decoder is there.
    static func hold(of program: RunningProgram) async throws -> HeldDecoders {
        let held = HeldDecoders(program)
        Task.detached {
            while program.isRunning, held.stopAll() { try? await Task.sleep(for: .milliseconds(1)) }
        }
        while program.isRunning, held.state.withLock({ $0.stopped.isEmpty }) { try await Task.sleep(for: .milliseconds(1)) }
        if held.state.withLock({ $0.stopped.isEmpty }) { Issue.record("the program has ended without a decoder") }
        return held
    }

    private init(_ program: RunningProgram) { self.program = program }

    deinit { release() }

    private static func isDecoder(_ process: pid_t) -> Bool {
        (try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8))?.hasPrefix("veilray-decoder") == true
    }

    /// - Returns: whether to go on.
    private func stopAll() -> Bool {
        let children = program.children
        return state.withLock { state in
            guard state.isHolding else { return false }
            // Not before it calls itself a decoder: stopped earlier, it would still hold what its parent has open.
            for child in children where Self.isDecoder(child) && state.stopped.insert(child).inserted { kill(child, SIGSTOP) }
            return true
        }
    }

    /// Lets the decoders work; later ones are not stopped.
    func release() {
        state.withLock { state in
            state.isHolding = false
            for process in state.stopped where Self.isDecoder(process) { kill(process, SIGCONT) }
        }
    }
}
