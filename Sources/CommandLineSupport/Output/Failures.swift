import ArgumentParser
import Journal

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
