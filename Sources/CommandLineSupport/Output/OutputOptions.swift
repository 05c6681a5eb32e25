public import ArgumentParser
import Foundation
import Logging

/// `--json` and `--log-level`, for the commands that do the work.
public struct OutputOptions: ParsableArguments {
    public enum Level: String, ExpressibleByArgument, CaseIterable, Sendable {
        case debug
        case info
        case warning
        case error
    }

    @Flag(help: "Print one JSON object a line on standard output, and nothing else there.")
    public var json = false

    @Option(help: ArgumentHelp("What to log to standard error: debug, info, warning or error.", valueName: "level"))
    public var logLevel: Level = .warning

    public init() {}

    /// Where `--json` lines go; `nil` when people read.
    public var jsonLines: JSONLines? { json ? JSONLines() : nil }

    /// Sends the log to standard error; call it once, before anything logs or prints.
    public func bootstrap() {
        // Whoever reads the output may leave early (`| head`), which must not end a transfer.
        signal(SIGPIPE, SIG_IGN)
        let level: Logger.Level =
            switch logLevel {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
    }
}
