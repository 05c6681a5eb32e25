/// The bytes that two ZMTP 3.x peers exchange before the first message: a greeting of 64 bytes and a `READY` command (RFC 37 of
/// rfc.zeromq.org).
///
/// libzmq says it piece by piece, each after having heard the other side's, which costs round trips. So each side's own libzmq is answered
/// on the spot with what the other side will say, and what that really says is checked when it comes, by ``ZMTPOpeningReader``.
enum ZMTPOpening {
    static let greetingByteCount = 64
    /// Handshake commands have at most some hundred bytes.
    static let maximumCommandByteCount = 8192
    static let mechanism = Array("NULL".utf8)

    /// Signature, version 3.1, mechanism `NULL`, not as a server, filler.
    static let greeting: [UInt8] =
        [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1] + mechanism + [UInt8](repeating: 0, count: greetingByteCount - 12 - mechanism.count)

    /// The `READY` of a DEALER without identity.
    static let ready: [UInt8] = {
        let body = property("READY") + property("Socket-Type") + value("DEALER") + property("Identity") + value("")
        return [ZMTPFlags.command, UInt8(body.count)] + body
    }()

    private static func property(_ name: String) -> [UInt8] { [UInt8(name.utf8.count)] + name.utf8 }

    private static func value(_ text: String) -> [UInt8] { [0, 0, 0, UInt8(text.utf8.count)] + text.utf8 }
}

/// The flags in front of each frame.
enum ZMTPFlags {
    static let more: UInt8 = 1
    static let long: UInt8 = 2
    static let command: UInt8 = 4
    static let all = more | long | command
}

/// Takes a peer's opening off the front of its stream, and checks all of it.
struct ZMTPOpeningReader {
    private static let socketTypes: Set<[UInt8]> = [Array("DEALER".utf8), Array("ROUTER".utf8)]

    private var bytes: [UInt8] = []
    private(set) var isComplete = false

    /// Takes as many of the bytes as belong to the opening, and returns how many that were.
    ///
    /// - Throws: `protocolViolation` as soon as a byte does not fit.
    mutating func take(_ incoming: some Collection<UInt8>) throws(ChannelError) -> Int {
        for (index, byte) in incoming.enumerated() {
            guard !isComplete else { return index }
            bytes.append(byte)
            try judge()
        }
        return incoming.count
    }

    private mutating func judge() throws(ChannelError) {
        let last = bytes.count - 1
        guard last >= ZMTPOpening.greetingByteCount else { return try checkGreeting(bytes[last], at: last) }
        let frame = bytes.dropFirst(ZMTPOpening.greetingByteCount)
        guard let flags = frame.first, flags & ~ZMTPFlags.long == ZMTPFlags.command else { throw Self.violation }
        let lengthBytes = frame.dropFirst().prefix(flags & ZMTPFlags.long != 0 ? 8 : 1)
        guard lengthBytes.count == (flags & ZMTPFlags.long != 0 ? 8 : 1) else { return }
        let length = lengthBytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(ZMTPOpening.maximumCommandByteCount) else { throw Self.violation }
        let body = frame.dropFirst(1 + lengthBytes.count)
        guard body.count == Int(length) else { return }
        try checkReady(body)
        isComplete = true
        bytes = []
    }

    private func checkGreeting(_ byte: UInt8, at offset: Int) throws(ChannelError) {
        let isRight =
            switch offset {
            case 0: byte == 0xFF
            // A length that peers of ZMTP 1.0 would read.
            case 1...8: true
            case 9: byte == 0x7F
            case 10: byte >= 3
            // The minor version: later ones only add.
            case 11: true
            case 12..<32: byte == (offset - 12 < ZMTPOpening.mechanism.count ? ZMTPOpening.mechanism[offset - 12] : 0)
            // As a server; means nothing under NULL.
            case 32: byte <= 1
            default: true
            }
        guard isRight else { throw Self.violation }
    }

    private func checkReady(_ body: ArraySlice<UInt8>) throws(ChannelError) {
        var rest = body
        guard try Self.takeName(&rest) == Array("READY".utf8) else {
            throw ChannelError(.protocolViolation, "the peer refused ZeroMQ's handshake")
        }
        var socketType: [UInt8]?
        while !rest.isEmpty {
            let name = try Self.takeName(&rest)
            let value = try Self.takeValue(&rest)
            if String(decoding: name, as: UTF8.self).lowercased() == "socket-type" { socketType = value }
        }
        guard let socketType, Self.socketTypes.contains(socketType) else {
            throw ChannelError(.protocolViolation, "the peer's ZeroMQ socket is none that talks to a DEALER")
        }
    }

    private static func takeName(_ rest: inout ArraySlice<UInt8>) throws(ChannelError) -> [UInt8] {
        guard let count = rest.popFirst() else { throw violation }
        return try take(Int(count), from: &rest)
    }

    private static func takeValue(_ rest: inout ArraySlice<UInt8>) throws(ChannelError) -> [UInt8] {
        let count = try take(4, from: &rest).reduce(0) { $0 << 8 | Int($1) }
        return try take(count, from: &rest)
    }

    private static func take(_ count: Int, from rest: inout ArraySlice<UInt8>) throws(ChannelError) -> [UInt8] {
        guard count <= rest.count else { throw violation }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    private static let violation = ChannelError(
        .protocolViolation, "the peer does not speak ZeroMQ's protocol in version 3 inside TLS")
}
