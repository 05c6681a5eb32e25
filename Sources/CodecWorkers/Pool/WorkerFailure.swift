import Basics
import ChildProcesses
import Foundation

/// Why a job has no answer.
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
