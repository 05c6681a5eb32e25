import Synchronization

@testable import Sending

/// Keeps the events that an engine told of.
final class RecordedEvents: SenderObserver {
    private let events = Mutex<[SenderEvent]>([])

    func observe(_ event: SenderEvent) { events.withLock { $0.append(event) } }

    var all: [SenderEvent] { events.withLock { $0 } }
}
