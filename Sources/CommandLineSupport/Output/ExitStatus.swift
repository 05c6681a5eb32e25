import ArgumentParser

/// The programs' exit codes, after sysexits(3).
public enum ExitStatus: Int32, Sendable, Comparable, CaseIterable {
    /// Everything was delivered and verified.
    case success = 0
    /// The command line was wrong (EX_USAGE).
    case usage = 64
    /// Some input was not DICOM, was damaged, or could not be proven exact (EX_DATAERR).
    case badData = 65
    /// The peer could not be reached (EX_UNAVAILABLE).
    case unavailable = 69
    /// A file could not be read or written (EX_IOERR).
    case inputOutput = 74
    /// The link or the peer failed on the way; trying again may succeed (EX_TEMPFAIL).
    case tryAgain = 75
    /// The peer is not trusted, or does not trust us (EX_NOPERM).
    case notTrusted = 77

    public static func < (left: ExitStatus, right: ExitStatus) -> Bool { left.rawValue < right.rawValue }

    /// What ArgumentParser ends a command with.
    public var exitCode: ExitCode { ExitCode(rawValue) }
}

/// An error that ends a command: what to tell the person, and what to tell the script.
public struct CommandFailure: Error, CustomStringConvertible {
    public let status: ExitStatus
    public let description: String

    public init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }
}
