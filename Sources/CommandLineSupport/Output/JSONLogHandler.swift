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

    /// Whoever reads the log may be gone, which must not stop a transfer.
    static func write(level: String, label: String, _ message: String, _ metadata: [String: String] = [:]) {
        var entry = metadata
        entry["time"] = Date().formatted(.iso8601.time(includingFractionalSeconds: true))
        entry["level"] = level
        entry["label"] = label
        entry["message"] = message
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let line = try? encoder.encode(entry) else { return }
        try? FileHandle.standardError.write(contentsOf: line + [0x0A])
    }
}
