public import ArgumentParser
import Basics
public import Protocol

/// A length of time on a command line: `90s`, `10m`, `2h`, `1d`, `0`, or seconds without a unit.
public struct DurationArgument: ExpressibleByArgument, Sendable, Hashable {
    public let duration: Duration

    public init(_ duration: Duration) {
        self.duration = duration
    }

    /// `nil` for anything else, for negative times and for more than ten years.
    public init?(argument: String) {
        let units: [(suffix: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)]
        let unit = units.first { argument.hasSuffix($0.suffix) } ?? ("", 1)
        guard let number = Double(argument.dropLast(unit.suffix.count)), number.isFinite, number >= 0 else { return nil }
        let milliseconds = (number * unit.seconds * 1000).rounded()
        guard milliseconds <= 10 * 366 * 86_400_000 else { return nil }
        duration = .milliseconds(Int(milliseconds))
    }

    public var defaultValueDescription: String {
        let seconds = duration.components.seconds
        for (size, unit) in [(86_400, "d"), (3600, "h"), (60, "m")] where seconds >= size && seconds % Int64(size) == 0 {
            return "\(seconds / Int64(size))\(unit)"
        }
        return duration.components.attoseconds == 0
            ? "\(seconds)s" : "\(seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000)ms"
    }
}

extension TransferPrefix {
    /// A transfer on a command line.
    ///
    /// - Throws: `ValidationError`, unless the text is 6 to 32 hexadecimal digits.
    @Sendable public static func argument(_ text: String) throws -> TransferPrefix {
        do { return try TransferPrefix(text) } catch { throw ValidationError(error.description) }
    }
}
