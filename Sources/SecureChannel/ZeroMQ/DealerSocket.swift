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

/// The owner of one ZeroMQ DEALER socket. Made, used and closed by one connection's thread, as ZeroMQ demands.
///
/// Its queues have no message count: the channel bounds bytes, which is what costs memory.
final class DealerSocket {
    private let handle: UnsafeMutableRawPointer
    /// The message being sent, at an address that ZeroMQ may rely on.
    private let outgoing = UnsafeMutablePointer<zmq_msg_t>.allocate(capacity: 1)
    /// Whether `outgoing` holds a frame that ZeroMQ has not taken yet.
    private var holdsOutgoing = false
    private let incoming = UnsafeMutablePointer<zmq_msg_t>.allocate(capacity: 1)

    init(_ configuration: ChannelConfiguration) throws(ChannelError) {
        guard let context = ZeroMQContext.shared.handle, let handle = zmq_socket(context, ZMQ_DEALER) else {
            throw .zeroMQ("make a socket")
        }
        self.handle = handle
        zmq_msg_init(incoming)
        try set(ZMQ_LINGER, 0, "linger")
        try set(ZMQ_SNDHWM, 0, "send high-water mark")
        try set(ZMQ_RCVHWM, 0, "receive high-water mark")
        // The endpoint serves one connection; when it is gone there is nothing to come back to.
        try set(ZMQ_RECONNECT_IVL, -1, "reconnect interval")
        try set(ZMQ_HANDSHAKE_IVL, configuration.handshakeTimeout.millisecondsRoundedUp, "handshake interval")
        if let interval = configuration.heartbeatInterval {
            try set(ZMQ_HEARTBEAT_IVL, interval.millisecondsRoundedUp, "heartbeat interval")
            // Silence is judged by the pump, which sees every byte. ZeroMQ would judge by whole messages and give up on a slow link.
            try set(ZMQ_HEARTBEAT_TIMEOUT, 0, "heartbeat timeout")
        }
        var limit = Int64(configuration.maximumMessageBytes)
        guard zmq_setsockopt(handle, ZMQ_MAXMSGSIZE, &limit, MemoryLayout<Int64>.size) == 0 else {
            throw .zeroMQ("set the maximum message size")
        }
    }

    deinit {
        if holdsOutgoing {
            zmq_msg_close(outgoing)
        }
        zmq_msg_close(incoming)
        outgoing.deallocate()
        incoming.deallocate()
        zmq_close(handle)
    }

    func bind(_ endpoint: String) throws(ChannelError) {
        guard zmq_bind(handle, endpoint) == 0 else { throw .zeroMQ("bind its private endpoint") }
    }

    func connect(_ endpoint: String) throws(ChannelError) {
        guard zmq_connect(handle, endpoint) == 0 else { throw .zeroMQ("connect to its private endpoint") }
    }

    /// Readable when ``canSend`` or ``canReceive`` may have changed; they have to be asked before each wait, because it tells only once.
    func notificationDescriptor() throws(ChannelError) -> Int32 {
        var number: Int32 = -1
        var size = MemoryLayout<Int32>.size
        guard zmq_getsockopt(handle, ZMQ_FD, &number, &size) == 0 else { throw .zeroMQ("give its descriptor") }
        return number
    }

    struct Readiness {
        let canSend: Bool
        let canReceive: Bool
    }

    func readiness() throws(ChannelError) -> Readiness {
        var events: Int32 = 0
        var size = MemoryLayout<Int32>.size
        guard zmq_getsockopt(handle, ZMQ_EVENTS, &events, &size) == 0 else { throw .zeroMQ("give its state") }
        return Readiness(canSend: events & Int32(ZMQ_POLLOUT) != 0, canReceive: events & Int32(ZMQ_POLLIN) != 0)
    }

    /// Hands over a frame.
    ///
    /// - Parameter frame: Made only when ZeroMQ does not still hold one from a call that returned `false`.
    /// - Returns: Whether ZeroMQ took it; otherwise the same frame is to be tried again.
    func send(_ frame: @autoclosure () -> OutgoingFrame, more: Bool) throws(ChannelError) -> Bool {
        if !holdsOutgoing {
            try load(frame())
        }
        while true {
            if zmq_msg_send(outgoing, handle, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)) >= 0 {
                holdsOutgoing = false
                return true
            }
            switch zmq_errno() {
            case EAGAIN: return false
            case EINTR: continue
            default: throw .zeroMQ("send")
            }
        }
    }

    private func load(_ frame: OutgoingFrame) throws(ChannelError) {
        // Retained until ZeroMQ calls back, from whichever thread is the last to need the bytes.
        let hint = Unmanaged.passRetained(frame).toOpaque()
        let result = zmq_msg_init_data(
            outgoing, frame.bytes.baseAddress, frame.count,
            { _, hint in
                if let hint {
                    Unmanaged<OutgoingFrame>.fromOpaque(hint).release()
                }
            }, hint)
        guard result == 0 else {
            Unmanaged<OutgoingFrame>.fromOpaque(hint).release()
            throw .zeroMQ("make a message")
        }
        holdsOutgoing = true
    }

    /// The next frame, copied out of ZeroMQ's memory, and whether more of the same message follow; `nil` when none has come.
    func receive() throws(ChannelError) -> (frame: [UInt8], more: Bool)? {
        while zmq_msg_recv(incoming, handle, ZMQ_DONTWAIT) < 0 {
            switch zmq_errno() {
            case EAGAIN: return nil
            case EINTR: continue
            default: throw .zeroMQ("receive")
            }
        }
        let bytes = UnsafeRawBufferPointer(start: zmq_msg_data(incoming), count: zmq_msg_size(incoming))
        let frame = [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, initialized in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
            initialized = bytes.count
        }
        let more = zmq_msg_more(incoming) != 0
        // Gives ZeroMQ's memory back now, not with the next message.
        zmq_msg_close(incoming)
        zmq_msg_init(incoming)
        return (frame, more)
    }

    private func set(_ option: Int32, _ value: Int32, _ name: String) throws(ChannelError) {
        var value = value
        guard zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size) == 0 else { throw .zeroMQ("set its \(name)") }
    }
}

/// The bytes of a frame while ZeroMQ needs them, and the share of the send queue they take.
///
/// ZeroMQ reads the bytes in place. When it is done with them, this object ends, wherever that happens, and the share is free again.
///
/// `@unchecked Sendable`: the bytes are written in `init` and only read afterwards.
final class OutgoingFrame: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer
    let count: Int
    private let queue: OutgoingQueue

    init(_ frame: [UInt8], queue: OutgoingQueue) {
        count = frame.count
        bytes = .allocate(byteCount: max(1, frame.count), alignment: 16)
        bytes.copyBytes(from: frame)
        self.queue = queue
    }

    deinit {
        bytes.deallocate()
        queue.release(weight: count + MessageWeight.frameOverhead)
    }
}
