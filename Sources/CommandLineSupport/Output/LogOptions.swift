public import ArgumentParser
import Logging

/// `--log-level`, for the programs that run long enough to have something to log.
public struct LogOptions: ParsableArguments {
    public enum Level: String, ExpressibleByArgument, CaseIterable, Sendable {
        case debug
        case info
        case warning
        case error
    }

    @Option(help: ArgumentHelp("What to log to standard error: debug, info, warning or error.", valueName: "level"))
    public var logLevel: Level = .warning

    public init() {}

    /// Sends the log to standard error; call it once, before anything logs.
    public func bootstrap() {
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
