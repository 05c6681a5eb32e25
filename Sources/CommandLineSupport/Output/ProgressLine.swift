import Basics
import Foundation
import Synchronization

/// One line on a terminal's standard error that is rewritten as a transfer goes on. Silent where there is no terminal.
public final class ProgressLine: Sendable {
    private struct State {
        var lastDrawn: ContinuousClock.Instant?
        var isDrawn = false
    }

    private static let interval = Duration.milliseconds(100)
    private let isEnabled: Bool
    private let started = ContinuousClock.now
    private let state = Mutex(State())

    /// - Parameter isEnabled: whether to draw at all; drawn only when standard error is a terminal.
    public init(isEnabled: Bool) {
        self.isEnabled = isEnabled && isatty(STDERR_FILENO) == 1
    }

    /// Whether there is anybody to see it.
    public var isShown: Bool { isEnabled }

    /// Shows how far a transfer is. Drawn at most ten times a second.
    ///
    /// - Parameter activity: what is being done, in a few words; may be empty.
    public func update(done: Int, of total: Int, bytesSent: Int, activity: String) {
        update(done: done, of: total) { elapsed in
            let rate = Int(exactly: (Double(bytesSent) / elapsed).rounded()) ?? 0
            return "\(Quantities.bytes(bytesSent))  \(Quantities.bytes(rate))/s" + (activity.isEmpty ? "" : "  \(activity)")
        }
    }

    /// Shows how far some other work is. Drawn at most ten times a second.
    ///
    /// - Parameter activity: what is being done, in a few words.
    public func update(done: Int, of total: Int, activity: String) {
        update(done: done, of: total) { _ in activity }
    }

    private func update(done: Int, of total: Int, _ details: (_ elapsedSeconds: Double) -> String) {
        guard isEnabled else { return }
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            if done < total, let last = state.lastDrawn, now - last < Self.interval { return false }
            state.lastDrawn = now
            state.isDrawn = true
            return true
        }
        guard isDue else { return }
        let elapsed = (now - started).seconds
        let left = done > 0 ? elapsed / Double(done) * Double(total - done) : nil
        let line = [
            Self.bar(done, of: total), "\(done)/\(total)", details(elapsed), left.map { "\(Quantities.duration($0)) left" } ?? "",
        ].joined(separator: "  ")
        draw("\r\u{1B}[2K" + line)
    }

    /// Takes the line away, so that other output starts on a clean one.
    public func clear() {
        guard isEnabled, state.withLock({ $0.isDrawn }) else { return }
        draw("\r\u{1B}[2K")
    }

    private static func bar(_ done: Int, of total: Int) -> String {
        let width = 24
        let filled = total > 0 ? min(width, width * done / total) : width
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    }

    private func draw(_ text: String) {
        // A terminal that was stopped (Ctrl-S) needs no old pictures.
        guard !OutputQueue.standardError.isBehind else { return }
        Console.writeError(Data(text.utf8))
    }
}
