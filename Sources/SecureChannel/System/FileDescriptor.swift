import Glibc
import Synchronization

/// The owner of one file descriptor: closed by ``close()`` or with the owner's end, whichever comes first, exactly once.
final class FileDescriptor: Sendable {
    private let value: Atomic<Int32>

    init(owning number: Int32) {
        value = Atomic(number)
    }

    deinit { close() }

    /// The descriptor for system calls; -1, which they all refuse, once closed.
    var number: Int32 { value.load(ordering: .acquiring) }

    func close() {
        let number = value.exchange(-1, ordering: .acquiringAndReleasing)
        if number >= 0 {
            _ = Glibc.close(number)
        }
    }
}
