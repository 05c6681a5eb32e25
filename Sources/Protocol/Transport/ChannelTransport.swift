public import SecureChannel

/// A session's transport over the secure channel.
public struct ChannelTransport: MessageTransport {
    private let connection: SecureConnection

    public init(_ connection: SecureConnection) {
        self.connection = connection
    }

    public var peerCertificateDER: [UInt8] { connection.peerCertificateDER }

    public func send(_ message: Message) async throws {
        try await connection.send(SecureChannel.Message(frames: message.frames))
    }

    public func receive() async throws -> Message? {
        try await connection.receive().map { Message(frames: $0.frames) }
    }

    public func close() async {
        await connection.close()
    }

    public func exporter(label: String, context: [UInt8], length: Int) throws -> [UInt8] {
        try connection.exporter(label: label, context: context, length: length)
    }
}
