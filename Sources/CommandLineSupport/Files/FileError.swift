import Foundation

/// A file operation that failed, in the words of the system.
public struct FileError: Error, Sendable, CustomStringConvertible {
    public let path: String
    public let operation: String
    /// errno.
    public let number: Int32

    public var description: String { "\(path): cannot \(operation): \(cause)" }
    /// What the system calls the error.
    public var cause: String { String(cString: strerror(number)) }
    /// Whether the disk or the quota is full.
    public var isDiskFull: Bool { number == ENOSPC || number == EDQUOT }

    init(_ operation: String, _ path: String) {
        number = errno
        self.operation = operation
        self.path = path
    }
}
