import Foundation
import Synchronization

/// One JSON object a line on standard output, whole lines even from several tasks at once.
public final class JSONLines: Sendable {
    private struct State {
        let output: FileHandle
        var hasComplained = false
    }

    private let state: Mutex<State>
    private let complain: @Sendable (String) -> Void

    /// - Parameters:
    ///   - output: where the lines go; standard output by default.
    ///   - complain: told, once, that an event was lost; standard error by default.
    public init(to output: FileHandle = .standardOutput, complain: @escaping @Sendable (String) -> Void = Console.complain) {
        state = Mutex(State(output: output))
        self.complain = complain
    }

    /// Writes `event` as one line. Numbers that JSON does not have become the texts "Infinity", "-Infinity" and "NaN".
    ///
    /// Reporting must not stop a transfer: when events cannot be encoded or written, the first of them is complained about.
    public func write(_ event: some Encodable & Sendable) {
        do {
            let line = try Self.line(event)
            try state.withLock { try $0.output.write(contentsOf: line) }
        } catch {
            let isFirst = state.withLock { state in
                defer { state.hasComplained = true }
                return !state.hasComplained
            }
            if isFirst { complain("an event could not be written to standard output: \(error)") }
        }
    }

    private static func line(_ event: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return try encoder.encode(event) + [0x0A]
    }
}
