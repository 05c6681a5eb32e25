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
