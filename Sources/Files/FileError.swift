public import Basics
import Foundation

/// A file operation that failed, in the words of the system.
public struct FileError: ClassifiedFailure, Sendable, CustomStringConvertible {
    public let path: String
    public let operation: String
    /// errno.
    public let number: Int32

    public var description: String { "\(path): \(reason)" }
    /// What happened, without the path: for where the file is named already, and for peers, whom paths of this side do not concern.
    public var reason: String { "cannot \(operation): \(systemMessage(number))" }
    public var kind: FailureKind { .fileAccess }
    /// Whether the disk or the quota is full.
    public var isDiskFull: Bool { number == ENOSPC || number == EDQUOT }

    /// Whether there is no such file.
    public var isMissing: Bool { number == ENOENT || number == ENOTDIR }

    /// - Parameter number: the system call's errno; read at once, before another call changes it.
    public init(_ operation: String, _ path: String, number: Int32 = errno) {
        self.operation = operation
        self.path = path
        self.number = number
    }
}
