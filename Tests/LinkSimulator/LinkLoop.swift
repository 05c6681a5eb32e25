import CLinux
import Foundation
import SeededRandomness
import Synchronization

/// The link's own thread: moves all bytes, and makes happen what the conditions say.
///
/// Everything in it is used by that thread alone; what others share with it is in ``LinkControl``.
final class LinkLoop {
    private let listener: LinkSocket
    private let target: UInt16
    private let conditions: LinkConditions
    private let control: LinkControl
    private let start = ContinuousClock.now
    private var lanes: [LinkLane]
    private var faults: LinkFaults
    private var generator: SplitMix64
    private var connections: [LinkConnection] = []
    private var nextCut: Double?
    private var outageEnd = 0.0
    /// Who is asked first, so that all connections get their turn.
    private var turn = 0

    init(listener: LinkSocket, target: UInt16, conditions: LinkConditions, control: LinkControl) {
        self.listener = listener
        self.target = target
        self.conditions = conditions
        self.control = control
        lanes = LinkDirection.allCases.map { LinkLane(conditions, $0) }
        faults = LinkFaults(conditions)
        generator = SplitMix64(seed: conditions.seed)
        nextCut = conditions.cutEvery?.inSeconds
    }

    /// Runs until the link is stopped or its time is over.
    func run() {
        while true {
            let now = (ContinuousClock.now - start).inSeconds
            guard !control.isStopped, now < conditions.lifetime.inSeconds else { break }
            if let kind = control.takeCut() { cutAll(kind, now) }
            cutWhenDue(now)
            if !isSilent(now) { move(now) }
            wait(now)
        }
        for connection in connections { connection.cut(.finish) }
        connections = []
    }

    // MARK: Trouble

    /// Whether nothing passes now.
    private func isSilent(_ now: Double) -> Bool {
        if control.isBlackhole { return true }
        guard let after = conditions.blackholeAfter?.inSeconds, now >= after else { return false }
        guard let duration = conditions.blackholeDuration?.inSeconds else { return true }
        return now < after + duration
    }

    private func cutWhenDue(_ now: Double) {
        guard let due = nextCut, let every = conditions.cutEvery?.inSeconds, now >= due else { return }
        nextCut = due + every
        cutAll(conditions.cutKind, now)
    }

    private func cutAll(_ kind: LinkConditions.CutKind, _ now: Double) {
        control.count { $0.cuts += connections.count }
        control.report(.cut(connections: connections.count))
        for connection in connections { connection.cut(kind) }
        connections = []
        outageEnd = now + conditions.outage.inSeconds
    }

    // MARK: Moving

    private func move(_ now: Double) {
        if now >= outageEnd { accept() }
        for connection in connections {
            for path in connection.paths {
                guard case .cut(let kind) = path.deliver(until: now) else { continue }
                end(connection, kind)
                break
            }
        }
        connections.removeAll { $0.isOver }
        readInTurns(now)
    }

    private func accept() {
        while let near = listener.accept() {
            control.count { $0.connections += 1 }
            guard let far = try? LinkSocket.connect(to: target, receiveBuffer: conditions.receiveBuffer) else {
                near.resetOnClose()
                continue
            }
            connections.append(LinkConnection(near: near, far: far))
        }
    }

    private func end(_ connection: LinkConnection, _ kind: LinkConditions.CutKind) {
        connection.cut(kind)
        connections.removeAll { $0 === connection }
    }

    /// A piece of each connection after the other, until nobody has any more or the queues are full.
    private func readInTurns(_ now: Double) {
        var paths = connections.flatMap(\.paths)
        guard !paths.isEmpty else { return }
        turn += 1
        let first = turn % paths.count
        paths = Array(paths[first...] + paths[..<first])
        while !paths.isEmpty {
            paths = paths.filter { wants($0, now) && read($0, now) }
        }
    }

    /// Whether the link may read from the path's source now.
    private func wants(_ path: LinkPath, _ now: Double) -> Bool {
        !path.isSourceFinished && path.bytesOnTheWay < conditions.windowBytes && lanes[path.direction.rawValue].room(at: now) > 0
    }

    /// Returns whether there may be more.
    private func read(_ path: LinkPath, _ now: Double) -> Bool {
        let lane = path.direction.rawValue
        let room = min(lanes[lane].pieceBytes, lanes[lane].room(at: now))
        var reading = LinkSocket.Reading.nothing
        let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            reading = path.source.read(into: UnsafeMutableRawBufferPointer(buffer))
            if case .bytes(let read) = reading { count = read }
        }
        switch reading {
        case .nothing: return false
        case .bytes: carry(bytes, path, now)
        case .finished:
            path.isSourceFinished = true
            path.send(.finish, arrivingAt: lanes[lane].enter(0, at: now, using: &generator))
        case .broken:
            path.isSourceFinished = true
            path.send(.cut(.reset), arrivingAt: lanes[lane].enter(0, at: now, using: &generator))
        }
        return !path.isSourceFinished
    }

    private func carry(_ bytes: [UInt8], _ path: LinkPath, _ now: Double) {
        control.count { $0.count(bytes.count, path.direction) }
        if conditions.isRecording { control.record(bytes, path.direction) }
        let outcome = faults.apply(to: bytes, path.direction)
        if outcome.flips > 0 { control.count { $0.flips += outcome.flips } }
        let arrival = lanes[path.direction.rawValue].enter(bytes.count, at: now, using: &generator)
        if !outcome.bytes.isEmpty { path.send(.bytes(outcome.bytes[...]), arrivingAt: arrival) }
        if let cut = outcome.cut {
            control.count { $0.cuts += 1 }
            path.isSourceFinished = true
            path.send(.cut(cut), arrivingAt: arrival)
        }
    }

    // MARK: Waiting

    private func wait(_ now: Double) {
        let isSilent = isSilent(now)
        var entries = [pollfd(fd: control.wakeDescriptor, events: Int16(POLLIN), revents: 0)]
        var until = min(conditions.lifetime.inSeconds, nextCut ?? .infinity)
        if isSilent {
            if let after = conditions.blackholeAfter, let duration = conditions.blackholeDuration {
                until = min(until, after.inSeconds + duration.inSeconds)
            }
        } else {
            if let after = conditions.blackholeAfter?.inSeconds, after > now { until = min(until, after) }
            if now >= outageEnd {
                entries.append(pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0))
            } else {
                until = min(until, outageEnd)
            }
            for path in connections.flatMap(\.paths) { add(path, to: &entries, &until, now) }
        }
        // Rounded up: a millisecond too late does not matter, since all times are absolute; too early would spin.
        let milliseconds = min(60_000, max(0, ((until - now) * 1000).rounded(.up)))
        poll(&entries, nfds_t(entries.count), Int32(milliseconds))
        if entries[0].revents != 0 { control.lower() }
    }

    private func add(_ path: LinkPath, to entries: inout [pollfd], _ until: inout Double, _ now: Double) {
        if wants(path, now) {
            entries.append(pollfd(fd: path.source.number, events: Int16(POLLIN), revents: 0))
        } else if !path.isSourceFinished, let departure = lanes[path.direction.rawValue].nextDeparture {
            until = min(until, departure)
        }
        if path.isBlocked {
            entries.append(pollfd(fd: path.destination.number, events: Int16(POLLOUT), revents: 0))
        } else if let arrival = path.nextArrival {
            until = min(until, arrival)
        }
    }
}

extension LinkConditions {
    var receiveBuffer: Int? { bitsPerSecond == nil && bitsPerSecondToSender == nil ? nil : receiveBufferBytes }
}
