import Basics
import Foundation

/// A TCP connection to another DICOM application. Blocks; used on one thread.
final class PeerSocket {
    /// How often a caller is asked whether it still wants to wait.
    private static let tick: Int32 = 200
    /// Longer units than this side announces are no honest mistake.
    private static let longestUnit = 1 << 20

    private let descriptor: Int32
    private let timeout: Duration
    private let isCancelled: () -> Bool

    /// Connects to the first of the host's addresses that answers.
    ///
    /// - Parameters:
    ///   - timeout: for the connection, and for each answer.
    ///   - isCancelled: asked a few times a second while it waits.
    /// - Throws: ``AssociationFailure``
    init(host: String, port: UInt16, timeout: Duration, unless isCancelled: @escaping () -> Bool) throws(AssociationFailure) {
        self.timeout = timeout
        self.isCancelled = isCancelled
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
        if Foundation.connect(descriptor, address.ai_addr, address.ai_addrlen) != 0 {
            number = errno
            if number == EINPROGRESS {
                var size = socklen_t(MemoryLayout<Int32>.size)
                number =
                    wait(descriptor, for: POLLOUT, until: .now + timeout, unless: isCancelled)
                    ? (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 ? number : errno) : ETIMEDOUT
            }
        }
        guard number == 0 else {
            close(descriptor)
            throw AssociationFailure(number)
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

    // MARK: Units

    /// Sends one unit.
    func send(_ unit: ProtocolDataUnit) throws(AssociationFailure) {
        let bytes = unit.bytes
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Foundation.send(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                done += count
            } else if errno == EAGAIN {
                guard Self.wait(descriptor, for: POLLOUT, until: .now + timeout, unless: isCancelled) else {
                    throw AssociationFailure.silence
                }
            } else if errno != EINTR {
                throw AssociationFailure(errno)
            }
        }
    }

    /// The next unit that the other side sends.
    func receive() throws(AssociationFailure) -> ProtocolDataUnit {
        let deadline = ContinuousClock.now + timeout
        let head = try read(ProtocolDataUnit.headerByteCount, until: deadline)
        let length = head[2...].reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.longestUnit else { throw .nonsense }
        guard let unit = ProtocolDataUnit(type: head[0], body: try read(length, until: deadline)) else { throw .nonsense }
        return unit
    }

    private func read(_ count: Int, until deadline: ContinuousClock.Instant) throws(AssociationFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress?.advanced(by: done), count - done, 0) }
            if got > 0 {
                done += got
            } else if got == 0 {
                throw AssociationFailure("it closed the connection", isCut: true)
            } else if errno == EAGAIN {
                guard Self.wait(descriptor, for: POLLIN, until: deadline, unless: isCancelled) else { throw AssociationFailure.silence }
            } else if errno != EINTR {
                throw AssociationFailure(errno)
            }
        }
        return bytes
    }
}

/// Why there is no association, or none any more.
struct AssociationFailure: Error, CustomStringConvertible {
    let description: String
    /// Whether the other side ended an association that there was: one file may have been the reason.
    let isCut: Bool

    init(_ description: String, isCut: Bool = false) {
        self.description = description
        self.isCut = isCut
    }

    /// - Parameter number: errno.
    init(_ number: Int32) {
        self.init(systemMessage(number).lowercased(), isCut: number == ECONNRESET || number == EPIPE)
    }

    static let silence = AssociationFailure("it does not answer")
    static let nonsense = AssociationFailure("it says what is no DICOM", isCut: true)
}
