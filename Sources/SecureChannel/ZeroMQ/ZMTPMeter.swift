/// Walks along one direction of a ZMTP 3.x stream and counts, without keeping any of it.
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
        case greeting(offset: Int)
        case flags
        case length(missing: Int, value: UInt64)
        case body(missing: Int)
    }

    private static let greetingLength = 64
    /// Handshake and heartbeat commands have at most some hundred bytes.
    private static let maximumCommandBytes = 8192

    private let limits: Limits
    private var position = Position.greeting(offset: 0)
    private var frameFlags: UInt8 = 0
    private var messageBytes = 0
    private var messageFrames = 0

    /// Messages whose last byte has passed.
    private(set) var completedMessages: UInt64 = 0
    /// The weight (``MessageWeight``) of all messages begun, each frame counted in full with its header.
    private(set) var announcedWeight: UInt64 = 0

    init(limits: Limits) {
        self.limits = limits
    }

    /// Whether the stream could end here without a message being lost.
    var isBetweenMessages: Bool {
        switch position {
        case .greeting: true
        case .flags: messageFrames == 0
        case .length, .body: messageFrames == 0 && frameFlags & Flags.command != 0
        }
    }

    /// - Throws: `protocolViolation` or `messageTooLarge`; the meter is of no more use then.
    mutating func advance(over bytes: UnsafeRawBufferPointer) throws(ChannelError) {
        var index = 0
        while index < bytes.count {
            switch position {
            case .greeting(let offset):
                try checkGreeting(byte: bytes[index], at: offset)
                position = offset + 1 == Self.greetingLength ? .flags : .greeting(offset: offset + 1)
                index += 1
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
                if step < missing {
                    position = .body(missing: missing - step)
                } else {
                    endFrame()
                }
            }
        }
    }

    private func checkGreeting(byte: UInt8, at offset: Int) throws(ChannelError) {
        let isRight =
            switch offset {
            case 0: byte == 0xFF
            case 9: byte == 0x7F
            case 10: byte >= 3
            default: true
            }
        guard isRight else {
            throw ChannelError(.protocolViolation, "the peer does not speak ZeroMQ's protocol in version 3 inside TLS")
        }
    }

    private mutating func begin(flags: UInt8) throws(ChannelError) {
        let isCommandWithMore = flags & Flags.command != 0 && flags & Flags.more != 0
        guard flags & ~Flags.all == 0, !isCommandWithMore else {
            throw ChannelError(.protocolViolation, "the peer sent a damaged ZeroMQ frame")
        }
        frameFlags = flags
        position = .length(missing: flags & Flags.long != 0 ? 8 : 1, value: 0)
    }

    private mutating func announce(_ length: UInt64) throws(ChannelError) {
        if frameFlags & Flags.command != 0 {
            guard length <= Self.maximumCommandBytes else {
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
        if frameFlags & (Flags.command | Flags.more) == 0 {
            completedMessages += 1
            messageBytes = 0
            messageFrames = 0
        }
    }

    private enum Flags {
        static let more: UInt8 = 1
        static let long: UInt8 = 2
        static let command: UInt8 = 4
        static let all = more | long | command
    }
}
