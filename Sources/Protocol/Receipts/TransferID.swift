public import Basics

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

/// A transfer as a person names it: by its number, or by the beginning of it.
public struct TransferPrefix: Sendable, Hashable {
    /// Shorter beginnings are more likely a slip than a choice.
    public static let shortest = 6
    /// Digits of a whole number.
    public static let longest = 32

    /// Hexadecimal digits in lower case.
    public let beginning: String

    /// - Throws: `OperationFailure` `.invalidRequest`, unless the text is 6 to 32 hexadecimal digits.
    public init(_ text: String) throws(OperationFailure) {
        beginning = text.lowercased()
        guard (Self.shortest...Self.longest).contains(text.utf8.count), text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            throw OperationFailure(
                .invalidRequest,
                "'\(text)' is no transfer; give at least \(Self.shortest) of the hexadecimal digits that 'status' shows")
        }
    }

    /// The one transfer that is meant.
    ///
    /// - Parameter transfers: the numbers of all that there are.
    /// - Throws: `OperationFailure` `.invalidRequest` when none or several begin so.
    public func only(of transfers: [TransferID]) throws(OperationFailure) -> TransferID {
        let matching = transfers.filter { $0.description.hasPrefix(beginning) }
        guard let transfer = matching.first else {
            throw OperationFailure(.invalidRequest, "there is no transfer \(beginning); 'status' shows which there are")
        }
        guard matching.count == 1 else {
            throw OperationFailure(
                .invalidRequest,
                "\(matching.count) transfers begin with \(beginning); give more digits: \(matching.map(\.description).joined(separator: ", "))"
            )
        }
        return transfer
    }

    /// Those that are meant, each once, in the order given.
    ///
    /// - Throws: `OperationFailure` `.invalidRequest`, before anything was done about any of them.
    public static func each(_ arguments: [TransferPrefix], of transfers: [TransferID]) throws(OperationFailure) -> [TransferID] {
        var meant: [TransferID] = []
        for argument in arguments {
            let transfer = try argument.only(of: transfers)
            if !meant.contains(transfer) { meant.append(transfer) }
        }
        return meant
    }
}
