import Basics
import CLinux
import Glibc

/// The parent's view of the memory that it shares with one worker. It grows and never shrinks: the kernel refuses a worker that would make
/// it smaller under the parent's hands.
final class SharedMemory {
    let descriptor: Int32
    private(set) var byteCount = 0
    private var base: UnsafeMutableRawPointer?

    private static let largestRounded = 64 << 20

    init() throws(WorkerFailure) {
        descriptor = CLinux_shared_memory()
        guard descriptor >= 0 else { throw .unavailable("no memory to share: \(systemMessage(errno))") }
    }

    deinit {
        if let base { munmap(base, byteCount) }
        close(descriptor)
    }

    /// Sees to it that there are so many bytes. Their content is of no meaning afterwards.
    func reserve(_ wanted: Int) throws(WorkerFailure) {
        guard wanted > byteCount || base == nil else { return }
        // In powers of two, so that images of about one size do not map anew for each; what is large is not kept, and maps no more than it
        // takes.
        var count = 1 << 20
        while count < min(wanted, Self.largestRounded) { count *= 2 }
        count = max(count, wanted)
        if let base { munmap(base, byteCount) }
        base = nil
        byteCount = 0
        guard ftruncate(descriptor, count) == 0 else { throw Self.failure() }
        guard let mapped = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), mapped != MAP_FAILED else {
            throw Self.failure()
        }
        base = mapped
        byteCount = count
    }

    private static func failure() -> WorkerFailure { .unavailable("no memory to share: \(systemMessage(errno))") }

    func write(_ bytes: some Collection<UInt8>, at offset: Int) {
        guard let base, offset + bytes.count <= byteCount else { return }
        let target = UnsafeMutableRawBufferPointer(start: base + offset, count: bytes.count)
        if bytes.withContiguousStorageIfAvailable({ target.copyMemory(from: UnsafeRawBufferPointer($0)) }) == nil {
            target.copyBytes(from: bytes)
        }
    }

    /// A copy, which the worker cannot change any more.
    ///
    /// - Returns: nil when there are not so many bytes.
    func copy(_ count: Int, from offset: Int) -> [UInt8]? {
        guard let base, count >= 0, offset >= 0, offset + count <= byteCount else { return nil }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(start: base + offset, count: count))
            initialized = count
        }
    }
}
