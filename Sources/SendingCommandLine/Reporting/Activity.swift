import Basics
import CommandLineSupport
import Foundation
import Sending

/// The work of the moment, in a few words for a terminal: files are counted, and of large ones people want to see more.
struct Activity: Sendable {
    private struct Sealing: Sendable {
        let name: String
        let byteCount: Int
        let start: ContinuousClock.Instant
    }

    /// Files that are being sealed.
    private var sealing: [UUID: Sealing] = [:]
    private var sending: (name: String, sent: Int, byteCount: Int)?
    /// Bytes of stego files that were sent.
    private(set) var sentBytes = 0

    /// Names are shortened from the left: a line of a terminal is short, and the end of a path tells most.
    private static let longestName = 32

    /// - Parameter identifier: ends it with ``endSealing(_:)``.
    mutating func beginSealing(_ identifier: UUID, _ name: String, _ byteCount: Int, at now: ContinuousClock.Instant) {
        sealing[identifier] = Sealing(name: name, byteCount: byteCount, start: now)
    }

    mutating func endSealing(_ identifier: UUID) { sealing[identifier] = nil }

    mutating func sends(_ byteCount: Int, of name: String, _ total: Int) {
        sentBytes += byteCount
        let before = sending.flatMap { $0.name == name ? $0.sent : nil } ?? 0
        let sent = before + byteCount
        sending = sent < total ? (name, sent, total) : nil
    }

    /// - Returns: the file that is sealed for longest, and the file that is being sent; empty without either.
    func description(at now: ContinuousClock.Instant) -> String {
        var parts: [String] = []
        if let oldest = sealing.values.min(by: { $0.start < $1.start }) {
            let seconds = Quantities.duration((now - oldest.start).seconds)
            parts.append("sealing \(Self.short(oldest.name)), \(Quantities.bytes(oldest.byteCount)), for \(seconds)")
        }
        if let sending {
            parts.append("sending \(Self.short(sending.name)), \(Quantities.bytes(sending.sent)) of \(Quantities.bytes(sending.byteCount))")
        }
        return parts.joined(separator: "; ")
    }

    private static func short(_ name: String) -> String {
        name.count > longestName ? "…" + name.suffix(longestName - 1) : name
    }
}
