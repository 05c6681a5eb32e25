import Basics
import Glibc

/// A TCP connection to another DICOM application, which a child goes on with.
final class PeerConnection {
    /// How often a caller is asked whether it still wants to wait.
    private static let tick: Int32 = 200

    let descriptor: Int32

    /// Connects to the first of the host's addresses that answers. Blocks.
    ///
    /// - Parameters:
    ///   - isCancelled: asked a few times a second while it waits.
    /// - Throws: ``AssociationFailure``
    init(host: String, port: UInt16, timeout: Duration, unless isCancelled: () -> Bool) throws(AssociationFailure) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let number = getaddrinfo(host, String(port), &hints, &list)
        guard number == 0 else { throw AssociationFailure("its host is not found: \(String(cString: gai_strerror(number)))") }
        defer { freeaddrinfo(list) }
        var failure = AssociationFailure("its host has no address")
        var next = list
        while let address = next?.pointee {
            do throws(AssociationFailure) {
                descriptor = try Self.connect(to: address, within: timeout, unless: isCancelled)
                return
            } catch {
                failure = error
            }
            next = address.ai_next
        }
        throw failure
    }

    deinit { close(descriptor) }

    private static func connect(
        to address: addrinfo, within timeout: Duration, unless isCancelled: () -> Bool
    ) throws(AssociationFailure) -> Int32 {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.ai_family, address.ai_socktype | flags, address.ai_protocol)
        guard descriptor >= 0 else { throw AssociationFailure(errno) }
        var number: Int32 = 0
        if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) != 0 {
            number = errno
            if number == EINPROGRESS {
                var size = socklen_t(MemoryLayout<Int32>.size)
                number =
                    wait(descriptor, for: POLLOUT, until: .now + timeout, unless: isCancelled)
                    ? (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 ? number : errno) : ETIMEDOUT
            }
        }
        // The association library reads and writes until it is done.
        let hasMode = number != 0 || fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~Int32(O_NONBLOCK)) == 0
        guard number == 0, hasMode else {
            let failure = AssociationFailure(number == 0 ? errno : number)
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    private static func wait(
        _ descriptor: Int32, for event: Int32, until deadline: ContinuousClock.Instant, unless isCancelled: () -> Bool
    ) -> Bool {
        while ContinuousClock.now < deadline, !isCancelled() {
            var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
            if poll(&entry, 1, tick) > 0 { return true }
        }
        return false
    }
}
