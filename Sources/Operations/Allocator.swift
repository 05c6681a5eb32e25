import Basics
import CLinux
import Concurrency

/// The C library's allocator, set up for programs that need the same large buffers again and again.
public enum Allocator {
    /// Keeps freed memory instead of giving it back to the kernel after each use.
    ///
    /// By default glibc maps every buffer above 128 KiB anew and unmaps it when it is freed. An instance takes dozens of such buffers,
    /// most of them inside the codec, and the kernel clears each page again: several milliseconds an instance. The thresholds bound
    /// what is kept.
    ///
    /// By default glibc has eight arenas for each processor, and what one thread freed is of no use to a thread of another arena. Buffers
    /// that travel through many threads, such as a manifest from its connection to the journal, then stay behind in each of them. With one
    /// arena for each processor no thread that works waits for another. Call it once, before threads are started.
    public static func keepFreedMemory() {
        mallopt(M_ARENA_MAX, CInt(clamping: max(2, WorkerPool.processorCount)))
        mallopt(M_MMAP_THRESHOLD, 32 << 20)
        mallopt(M_TRIM_THRESHOLD, 64 << 20)
        mallopt(M_TOP_PAD, 4 << 20)
    }

    /// Gives back to the kernel what is kept and free now, as ``MemoryLimits/returnFreedMemory()`` does.
    public static func returnFreedMemory() { MemoryLimits.returnFreedMemory() }
}
