import ArgumentParser
public import Protocol

extension TransferPrefix {
    /// A transfer on a command line.
    ///
    /// - Throws: `ValidationError`, unless the text is 6 to 32 hexadecimal digits.
    @Sendable public static func argument(_ text: String) throws -> TransferPrefix {
        do { return try TransferPrefix(text) } catch { throw ValidationError(error.description) }
    }
}
