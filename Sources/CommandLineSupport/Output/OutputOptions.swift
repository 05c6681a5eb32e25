public import ArgumentParser
import Foundation
import Logging

/// `--json`, `--log-level` and `--log-format`, for the commands that do the work.
public struct OutputOptions: ParsableArguments {
    public enum Level: String, ExpressibleByArgument, CaseIterable, Sendable {
        case debug
        case info
        case warning
        case error
    }

    public enum LogFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
        case text
        case json
    }

    @Flag(help: "Print one JSON object a line on standard output, and nothing else there.")
    public var json = false

    @Option(help: ArgumentHelp("The least level that is logged to standard error: debug, info, warning or error.", valueName: "level"))
    public var logLevel: Level = .warning

    @Option(help: ArgumentHelp("How to log: text for people, or json, one object a line.", valueName: "format"))
    public var logFormat: LogFormat = .text

    public init() {}

    /// Where `--json` lines go; `nil` when people read.
    public var jsonLines: JSONLines? { json ? JSONLines() : nil }

    /// Sends the log to standard error; call it once, before anything logs or prints.
    public func bootstrap() {
        let level: Logger.Level =
            switch logLevel {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        Console.setStructured(logFormat == .json)
        LoggingSystem.bootstrap { [logFormat] label in
            var handler = LineLogHandler(label: label, format: logFormat == .json ? .json : .text)
            handler.logLevel = level
            return handler
        }
    }
}
