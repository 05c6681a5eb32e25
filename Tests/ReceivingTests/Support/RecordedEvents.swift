import Synchronization

@testable import Receiving

/// Keeps the events that an engine told of.
final class RecordedEvents: ReceiverObserver {
    private let events = Mutex<[ReceiverEvent]>([])

    func observe(_ event: ReceiverEvent) { events.withLock { $0.append(event) } }

    var all: [ReceiverEvent] { events.withLock { $0 } }
}
