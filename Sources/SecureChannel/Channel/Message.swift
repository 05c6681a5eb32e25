/// A ZeroMQ multipart message: one or more frames, each of any length including zero.
///
/// ```swift
/// try await connection.send(Message(frames: [header, body]))
/// ```
public struct Message: Hashable, Sendable {
    /// The frames in the order they travel.
    public var frames: [[UInt8]]

    public init(frames: [[UInt8]]) {
        self.frames = frames
    }

    /// The bytes of all frames together.
    public var byteCount: Int {
        frames.reduce(0) { $0 + $1.count }
    }
}

/// The weight of messages in the queues' byte bounds.
///
/// Every frame weighs something beside its bytes, or a flood of empty ones would be free.
enum MessageWeight {
    static let frameOverhead = 64

    static func of(_ message: Message) -> Int {
        message.byteCount + message.frames.count * frameOverhead
    }
}
