import Foundation
import Logging

/// Writes each log entry as a line of standard error.
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level = .warning
    var metadata: Logger.Metadata = [:]
    private let label: String
    private let format: LogLine.Format

    init(label: String, format: LogLine.Format) {
        self.label = label
        self.format = format
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let line = LogLine(level: event.level.rawValue, label: label, message: "\(event.message)", metadata: all.mapValues { "\($0)" })
        Console.writeError(line.bytes(format))
    }
}
