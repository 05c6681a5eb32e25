import ArgumentParser
import Receiving

/// A number of bytes on the command line: `2GB`, `500MB`, `64MiB`, `4096`.
struct ByteCountArgument: ExpressibleByArgument, Sendable, Hashable, CustomStringConvertible {
    private static let units: [(name: String, bytes: Int)] = [
        ("TIB", 1 << 40), ("GIB", 1 << 30), ("MIB", 1 << 20), ("KIB", 1 << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1), ("", 1),
    ]

    let bytes: Int

    init(bytes: Int) {
        self.bytes = bytes
    }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        let name = argument.dropFirst(digits.count).drop { $0 == " " }.uppercased()
        guard let count = Int(digits), let unit = Self.units.first(where: { $0.name == name }) else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
        guard !overflow else { return nil }
        self.bytes = bytes
    }

    var description: String {
        guard bytes > 0, let unit = Self.units.first(where: { bytes % $0.bytes == 0 && bytes >= $0.bytes }) else { return "\(bytes)" }
        return "\(bytes / unit.bytes)\(unit.name)"
    }
}
