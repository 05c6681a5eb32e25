import Glibc

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
