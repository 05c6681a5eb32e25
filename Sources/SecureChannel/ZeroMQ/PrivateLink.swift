import Glibc

/// A DEALER socket of this process and the other end of its one connection.
struct PrivateLink {
    /// The outcome of a non-blocking read or write.
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
    /// The bytes that the DEALER sends before its first message; they are for the peer.
    let opening: [UInt8]

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
            endpoint.remove()
            return try opened(dealer, socket, configuration)
        case .server:
            try dealer.bind(endpoint.zeroMQEndpoint)
            let socket = try endpoint.connect()
            endpoint.remove()
            return try opened(dealer, socket, configuration)
        }
    }

    /// Goes through ZMTP's opening with the DEALER, in the peer's place.
    private static func opened(
        _ dealer: DealerSocket, _ socket: FileDescriptor, _ configuration: ChannelConfiguration
    ) throws(ChannelError) -> PrivateLink {
        // Both fit into an empty socket.
        for part in [ZMTPOpening.greeting, ZMTPOpening.ready] {
            guard send(socket.number, part, part.count, Int32(MSG_NOSIGNAL)) == part.count else { throw unusable }
        }
        let deadline = Deadline.after(configuration.handshakeTimeout)
        var opening: [UInt8] = []
        var reader = ZMTPOpeningReader()
        while !reader.isComplete {
            guard !deadline.isOver else { throw unusable }
            var entries = [Poll.entry(socket.number, Poll.readable)]
            try Poll.wait(&entries, milliseconds: deadline.pollTimeout)
            var room = [UInt8](repeating: 0, count: 512)
            let count = Glibc.read(socket.number, &room, room.count)
            guard count > 0 || count < 0 && (errno == EAGAIN || errno == EINTR) else { throw unusable }
            let piece = Array(room.prefix(max(0, count)))
            // Nothing follows yet: there are no messages, and its first ping is seconds away.
            guard try reader.take(piece) == piece.count else { throw unusable }
            opening += piece
        }
        return PrivateLink(dealer: dealer, socket: socket, opening: opening)
    }

    private static let unusable = ChannelError(.systemFailure, "ZeroMQ did not open its private connection as expected")

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
