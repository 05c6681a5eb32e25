import Basics
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

/// An entry of the log.
struct LogLine {
    enum Format: Sendable {
        /// For people: time, level, label, message and the metadata as `name=value`.
        case text
        /// One JSON object: `time`, `level`, `label`, `message` and the metadata.
        case json
    }

    var time = Date()
    var level: String
    var label: String
    var message: String
    var metadata: [String: String] = [:]

    /// With a line break at its end. Empty where JSON cannot say it.
    func bytes(_ format: Format) -> Data {
        switch format {
        case .text: text
        case .json: json
        }
    }

    /// Date, milliseconds and zone, after RFC 3339, always in UTC.
    var timeText: String { time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }

    private var text: Data {
        let pairs = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        // Peers' texts are in it.
        return Data((PlainText.harmless("\(timeText) \(level) \(label): \(message)\(pairs)", limit: nil) + "\n").utf8)
    }

    private var json: Data {
        var entry = metadata
        entry["time"] = timeText
        entry["level"] = level
        entry["label"] = label
        entry["message"] = message
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(entry)).map { $0 + [0x0A] } ?? Data()
    }
}
