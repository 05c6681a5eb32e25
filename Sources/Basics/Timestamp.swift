public import Foundation

/// Times as whole milliseconds since 1970, so that a signed or stored time is the same wherever it is read.
public enum Timestamp {
    /// 1970 up to the end of the year 9999.
    public static let range: ClosedRange<Int64> = 0...253_402_300_799_999

    /// The time as it is now, in milliseconds.
    public static var now: Int64 { milliseconds(Date()) }

    /// A time in milliseconds; the nearest one of ``range`` for times outside it.
    public static func milliseconds(_ date: Date) -> Int64 {
        let value = (date.timeIntervalSince1970 * 1000).rounded()
        guard value.isFinite else { return range.lowerBound }
        return Int64(min(max(value, Double(range.lowerBound)), Double(range.upperBound)))
    }

    /// The time of so many milliseconds; `nil` outside ``range``.
    public static func date(milliseconds: Int64) -> Date? {
        range.contains(milliseconds) ? date(trusted: milliseconds) : nil
    }

    /// The time of milliseconds that this side wrote itself.
    public static func date(trusted milliseconds: Int64) -> Date {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// `2026-11-21T11:04:47Z`
    public static func text(_ date: Date) -> String {
        date.formatted(.iso8601)
    }
}
