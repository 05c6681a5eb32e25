import CLinux
import Glibc
import Synchronization

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
