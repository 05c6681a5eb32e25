import Synchronization

@testable import Sending

/// Keeps the events that an engine told of.
final class RecordedEvents: SenderObserver {
    private let events = Mutex<[SenderEvent]>([])

    func observe(_ event: SenderEvent) { events.withLock { $0.append(event) } }

    var all: [SenderEvent] { events.withLock { $0 } }

    /// The ends of files, in words: their names, how they ended, and why.
    var ends: [String] {
        all.compactMap { event in
            guard case .instance(let instance, _) = event else { return nil }
            return "\(instance.name) \(instance.status)" + (instance.reason.map { ": \($0)" } ?? "")
        }
    }
}
