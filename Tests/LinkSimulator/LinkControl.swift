import CLinux
import Glibc
import Synchronization

/// What a link's thread and everyone else share.
final class LinkControl: Sendable {
    private struct State {
        var isStopped = false
        var isBlackhole = false
        var cut: LinkConditions.CutKind?
        var counters = LinkCounters()
        var recordings: [LinkDirection: [UInt8]] = [:]
    }

    private let state = Mutex(State())
    private let onEvent: @Sendable (SimulatedLink.Event) -> Void
    /// An eventfd: readable when something changed.
    let wakeDescriptor: Int32

    init(onEvent: @escaping @Sendable (SimulatedLink.Event) -> Void) throws(LinkError) {
        self.onEvent = onEvent
        wakeDescriptor = CLinux_eventfd()
        guard wakeDescriptor >= 0 else { throw LinkError(errno: errno) }
    }

    deinit { close(wakeDescriptor) }

    func report(_ event: SimulatedLink.Event) { onEvent(event) }

    // MARK: For others

    func stop() { change { $0.isStopped = true } }
    func cut(_ kind: LinkConditions.CutKind) { change { $0.cut = kind } }
    func setBlackhole(_ isBlackhole: Bool) { change { $0.isBlackhole = isBlackhole } }
    var counters: LinkCounters { state.withLock { $0.counters } }
    func recorded(_ direction: LinkDirection) -> [UInt8] { state.withLock { $0.recordings[direction] ?? [] } }

    private func change(_ body: (inout sending State) -> Void) {
        state.withLock { body(&$0) }
        var one: UInt64 = 1
        _ = write(wakeDescriptor, &one, MemoryLayout<UInt64>.size)
    }

    // MARK: For the link's thread

    var isStopped: Bool { state.withLock { $0.isStopped } }
    var isBlackhole: Bool { state.withLock { $0.isBlackhole } }

    func takeCut() -> LinkConditions.CutKind? {
        state.withLock { state in
            defer { state.cut = nil }
            return state.cut
        }
    }

    func count(_ body: (inout LinkCounters) -> Void) { state.withLock { body(&$0.counters) } }

    func record(_ bytes: [UInt8], _ direction: LinkDirection) {
        state.withLock { $0.recordings[direction, default: []] += bytes }
    }

    func lower() {
        var count: UInt64 = 0
        _ = read(wakeDescriptor, &count, MemoryLayout<UInt64>.size)
    }
}
