import Foundation
import Synchronization

/// A wire to a receiver that records what passes and can be made to fail.
final class Relay: Sendable {
    enum Direction: CaseIterable {
        case toReceiver
        case toSender
    }

    /// What happens to the byte at an offset of one direction.
    struct Fault: Sendable, CustomStringConvertible {
        enum Kind {
            /// One of its bits turns.
            case flip
            /// It and all that follows is lost, in both directions; both ends see a plain end of the TCP connection.
            case cut
            /// The same with RST.
            case reset
        }

        let kind: Kind
        let direction: Direction
        let offset: Int
        var description: String { "\(kind) \(direction) at byte \(offset)" }
    }

    let address: String
    private let listener: Socket
    private let recordings = Mutex<[Direction: [UInt8]]>([:])
    private let fault: Fault?

    /// Listens on the loopback and relays every connection. Call ``stop()`` in the end.
    init(to receiver: String, fault: Fault? = nil) throws {
        let target = UInt16(receiver.split(separator: ":").last ?? "") ?? 0
        listener = Socket()
        let port = try listener.listen()
        address = "127.0.0.1:\(port)"
        self.fault = fault
        Thread.detachNewThread { [self] in
            while let near = listener.accept() {
                let far = Socket()
                guard far.connect(to: target) else { continue }
                Thread.detachNewThread { [self] in pump(from: near, to: far, .toReceiver) }
                Thread.detachNewThread { [self] in pump(from: far, to: near, .toSender) }
            }
        }
    }

    func stop() { listener.shutDown() }

    /// The bytes that were sent so far, before any fault.
    func recorded(_ direction: Direction) -> [UInt8] { recordings.withLock { $0[direction] ?? [] } }

    private func pump(from source: Socket, to destination: Socket, _ direction: Direction) {
        var passed = 0
        while true {
            var bytes = source.receive()
            guard !bytes.isEmpty else { return destination.endSending() }
            recordings.withLock { $0[direction, default: []] += bytes }
            if let fault, fault.direction == direction, bytes.indices.contains(fault.offset - passed) {
                let position = fault.offset - passed
                switch fault.kind {
                case .flip: bytes[position] ^= 0x04
                case .cut, .reset:
                    destination.send(Array(bytes[..<position]))
                    for socket in [source, destination] {
                        if fault.kind == .reset { socket.resetOnClose() }
                        socket.shutDown()
                    }
                    return
                }
            }
            passed += bytes.count
            destination.send(bytes)
        }
    }
}

/// A blocking TCP socket of the loopback, closed when nobody needs it any more.
private final class Socket: Sendable {
    private let number: Int32

    init(owning number: Int32 = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)) {
        self.number = number
        // The programs that the tests start must not inherit it, or it would stay open with them.
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(number) }

    /// Listens on a free port and returns it.
    func listen() throws -> UInt16 {
        var address = Self.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, length) != 0 || Foundation.listen(number, 16) != 0 || getsockname(number, $0, &length) != 0
            }
        }
        guard !failed else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return UInt16(bigEndian: address.sin_port)
    }

    func connect(to port: UInt16) -> Bool {
        let address = Self.loopback(port)
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// The next connection; `nil` after ``shutDown()``.
    func accept() -> Socket? {
        let accepted = Foundation.accept(number, nil, nil)
        return accepted < 0 ? nil : Socket(owning: accepted)
    }

    /// What came; empty at the end.
    func receive() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(number, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func endSending() { shutdown(number, Int32(SHUT_WR)) }

    /// Ends both directions, and an ``accept()`` or ``receive()`` that waits.
    func shutDown() { shutdown(number, Int32(SHUT_RDWR)) }

    /// Makes the close send RST.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}
