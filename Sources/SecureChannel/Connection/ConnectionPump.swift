/// Moves bytes between a TLS connection and its DEALER socket, and messages between that socket and the application, until the connection ends.
///
/// Made, used and ended on the connection's own thread. Every step is non-blocking; when none of them gets anywhere, the thread sleeps in poll(2).
final class ConnectionPump {
    private let session: TLSSession
    private let socket: FileDescriptor
    private let privateLink: PrivateLink
    private let link: ConnectionLink
    private let notifications: Int32

    private var phase = ConnectionPhase.open
    private let role: TLSRole
    private var clocks: PumpClocks
    private var outward: OutwardFlow
    private var inward: InwardFlow
    /// Whether ZeroMQ has hung up while the last messages were on their way through it.
    private var isZeroMQGone = false
    /// The peer's pump checks ZMTP's opening itself, so messages may follow ours at once. A plain ZeroMQ peer behind a TLS tunnel takes
    /// messages only after it has opened itself.
    private let isPeerEager: Bool
    /// Bytes taken from the network when the peer was last heard.
    private var heardBytes: UInt64 = 0

    /// - Parameter inbound: What has come through TLS already.
    init(
        session: TLSSession, role: TLSRole, socket: FileDescriptor, link: ConnectionLink, inbound: PumpBuffer
    ) throws(ChannelError) {
        let configuration = link.configuration
        let limits = ZMTPMeter.Limits(messageBytes: configuration.maximumMessageBytes, frames: configuration.maximumFrames)
        self.session = session
        self.socket = socket
        self.link = link
        self.role = role
        isPeerEager = session.negotiatedApplicationProtocol != nil
        clocks = PumpClocks(configuration)
        privateLink = try PrivateLink.make(role: role, configuration: configuration)
        outward = OutwardFlow(limits: limits, opening: privateLink.opening)
        inward = try InwardFlow(buffer: inbound, limits: limits)
        notifications = try privateLink.dealer.notificationDescriptor()
    }

    /// Runs until the connection has ended.
    func run() -> ConnectionEnd {
        defer { count() }
        do {
            while true {
                try link.signals.throwIfAborted()
                let moved = try move()
                if let end = end(afterMoving: moved) {
                    return end
                }
                count()
                if !moved {
                    try sleep()
                }
            }
        } catch {
            return .broken(error)
        }
    }

    private func count() {
        link.counters.count(session, arrived: inward.messageBytes)
    }

    /// Tries every step that the phase has, once.
    ///
    /// - Returns: Whether anything moved.
    private func move() throws(ChannelError) -> Bool {
        switch phase {
        case .open:
            if link.signals.isCloseRequested {
                phase = .flushing
                clocks.restartLinger()
            }
            return try exchange(isWanted: true)
        case .flushing: return try exchange(isWanted: false)
        case .leaving(let notified): return try leave(notified: notified)
        case .draining(let notified, let end): return try drain(notified: notified, end: end)
        case .left: return false
        }
    }
}

// MARK: The phases' steps

extension ConnectionPump {
    /// Both directions at work.
    ///
    /// - Parameter isWanted: Whether the application still takes messages.
    private func exchange(isWanted: Bool) throws(ChannelError) -> Bool {
        var moved = false
        if mayTalk {
            moved = try outward.handOver(from: link, to: privateLink.dealer)
            moved = try isMove(outward.fill(from: privateLink)) || moved
        }
        moved = try outward.transmit(through: session) || moved
        if mayRead {
            moved = try read(inward.fill(from: session)) || moved
            noteSignsOfLife()
        } else {
            // Who does not listen must not complain of silence.
            clocks.heardNow()
        }
        moved = try isMove(inward.feed(privateLink)) || moved
        return try inward.deliver(from: privateLink.dealer, to: link, isWanted: isWanted) || moved
    }

    /// Everything is sent: takes leave and waits for the peer to do so.
    private func leave(notified: Bool) throws(ChannelError) -> Bool {
        if !notified, try outward.takeLeave(through: session) {
            phase = .leaving(notified: true)
            clocks.restartLinger()
        }
        return read(inward.discard(from: session))
    }

    /// The peer is gone: brings its last messages home and, if it took leave, answers it.
    private func drain(notified: Bool, end: ConnectionEnd) throws(ChannelError) -> Bool {
        var moved = try outward.transmit(through: session)
        if !notified, try outward.takeLeave(through: session) {
            phase = .draining(notified: true, end: end)
            moved = true
        }
        if !isZeroMQGone {
            moved = drainStep(outward.discard(from: privateLink)) || moved
            moved = drainStep(inward.feed(privateLink)) || moved
        }
        return try inward.deliver(from: privateLink.dealer, to: link, isWanted: true) || moved
    }

    private func drainStep(_ step: PrivateLink.Step) -> Bool {
        switch step {
        case .moved: return true
        case .blocked: return false
        case .ended:
            // What it had put together before can still be had.
            isZeroMQGone = true
            return true
        }
    }

    private func isMove(_ step: PrivateLink.Step) throws(ChannelError) -> Bool {
        switch step {
        case .moved: return true
        case .blocked: return false
        case .ended: throw Self.refusedByZeroMQ
        }
    }

    /// Whether something may follow this side's opening.
    private var mayTalk: Bool { isPeerEager || inward.isOpen }

