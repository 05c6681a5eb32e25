import Foundation
import Synchronization

/// A value behind a lock.
final class Locked<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value { state.withLock { $0 } }

    func change(_ body: (inout sending Value) -> Void) { state.withLock { body(&$0) } }
}

/// A blocking TCP socket of the loopback, closed when nobody needs it any more.
final class BlockingSocket: Sendable {
    private let number: Int32

    init(owning number: Int32 = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)) {
        self.number = number
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
    func accept() -> BlockingSocket? {
        let accepted = Foundation.accept(number, nil, nil)
        return accepted < 0 ? nil : BlockingSocket(owning: accepted)
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

    func shutDown() { shutdown(number, Int32(SHUT_RDWR)) }
}
