import Glibc

/// The kinds of failure that whoever meets one has to tell apart: each asks for something else.
public enum FailureKind: String, Sendable, Codable, CaseIterable {
    /// The request itself cannot be met: a name that is not there, a choice that does not fit. Another request may.
    case invalidRequest
    /// Some input is not DICOM, is damaged, or could not be proven exact.
    case badData
    /// The peer cannot be reached, or shares no version or codec with this side.
    case unavailable
    /// A file cannot be read or written.
    case fileAccess
    /// Trying again may succeed.
    case temporary
    /// The peer is not trusted, or does not trust this side.
    case notTrusted
}

/// An error that knows what it asks for.
public protocol ClassifiedFailure: Error {
    var kind: FailureKind { get }
}

extension FailureKind {
    /// The kind of any error. A cancelled task may be started again; an error without a kind is taken for the input's fault.
    public init(of error: any Error) {
        self =
            switch error {
            case let error as any ClassifiedFailure: error.kind
            case is CancellationError: .temporary
            default: .badData
            }
    }
}

/// A failure in words for a person, with its kind for programs.
public struct OperationFailure: ClassifiedFailure, CustomStringConvertible {
    public let kind: FailureKind
    /// What happened, to which file or peer, and what to do.
    public let description: String

    public init(_ kind: FailureKind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

/// A system call that failed where no file is concerned.
public struct SystemError: Error, Sendable, CustomStringConvertible {
    /// After "cannot", such as "start a thread".
    public let operation: String
    /// errno.
    public let number: Int32

    public init(_ operation: String, number: Int32) {
        self.operation = operation
        self.number = number
    }

    public var description: String { "cannot \(operation): \(systemMessage(number))" }
}

/// The system's words for an `errno`, without strerror(3)'s shared buffer.
public func systemMessage(_ number: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        guard let base = buffer.baseAddress, strerror_r(number, base, buffer.count) == 0 else { return "error \(number)" }
        return String(cString: base)
    }
}