    /// Any byte is one, also of a TLS record that is not complete yet: on a slow link that takes a while.
    private func noteSignsOfLife() {
        let received = session.wireBytes.received
        guard received != heardBytes else { return }
        heardBytes = received
        clocks.heardNow()
    }

    private func read(_ reading: InwardFlow.Reading) -> Bool {
        switch reading {
        case .moved: clocks.heardNow()
        case .nothing: return false
        case .ended(let end): peerIsGone(end)
        }
        return true
    }

    /// Nothing more will come from the peer.
    private func peerIsGone(_ end: ConnectionEnd) {
        let end = role == .client && !inward.hasHeard ? Self.endWithoutWord(end) : end
        let tookLeave = if case .closedByPeer = end { true } else { false }
        switch phase {
        case .open, .flushing:
            link.outgoing.end(with: end.errorForSenders)
            phase = .draining(notified: !tookLeave, end: end)
            clocks.restartLinger()
        case .leaving:
            phase = .left(confirmed: tookLeave)
        case .draining, .left:
            break
        }
    }
}

// MARK: Ends

extension ConnectionPump {
    /// A server that has accepted this side speaks at once, so one that takes leave without a word has turned it away.
    private static func endWithoutWord(_ end: ConnectionEnd) -> ConnectionEnd {
        switch end {
        case .closedByPeer: .broken(TLSHandshake.turnedAway)
        case .broken(let error) where error.code == .cut: .broken(TLSHandshake.brokenOff)
        case .broken, .closedHere: end
        }
    }

    /// Goes on to the next phase where this one is done, or to the end.
    private func end(afterMoving moved: Bool) -> ConnectionEnd? {
        if !inward.isOpen, clocks.opening.isOver, case .open = phase {
            return .broken(ChannelError(.protocolViolation, "the peer did not finish ZeroMQ's handshake in time"))
        }
        switch phase {
        case .open:
            guard !moved, mayRead, clocks.isSilent else { return nil }
            return .broken(ChannelError(.peerSilent, "nothing was heard from the peer for \(link.configuration.silenceTimeout)"))
        case .flushing:
            if outward.hasSentEverything(of: link.outgoing) {
                phase = .leaving(notified: false)
            }
            return hasLingered ? .closedHere(confirmed: false) : nil
        case .leaving(let notified):
            return notified && link.signals.isHurried || hasLingered ? .closedHere(confirmed: false) : nil
        case .draining(let notified, let end):
            if inward.hasDeliveredEverything, notified || outward.isBroken || clocks.hasLingered {
                return inward.judge(end)
            }
            return clocks.hasLingered || isZeroMQGone && !moved ? .broken(Self.refusedByZeroMQ) : nil
        case .left(let confirmed):
            return .closedHere(confirmed: confirmed)
        }
    }

    /// Whether the peer's kernel has taken nothing for the linger time.
    private var hasLingered: Bool {
        clocks.noteUnacknowledged(TCPSocket.unacknowledgedBytes(socket))
        return clocks.hasLingered
    }

    private static let refusedByZeroMQ = ChannelError(
        .protocolViolation, "ZeroMQ ended the session: the peer breaks its protocol or did not finish its handshake")
}

// MARK: Waiting

extension ConnectionPump {
    /// Waits until a step may get somewhere.
    private func sleep() throws(ChannelError) {
        guard try !isZeroMQReady() else { return }
        var entries = [
            Poll.entry(socket.number, networkEvents),
            Poll.entry(privateLink.socket.number, privateEvents),
            Poll.entry(notifications, Poll.readable),
            Poll.entry(link.signals.waker.number, Poll.readable),
        ]
        try Poll.wait(&entries, milliseconds: pollTimeout)
        if entries[3].revents != 0 {
            link.signals.waker.lower()
        }
    }

    /// Whether the DEALER socket would take or give something now. Asked last before each wait, as its descriptor demands.
    private func isZeroMQReady() throws(ChannelError) -> Bool {
        let readiness = try privateLink.dealer.readiness()
        switch phase {
        case .open, .flushing: return readiness.canReceive || mayTalk && outward.isBlocked && readiness.canSend
        case .draining: return readiness.canReceive
        case .leaving, .left: return false
        }
    }

    /// Whether more bytes from the network can be used now.
    private var mayRead: Bool {
        switch phase {
        case .open: inward.hasRoom && inward.isWanted(by: link.incoming)
        case .flushing: inward.hasRoom
        case .leaving: true
        case .draining, .left: false
        }
    }

    private var networkEvents: Int16 {
        let hasSomethingToSend =
            switch phase {
            case .open, .flushing: outward.isPending
            case .leaving(let notified), .draining(let notified, _): outward.isPending || !notified
            case .left: false
            }
        return (mayRead ? inward.events : 0) | (hasSomethingToSend ? outward.events : 0)
    }

    private var privateEvents: Int16 {
        let (takesMore, givesMore) =
            switch phase {
            case .open, .flushing: (inward.isPending, mayTalk && !outward.isPending)
            case .draining: (inward.isPending, !isZeroMQGone && !outward.isPending)
            case .leaving, .left: (false, false)
            }
        return (takesMore ? Poll.writable : 0) | (givesMore ? Poll.readable : 0)
    }

    private var pollTimeout: Int32 {
        switch phase {
        case .open where !inward.isOpen: clocks.opening.pollTimeout
        case .open: mayRead ? clocks.silencePollTimeout : -1
        case .flushing, .leaving, .draining, .left: PumpClocks.lingerInspectionMilliseconds
        }
    }
}
