import Basics
import Foundation
import Synchronization

/// One JSON object a line on standard output, whole lines even from several tasks at once.
public final class JSONLines: Sendable {
    /// Stands where lines were lost.
    private struct LinesLost: Encodable, Sendable {
        let event = "linesLost"
        let lines: Int
    }

    private let queue: OutputQueue
    private let hasComplained = Mutex(false)
    private let complain: @Sendable (String) -> Void

    /// To standard output; standard error is told, once, that events were lost.
    public convenience init() {
        self.init(to: OutputQueue.standardOutput, complain: Console.complain)
    }

    /// - Parameters:
    ///   - output: where the lines go. Each is written when its call returns.
    ///   - complain: told, once, that an event was lost; standard error by default.
    public convenience init(to output: FileHandle, complain: @escaping @Sendable (String) -> Void = Console.complain) {
        self.init(to: OutputQueue(output, patience: .seconds(60)), complain: complain)
    }

    init(to queue: OutputQueue, complain: @escaping @Sendable (String) -> Void) {
        self.queue = queue
        self.complain = complain
    }

    /// Writes `event` as one line. Numbers that JSON does not have become the texts "Infinity", "-Infinity" and "NaN".
    ///
    /// Reporting must not stop a transfer: when events cannot be encoded or written, the first of them is complained about.
    public func write(_ event: some Encodable & Sendable) {
        do {
            let line = try Self.line(event)
            switch queue.write(line, orElse: { (try? Self.line(LinesLost(lines: $0))) ?? Data() }) {
            case .written, .waiting: break
            case .dropped: complainOnce("whoever reads it has stopped reading")
            case .failed(let number):
                complainOnce(systemMessage(number))
                queue.noteFailureTold()
            }
        } catch {
            complainOnce("\(error)")
        }
    }

    private func complainOnce(_ reason: String) {
        let isFirst = hasComplained.withLock { hasComplained in
            defer { hasComplained = true }
            return !hasComplained
        }
        if isFirst { complain("an event could not be written to standard output: \(reason)") }
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
