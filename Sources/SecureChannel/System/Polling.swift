import CLinux
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

/// poll(2) over a few descriptors.
enum Poll {
    static let readable = Int16(POLLIN)
    static let writable = Int16(POLLOUT)

    /// An entry of the set. Without any event to wait for, the descriptor is left out altogether, because poll(2) would
    /// otherwise return at once and for ever for one that was hung up.
    static func entry(_ descriptor: Int32, _ events: Int16) -> pollfd {
        pollfd(fd: events == 0 ? -1 : descriptor, events: events, revents: 0)
    }

    /// Waits until a descriptor is ready, the time is over, or a signal came.
    ///
    /// - Parameter milliseconds: -1 waits for ever.
    static func wait(_ entries: inout [pollfd], milliseconds: Int32) throws(ChannelError) {
        guard poll(&entries, nfds_t(entries.count), milliseconds) >= 0 || errno == EINTR else {
            throw .system("wait for the network", errno: errno)
        }
    }
}

/// A moment by which something has to be done.
struct Deadline {
    let instant: ContinuousClock.Instant

    static func after(_ duration: Duration) -> Deadline {
        Deadline(instant: .now + duration)
    }

    var isOver: Bool { instant <= .now }

    /// Milliseconds left, for poll(2).
    var pollTimeout: Int32 { (instant - .now).millisecondsRoundedUp }
}

/// Gets a thread out of poll(2) from any other thread: an eventfd, written at most once between two sleeps.
final class Waker: Sendable {
    private enum State {
        case idle
        case raised
        case closed
    }

    private let descriptor: FileDescriptor
    private let state = Mutex(State.idle)

    init() throws(ChannelError) {
        let number = CLinux_eventfd()
        guard number >= 0 else { throw .system("make an event descriptor", errno: errno) }
        descriptor = FileDescriptor(owning: number)
    }

    /// Readable once ``wake()`` was called.
    var number: Int32 { descriptor.number }

    /// The lock is held across the write, which never waits, so that the descriptor cannot be closed and its number reused in between.
    func wake() {
        state.withLock { state in
            guard case .idle = state else { return }
            state = .raised
            var one: UInt64 = 1
            _ = write(descriptor.number, &one, MemoryLayout<UInt64>.size)
        }
    }

    /// Called by the woken thread before it looks for its work, so that no wake is lost in between.
    func lower() {
        state.withLock { state in
            guard case .raised = state else { return }
            state = .idle
            var count: UInt64 = 0
            _ = read(descriptor.number, &count, MemoryLayout<UInt64>.size)
        }
    }

    /// Gives the descriptor back; later wakes do nothing.
    func close() {
        state.withLock { state in
            state = .closed
            descriptor.close()
        }
    }
}
