import CLinux
import Foundation
import Glibc
import Synchronization

/// A link between two programs on this machine: a TCP proxy on the loopback with the latency, the rate and the troubles of a real one.
///
/// ```swift
/// let link = try SimulatedLink(to: port, LinkConditions(bitsPerSecond: 4e6, latency: .milliseconds(300)))
/// defer { link.stop() }
/// // … connect to link.address …
/// ```
///
/// Each direction is a transmitter with a bounded queue in front of it, which all connections share piece by piece, and a delay line
/// behind it. When the queue is full or the far end takes no more, the link stops reading, so TCP's own flow control reaches the sender.
/// TCP's handshake itself is not delayed: who connects is connected to the proxy at once. One thread moves everything, and the link
/// ends by itself after ``LinkConditions/lifetime``.
public final class SimulatedLink: Sendable {
    /// What a link tells while it runs.
    public enum Event: Sendable {
        case cut(connections: Int)
        case ended
    }

    /// The port of 127.0.0.1 to connect to.
    public let port: UInt16
    private let control: LinkControl

    /// - Parameters:
    ///   - target: The port of 127.0.0.1 that the link leads to.
    ///   - port: Where to listen; 0 for a free one.
    ///   - onEvent: Told on the link's own thread.
    /// - Throws: ``LinkError``
    public init(
        to target: UInt16, _ conditions: LinkConditions = LinkConditions(), port: UInt16 = 0,
        onEvent: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws {
        let (listener, port) = try LinkSocket.listen(port: port, receiveBuffer: conditions.receiveBuffer)
        let control = try LinkControl(onEvent: onEvent)
        self.port = port
        self.control = control
        Thread.detachNewThread {
            LinkLoop(listener: listener, target: target, conditions: conditions, control: control).run()
            control.report(.ended)
        }
    }

    /// - Parameter target: `127.0.0.1:PORT`.
    public convenience init(to target: String, _ conditions: LinkConditions = LinkConditions()) throws {
        try self.init(to: UInt16(target.split(separator: ":").last ?? "") ?? 0, conditions)
    }

    deinit { control.stop() }

    /// `127.0.0.1:PORT`
    public var address: String { "127.0.0.1:\(port)" }

    /// Ends the link and all its connections.
    public func stop() { control.stop() }

    /// Cuts every connection now; new ones can be made.
    public func cut(_ kind: LinkConditions.CutKind = .reset) { control.cut(kind) }

    /// From now on nothing passes, although all connections stay; or everything goes on, with what was on its way.
    public func setBlackhole(_ isBlackhole: Bool) { control.setBlackhole(isBlackhole) }

    public var counters: LinkCounters { control.counters }

    /// The bytes that were sent so far, before any fault; only with ``LinkConditions/isRecording``.
    public func recorded(_ direction: LinkDirection) -> [UInt8] { control.recorded(direction) }
}

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
