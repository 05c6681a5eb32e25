/// Bytes on their way from one descriptor to another: filled at the end, emptied at the start, never moved.
///
/// Owned and used by one connection's thread.
final class PumpBuffer {
    /// Large enough to make system calls rare, small enough for both directions to stay in a core's second-level cache.
    static let defaultCapacity = 256 << 10

    private let storage: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0

    init(capacity: Int = defaultCapacity) {
        storage = .allocate(byteCount: capacity, alignment: 64)
    }

    deinit { storage.deallocate() }

    var isEmpty: Bool { start == end }

    var hasRoom: Bool { end < storage.count }

    /// The bytes that wait to be taken. Valid until the buffer is changed.
    var contents: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[start..<end]) }

    /// Where more can be put. Valid until the buffer is changed.
    var room: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(rebasing: storage[end...]) }

    /// - Parameter count: How many bytes of ``room`` were filled.
    func didFill(_ count: Int) {
        end = min(end + count, storage.count)
    }

    /// - Parameter count: How many bytes of ``contents`` were taken.
    func didTake(_ count: Int) {
        start = min(start + count, end)
        if start == end {
            removeAll()
        }
    }

    func removeAll() {
        start = 0
        end = 0
    }
}
