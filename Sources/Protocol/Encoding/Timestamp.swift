import Foundation

/// Times on the wire: whole milliseconds since 1970, so that what is signed is the same on both sides.
enum Timestamp {
    /// 1970 up to the end of the year 9999.
    static let range: ClosedRange<Int64> = 0...253_402_300_799_999

    static func milliseconds(_ date: Date) -> Int64 {
        let value = (date.timeIntervalSince1970 * 1000).rounded()
        guard value.isFinite else { return range.lowerBound }
        return Int64(min(max(value, Double(range.lowerBound)), Double(range.upperBound)))
    }

    /// `nil` outside `range`.
    static func date(milliseconds: Int64) -> Date? {
        range.contains(milliseconds) ? Date(timeIntervalSince1970: Double(milliseconds) / 1000) : nil
    }

    /// `2026-11-21T11:04:47Z`
    static func text(_ date: Date) -> String {
        date.formatted(.iso8601)
    }
}
