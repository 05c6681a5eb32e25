import Foundation
import Synchronization

/// One JSON object a line on standard output, whole lines even from several tasks at once.
public final class JSONLines: Sendable {
    private let output: Mutex<FileHandle>

    /// - Parameter output: where the lines go; standard output by default.
    public init(to output: FileHandle = .standardOutput) {
        self.output = Mutex(output)
    }

    /// Writes `event` as one line. An event that cannot be encoded or written is dropped: reporting must not stop a transfer.
    public func write(_ event: some Encodable & Sendable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        guard var line = try? encoder.encode(event) else { return }
        line.append(0x0A)
        output.withLock { try? $0.write(contentsOf: line) }
    }
}
