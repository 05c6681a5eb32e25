/// Walks along one direction of a ZMTP 3.x stream behind its ``ZMTPOpening`` and counts, without keeping any of it.
///
/// In front of libzmq it enforces the limits before libzmq allocates anything: libzmq bounds a single frame but not how many frames a
/// message has. Behind libzmq it tells when everything that was sent is on its way. It only hops from frame header to frame header, so its cost is
/// per frame, not per byte. Grammar: ZMTP 3.1, RFC 37 of rfc.zeromq.org.
struct ZMTPMeter {
    struct Limits {
        let messageBytes: Int
        let frames: Int
    }

    private enum Position {
        case flags
        case length(missing: Int, value: UInt64)
        case body(missing: Int)
    }

    private let limits: Limits
    private var position = Position.flags
    private var frameFlags: UInt8 = 0
    private var messageBytes = 0
    private var messageFrames = 0

    /// Messages whose last byte has passed.
    private(set) var completedMessages: UInt64 = 0
    /// The weight (``MessageWeight``) of all messages begun, each frame counted in full with its header.
    private(set) var announcedWeight: UInt64 = 0
    /// Bytes of messages that have passed, those of a message that is still under way included.
    private(set) var passedBytes: UInt64 = 0

    init(limits: Limits) {
        self.limits = limits
    }

    /// Whether the stream could end here without a message being lost.
    var isBetweenMessages: Bool {
        switch position {
        case .flags: messageFrames == 0
        case .length, .body: messageFrames == 0 && frameFlags & ZMTPFlags.command != 0
        }
    }

    /// - Throws: `protocolViolation` or `messageTooLarge`; the meter is of no more use then.
    mutating func advance(over bytes: UnsafeRawBufferPointer) throws(ChannelError) {
        var index = 0
        while index < bytes.count {
            switch position {
            case .flags:
                try begin(flags: bytes[index])
                index += 1
            case .length(let missing, let value):
                let value = value << 8 | UInt64(bytes[index])
                index += 1
                if missing > 1 {
                    position = .length(missing: missing - 1, value: value)
                } else {
                    try announce(value)
                }
            case .body(let missing):
                let step = min(missing, bytes.count - index)
                index += step
                if frameFlags & ZMTPFlags.command == 0 { passedBytes += UInt64(step) }
                if step < missing {
                    position = .body(missing: missing - step)
                } else {
                    endFrame()
                }
            }
        }
    }

    private mutating func begin(flags: UInt8) throws(ChannelError) {
        let isCommandWithMore = flags & ZMTPFlags.command != 0 && flags & ZMTPFlags.more != 0
        guard flags & ~ZMTPFlags.all == 0, !isCommandWithMore else {
            throw ChannelError(.protocolViolation, "the peer sent a damaged ZeroMQ frame")
        }
        frameFlags = flags
        position = .length(missing: flags & ZMTPFlags.long != 0 ? 8 : 1, value: 0)
    }

    private mutating func announce(_ length: UInt64) throws(ChannelError) {
        if frameFlags & ZMTPFlags.command != 0 {
            guard length <= ZMTPOpening.maximumCommandByteCount else {
                throw ChannelError(.protocolViolation, "the peer sent a ZeroMQ command of \(length) bytes")
            }
        } else {
            guard length <= UInt64(limits.messageBytes - messageBytes) else {
                throw ChannelError(.messageTooLarge, "the peer sends a message of more than \(limits.messageBytes) bytes")
            }
            guard messageFrames < limits.frames else {
                throw ChannelError(.messageTooLarge, "the peer sends a message of more than \(limits.frames) frames")
            }
            messageBytes += Int(length)
            messageFrames += 1
            announcedWeight += length + UInt64(MessageWeight.frameOverhead)
        }
        if length == 0 {
            endFrame()
        } else {
            position = .body(missing: Int(length))
        }
    }

    private mutating func endFrame() {
        position = .flags
        if frameFlags & (ZMTPFlags.command | ZMTPFlags.more) == 0 {
            completedMessages += 1
            messageBytes = 0
            messageFrames = 0
        }
    }
}
