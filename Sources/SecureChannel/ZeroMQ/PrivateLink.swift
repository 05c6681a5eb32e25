import Glibc

/// A DEALER socket of this process and the other end of its one connection.
struct PrivateLink {
    /// What a non-blocking read or write came to.
    enum Step {
        case moved(Int)
        /// To be repeated when the socket is ready.
        case blocked
        /// ZeroMQ has closed its end, which it does only when the peer breaks its protocol.
        case ended
    }

    let dealer: DealerSocket
    /// Carries the DEALER's ZMTP stream, non-blocking.
    let socket: FileDescriptor

    /// Makes the two and connects them, in the direction that the TLS connection has: the connector's DEALER connects, the listener's binds.
    static func make(role: TLSRole, configuration: ChannelConfiguration) throws(ChannelError) -> PrivateLink {
        let endpoint = try PrivateEndpoint()
        defer { endpoint.remove() }
        let dealer = try DealerSocket(configuration)
        switch role {
        case .client:
            let listener = try endpoint.listen()
            defer { listener.close() }
            try dealer.connect(endpoint.zeroMQEndpoint)
            let socket = try endpoint.accept(listener, deadline: .after(configuration.handshakeTimeout))
            return PrivateLink(dealer: dealer, socket: socket)
        case .server:
            try dealer.bind(endpoint.zeroMQEndpoint)
            return PrivateLink(dealer: dealer, socket: try endpoint.connect())
        }
    }

    func read(into room: UnsafeMutableRawBufferPointer) -> Step {
        let count = Glibc.read(socket.number, room.baseAddress, room.count)
        return count == 0 ? .ended : step(count)
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Step {
        step(send(socket.number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)))
    }

    private func step(_ count: Int) -> Step {
        guard count < 0 else { return .moved(count) }
        return errno == EAGAIN || errno == EINTR ? .blocked : .ended
    }
}
