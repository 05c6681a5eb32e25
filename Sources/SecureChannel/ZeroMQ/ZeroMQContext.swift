import CZeroMQ
import Glibc

/// The process's ZeroMQ context: the thread that runs the protocol for all sockets.
///
/// It lives as long as the process. Sockets are closed without lingering, so nothing is lost by never terminating it.
///
/// `@unchecked Sendable`: ZeroMQ documents contexts, unlike sockets, as safe for use from any thread.
final class ZeroMQContext: @unchecked Sendable {
    static let shared = ZeroMQContext()

    let handle: UnsafeMutableRawPointer?

    private init() {
        handle = zmq_ctx_new()
    }
}

extension ChannelError {
    /// For a ZeroMQ call that just failed on this thread.
    static func zeroMQ(_ doing: String) -> ChannelError {
        let number = zmq_errno()
        let words = zmq_strerror(number).map { String(cString: $0) } ?? "error \(number)"
        return ChannelError(.systemFailure, "ZeroMQ cannot \(doing): \(words)")
    }
}
