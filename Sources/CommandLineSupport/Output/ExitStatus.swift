public import ArgumentParser
public import Basics
import Journal

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

    /// The exit code with which ArgumentParser ends a command.
    public var exitCode: ExitCode { ExitCode(rawValue) }
}

extension ExitStatus {
    /// The exit code that a kind of failure asks for.
    public init(_ kind: FailureKind) {
        self =
            switch kind {
            case .invalidRequest: .usage
            case .badData: .badData
            case .unavailable: .unavailable
            case .fileAccess: .inputOutput
            case .temporary: .tryAgain
            case .notTrusted: .notTrusted
            }
    }

    /// The exit code that any error asks for.
    public init(of error: any Error) { self.init(FailureKind(of: error)) }
}

/// Runs a command's body; an error is told to the person in one line and becomes the exit code.
public func reportingFailures(_ body: () throws -> Void) throws {
    do { try body() } catch { throw reported(error) }
}

/// Runs a command's asynchronous body; an error is told to the person in one line and becomes the exit code.
public func reportingFailures(_ body: () async throws -> Void) async throws {
    do { try await body() } catch { throw reported(error) }
}

private func reported(_ error: any Error) -> any Error {
    // What ArgumentParser throws is already for people, and an exit code needs no words.
    if error is ExitCode || error is ValidationError || error is CleanExit { return error }
    Console.complain(JournalDatabase.reason(for: error))
    return ExitStatus(of: error).exitCode
}
