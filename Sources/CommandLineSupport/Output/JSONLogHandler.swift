import Foundation
import Logging

/// Writes each log entry as one JSON object on one line of standard error: `time`, `level`, `label`, `message` and the metadata.
struct JSONLogHandler: LogHandler {
    var logLevel: Logger.Level = .warning
    var metadata: Logger.Metadata = [:]
    private let label: String

    init(label: String) {
        self.label = label
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        Self.write(level: event.level.rawValue, label: label, "\(event.message)", all.mapValues { "\($0)" })
    }

    static func write(level: String, label: String, _ message: String, _ metadata: [String: String] = [:]) {
        if let line = line(level: level, label: label, message, metadata) { Console.writeError(line) }
    }

    static func line(level: String, label: String, _ message: String, _ metadata: [String: String] = [:]) -> Data? {
        var entry = metadata
        entry["time"] = Date().formatted(.iso8601.time(includingFractionalSeconds: true))
        entry["level"] = level
        entry["label"] = label
        entry["message"] = message
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(entry)).map { $0 + [0x0A] }
    }
}
