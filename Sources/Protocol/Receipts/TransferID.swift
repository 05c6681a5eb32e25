import Basics

/// Names one transfer of one study, also across sessions: 16 random bytes.
public struct TransferID: Sendable, Hashable, CustomStringConvertible {
    public static let byteCount = 16

    public let bytes: [UInt8]

    /// A new one.
    public init() {
        var generator = SystemRandomNumberGenerator()
        bytes = (0..<Self.byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// `nil` unless there are 16 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// Reads ``description``: 32 hexadecimal digits. `nil` when it is anything else.
    public init?(hexadecimal text: String) {
        guard let bytes = [UInt8](hexadecimal: text) else { return nil }
        self.init(bytes: bytes)
    }

    /// 32 hexadecimal digits in lower case.
    public var description: String { hexadecimal(bytes) }

    /// The first twelve digits: enough for a person to tell it from others.
    public var short: String { hexadecimal(bytes.prefix(6)) }
}
