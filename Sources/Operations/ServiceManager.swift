import CLinux
import Foundation
import Synchronization

/// Tells systemd what a service does (sd_notify(3)): when it is ready, that it stops, and, as its watchdog, that it goes on.
///
/// The watchdog's message has no clock of its own. Each loop that the service lives by says when it has come round
/// (``comeRound(_:)``), and the one that completes the set sends it: a loop that stands still silences the service, and systemd starts it
/// again. Without `NOTIFY_SOCKET` in the environment nothing is sent.
public final class ServiceManager: Sendable {
    /// A loop that must not stand still.
    public enum Loop: Sendable, Hashable {
        /// Looks for studies in the outbox.
        case outbox
        /// Looks at the watched folder.
        case folder
        /// Asks journal, disks and restoring whether they answer.
        case reception
    }

    private struct State {
        /// `nil` before the service is ready.
        var loops: Set<Loop>?
        /// Those that have not come round since the last message.
        var missing: Set<Loop> = []
        var lastMessage: ContinuousClock.Instant?
        var isStopping = false
    }

    /// This process's.
    public static let shared = ServiceManager(environment: ProcessInfo.processInfo.environment)

    /// The longest time between two of the watchdog's messages; `nil` where there is no watchdog.
    public let watchdogInterval: Duration?
    private let socket: String?
    private let state = Mutex(State())

    /// - Parameter environment: `NOTIFY_SOCKET`, a path or an abstract name; `WATCHDOG_USEC` in microseconds; `WATCHDOG_PID`, the process that it
    ///   is meant for.
    init(environment: [String: String], process: pid_t = getpid()) {
        socket = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        let isMeant = environment["WATCHDOG_PID"].map { $0 == String(process) } ?? true
        let limit = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdogInterval = socket != nil && isMeant && limit > 0 ? .microseconds(limit) : nil
    }

    /// The service does what it is for; from here on all of these loops have to come round.
    public func becomeReady(_ loops: Set<Loop>) {
        state.withLock { state in
            state.loops = loops
            state.missing = loops
        }
        send("READY=1")
    }

    /// The service was asked to stop.
    public func stop() {
        let isNews = state.withLock { state in
            defer { state.isStopping = true }
            return !state.isStopping && state.loops != nil
        }
        if isNews { send("STOPPING=1") }
    }

    /// A loop has come round: what it waits for has answered.
    public func comeRound(_ loop: Loop, at now: ContinuousClock.Instant = .now) {
        guard let watchdogInterval else { return }
        let isDue = state.withLock { state in
            guard let loops = state.loops, !state.isStopping else { return false }
            state.missing.remove(loop)
            guard state.missing.isEmpty else { return false }
            // Loops come round many times a second.
            if let last = state.lastMessage, now - last < watchdogInterval / 8 { return false }
            state.missing = loops
            state.lastMessage = now
            return true
        }
        if isDue { send("WATCHDOG=1") }
    }

    private func send(_ message: String) {
        guard let socket else { return }
        // Lost where systemd does not listen just then: the next one follows.
        _ = CLinux_send_datagram(socket, message, message.utf8.count)
    }
}
