import ArgumentParser

/// A transfer on a command line: its number, or the beginning of it, as `status` shows it.
public struct TransferArgument: Sendable, Hashable {
    /// Shorter beginnings are more likely a slip than a choice.
    public static let shortest = 6
    /// Digits of a whole number.
    public static let longest = 32

    /// Hexadecimal digits in lower case.
    public let beginning: String

    /// - Throws: `ValidationError`, unless the text is 6 to 32 hexadecimal digits.
    public init(_ text: String) throws {
        beginning = text.lowercased()
        guard (Self.shortest...Self.longest).contains(text.utf8.count), text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            throw ValidationError(
                "'\(text)' is no transfer; give at least \(Self.shortest) of the hexadecimal digits that 'status' shows")
        }
    }

    /// The one transfer that is meant.
    ///
    /// - Parameter transfers: the numbers of all that there are.
    /// - Throws: ``CommandFailure`` `.usage` when none or several begin so.
    public func only(of transfers: [String]) throws(CommandFailure) -> String {
        let matching = transfers.filter { $0.hasPrefix(beginning) }
        guard let transfer = matching.first else {
            throw CommandFailure(.usage, "there is no transfer \(beginning); 'status' shows which there are")
        }
        guard matching.count == 1 else {
            throw CommandFailure(
                .usage, "\(matching.count) transfers begin with \(beginning); give more digits: \(matching.joined(separator: ", "))")
        }
        return transfer
    }

    /// Those that are meant, each once, in the order given.
    ///
    /// - Throws: ``CommandFailure`` `.usage`, before anything was done about any of them.
    public static func each(_ arguments: [TransferArgument], of transfers: [String]) throws(CommandFailure) -> [String] {
        var meant: [String] = []
        for argument in arguments {
            let transfer = try argument.only(of: transfers)
            if !meant.contains(transfer) { meant.append(transfer) }
        }
        return meant
    }
}
