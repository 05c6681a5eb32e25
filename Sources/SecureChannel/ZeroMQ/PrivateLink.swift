/// A DEALER socket of this process and the other end of its one connection.
struct PrivateLink {
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
}
