import CLinux
import CodecWorkers
import Operations
import Synchronization

/// What both programs see to before anything else.
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
