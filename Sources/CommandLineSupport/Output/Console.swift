import Foundation
import Synchronization

/// Lines for people.
///
/// They may hold names and reasons that came from a peer, so what would steer a terminal is taken out.
public enum Console {
    /// Writes a line to standard output, at once: it may be a pipe, and people want to see what happens while it does.
    public static func say(_ text: String) {
        write(harmless(text), to: .standardOutput)
    }

    /// Writes a line about a failure to standard error; an entry of the log where that is structured.
    public static func complain(_ text: String) {
        if isStructured.load(ordering: .relaxed) { return JSONLogHandler.write(level: "error", label: "veilray", harmless(text)) }
        write("Error: " + harmless(text), to: .standardError)
    }

    /// Writes a question to standard error. A line break at its end is kept; without one the answer comes on the same line.
    static func ask(_ text: String) {
        let line = text.hasSuffix("\n") ? harmless(String(text.dropLast())) + "\n" : harmless(text)
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }

    private static let isStructured = Atomic(false)

    /// Whether standard error holds JSON objects only.
    static func setStructured(_ isStructured: Bool) {
        self.isStructured.store(isStructured, ordering: .relaxed)
    }

    /// The text on one line, with a space for each control or formatting character (terminal escapes, direction overrides).
    static func harmless(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: result.append(" ")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// Nobody may be reading any more, which must not stop a transfer.
    private static func write(_ line: String, to output: FileHandle) {
        try? output.write(contentsOf: Data((line + "\n").utf8))
    }
}
