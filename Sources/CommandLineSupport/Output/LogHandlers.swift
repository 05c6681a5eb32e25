import Basics
import Foundation
import Logging

/// The time in log entries: date, milliseconds and zone, after RFC 3339, always in UTC.
enum LogTime {
    static func text(_ date: Date = Date()) -> String { date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }
}

/// Writes each log entry as a line for people: time, level, label, message and the metadata as `name=value`.
struct TextLogHandler: LogHandler {
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
        Console.writeError(Self.line(level: event.level.rawValue, label: label, "\(event.message)", all.mapValues { "\($0)" }))
    }

    static func line(
        level: String, label: String, _ message: String, _ metadata: [String: String] = [:], time: Date = Date()
    ) -> Data {
        let pairs = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        // Peers' texts are in it.
        return Data((PlainText.harmless("\(LogTime.text(time)) \(level) \(label): \(message)\(pairs)", limit: nil) + "\n").utf8)
    }
}

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

    static func line(
        level: String, label: String, _ message: String, _ metadata: [String: String] = [:], time: Date = Date()
    ) -> Data? {
        var entry = metadata
        entry["time"] = LogTime.text(time)
        entry["level"] = level
        entry["label"] = label
        entry["message"] = message
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(entry)).map { $0 + [0x0A] }
    }
}
