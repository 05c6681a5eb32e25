import Glibc

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
