/// Why a demonstration tool gave up.
struct DemonstrationError: Error, CustomStringConvertible {
    /// What went wrong, to switch on.
    enum Code: Hashable, Sendable {
        case unreadable
        case unwritable
        case notComparable
        case malformed
    }

    let code: Code
    /// What happened and what to do about it.
    let reason: String
    /// The file it is about.
    let file: String

    var description: String { "\(file): \(reason)" }

    static func unreadable(_ file: String, _ reason: String) -> DemonstrationError {
        DemonstrationError(code: .unreadable, reason: reason, file: file)
    }

    static func unwritable(_ file: String, _ reason: String) -> DemonstrationError {
        DemonstrationError(code: .unwritable, reason: reason, file: file)
    }

    static func notComparable(_ file: String, _ reason: String) -> DemonstrationError {
        DemonstrationError(code: .notComparable, reason: reason, file: file)
    }

    static func malformed(_ file: String, _ reason: String) -> DemonstrationError {
        DemonstrationError(code: .malformed, reason: reason, file: file)
    }
}
