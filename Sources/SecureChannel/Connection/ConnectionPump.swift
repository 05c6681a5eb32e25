import Glibc

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
    private var clocks: PumpClocks

    /// From ZeroMQ to TLS.
    private let outbound = PumpBuffer()
    private var outboundMeter: ZMTPMeter
    private var outgoing = OutgoingHandover()
    private var writeWaitsFor = Poll.writable
    /// The peer takes no more bytes, but may have sent some, and among them why.
    private var isTransmissionBroken = false

    /// From TLS to ZeroMQ.
    private let inbound: PumpBuffer
    private var inboundMeter: ZMTPMeter
    private var incoming = IncomingAssembly()
    private var readWaitsFor = Poll.readable
    /// Whether ZeroMQ had messages to give in this turn.
    private var isDelivering = false
    /// Whether ZeroMQ has hung up while the last messages were on their way through it.
    private var isZeroMQGone = false

    /// - Parameter inbound: What has come through TLS already.
    init(
        session: TLSSession, role: TLSRole, socket: FileDescriptor, link: ConnectionLink, inbound: PumpBuffer
    ) throws(ChannelError) {
        let configuration = link.configuration
        let limits = ZMTPMeter.Limits(messageBytes: configuration.maximumMessageBytes, frames: configuration.maximumFrames)
        self.session = session
        self.socket = socket
        self.link = link
        self.inbound = inbound
        outboundMeter = ZMTPMeter(limits: limits)
        inboundMeter = ZMTPMeter(limits: limits)
        clocks = PumpClocks(configuration)
        privateLink = try PrivateLink.make(role: role, configuration: configuration)
        notifications = try privateLink.dealer.notificationDescriptor()
        try inboundMeter.advance(over: inbound.contents)
    }

    /// Runs until the connection has ended.
    func run() -> ConnectionEnd {
        defer { publishWireBytes() }
        do {
            while true {
                if let end = try turn() {
                    return end
                }
            }
        } catch {
            return .broken(error)
        }
    }

    /// Tries every step once, and sleeps when none got anywhere.
    private func turn() throws(ChannelError) -> ConnectionEnd? {
        try link.signals.throwIfAborted()
        if case .open = phase, link.signals.isCloseRequested {
            phase = .flushing
            clocks.restartLinger()
        }
        var moved = try handOver()
        moved = try fillOutbound() || moved
        moved = try transmit() || moved
        moved = try fillInbound() || moved
        moved = try feedZeroMQ() || moved
        isDelivering = try deliver()
        moved = isDelivering || moved
        if let end = try advancePhase() {
            return end
        }
        publishWireBytes()
        if !moved {
            return try sleep()
        }
        return nil
    }
}

// MARK: Outwards: application → ZeroMQ → TLS

extension ConnectionPump {
    /// Gives accepted messages to ZeroMQ.
    private func handOver() throws(ChannelError) -> Bool {
        switch phase {
        case .open, .flushing: try outgoing.run(from: link.outgoing, to: privateLink.dealer, counters: link.counters)
        case .leaving, .draining, .left: false
        }
    }

    /// Takes ZeroMQ's bytes when the last ones are gone.
    private func fillOutbound() throws(ChannelError) -> Bool {
        switch phase {
        case .open, .flushing: break
        case .draining: return discardOutbound()
        case .leaving, .left: return false
        }
        guard outbound.isEmpty, let count = try readFromZeroMQ() else { return false }
        outbound.didFill(count)
        try outboundMeter.advance(over: outbound.contents)
        return true
    }

    /// Nobody takes ZeroMQ's bytes any more, but its end is worth knowing.
    private func discardOutbound() -> Bool {
        guard outbound.isEmpty, !isZeroMQGone else { return false }
        do {
            return try readFromZeroMQ() != nil
        } catch {
            isZeroMQGone = true
            return true
        }
    }

    /// Reads into the outbound buffer's room; `nil` when there is nothing to read.
    private func readFromZeroMQ() throws(ChannelError) -> Int? {
        let room = outbound.room
        let count = read(privateLink.socket.number, room.baseAddress, room.count)
        guard count <= 0 else { return count }
        if count < 0, errno == EAGAIN || errno == EINTR { return nil }
        throw refusedByZeroMQ
    }

    /// Encrypts and sends.
    private func transmit() throws(ChannelError) -> Bool {
        if isTransmissionBroken {
            outbound.removeAll()
            return false
        }
        var moved = false
        do {
            while !outbound.isEmpty {
                let step = try session.write(outbound.contents)
                guard let count = bytes(of: step, waitsFor: &writeWaitsFor) else { return moved }
                outbound.didTake(count)
                moved = true
            }
            return try takeLeave() || moved
        } catch where error.code == .cut {
            // Why is told by what the peer sent before, perhaps a close_notify: reading will find out.
            isTransmissionBroken = true
            return true
        }
    }

    /// Sends close_notify when it is time for it.
    private func takeLeave() throws(ChannelError) -> Bool {
        switch phase {
        case .leaving(notified: false):
            guard bytes(of: try session.sendCloseNotify(), waitsFor: &writeWaitsFor) != nil else { return false }
            phase = .leaving(notified: true)
            clocks.restartLinger()
        case .draining(notified: false, let end):
            guard bytes(of: try session.sendCloseNotify(), waitsFor: &writeWaitsFor) != nil else { return false }
            phase = .draining(notified: true, end: end)
        case .open, .flushing, .leaving, .draining, .left:
            return false
        }
        return true
    }
}

// MARK: Inwards: TLS → ZeroMQ → application

extension ConnectionPump {
    /// Whether more bytes from the network can be used now.
    private var mayRead: Bool {
        switch phase {
        case .open:
            inbound.hasRoom
                && link.incoming.mayRead(
                    announcedWeight: inboundMeter.announcedWeight, completedMessages: inboundMeter.completedMessages)
        case .flushing: inbound.hasRoom
        case .leaving: true
        case .draining, .left: false
        }
    }

    /// Receives and decrypts.
    private func fillInbound() throws(ChannelError) -> Bool {
        guard mayRead else {
            clocks.heardNow()
            return false
        }
        var moved = false
        if case .leaving = phase {
            inbound.removeAll()
        }
        while inbound.hasRoom {
            let room = inbound.room
            let step: TLSStep
            do {
                step = try session.read(into: room)
            } catch {
                peerIsGone(.broken(error), takesLeave: false)
                return true
            }
            if case .closedByPeer = step {
                peerIsGone(.closedByPeer, takesLeave: true)
                return true
            }
            guard let count = bytes(of: step, waitsFor: &readWaitsFor) else { break }
            moved = true
            clocks.heardNow()
            if case .leaving = phase { continue }
            try inboundMeter.advance(over: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<count]))
            inbound.didFill(count)
        }
        return moved
    }

    /// Nothing more will come.
    ///
    /// - Parameter takesLeave: Whether the peer said so itself, and is told the same.
    private func peerIsGone(_ end: ConnectionEnd, takesLeave: Bool) {
        switch phase {
        case .open, .flushing:
            link.outgoing.end(with: end.errorForSenders)
            phase = .draining(notified: !takesLeave, end: end)
            clocks.restartLinger()
        case .leaving:
            phase = .left(confirmed: takesLeave)
        case .draining, .left:
            break
        }
    }

    /// Gives ZeroMQ what has come.
    private func feedZeroMQ() throws(ChannelError) -> Bool {
        switch phase {
        case .open, .flushing, .draining: break
        case .leaving, .left: return false
        }
        guard !inbound.isEmpty else { return false }
        let contents = inbound.contents
        let count = send(privateLink.socket.number, contents.baseAddress, contents.count, Int32(MSG_NOSIGNAL))
        guard count < 0 else {
            inbound.didTake(count)
            return true
        }
        if errno == EAGAIN || errno == EINTR { return false }
        guard case .draining = phase else { throw refusedByZeroMQ }
        inbound.removeAll()
        isZeroMQGone = true
        return true
    }

    /// Gives the application the messages that ZeroMQ has put together.
    private func deliver() throws(ChannelError) -> Bool {
        switch phase {
        case .open, .draining:
            try incoming.run(from: privateLink.dealer, to: link.incoming, isWanted: true, counters: link.counters)
        case .flushing:
            try incoming.run(from: privateLink.dealer, to: link.incoming, isWanted: false, counters: link.counters)
        case .leaving, .left:
            false
        }
    }
}

// MARK: Ends

extension ConnectionPump {
    /// Goes from phase to phase as far as what has moved allows.
    private func advancePhase() throws(ChannelError) -> ConnectionEnd? {
        switch phase {
        case .open, .leaving:
            return nil
        case .flushing:
            if hasSentEverything {
                phase = .leaving(notified: false)
            }
            return nil
        case .draining(let notified, let end):
            if isZeroMQGone, !isDelivering, !hasDeliveredEverything {
                return .broken(refusedByZeroMQ)
            }
            let hasTakenLeave = notified || isTransmissionBroken
            return hasTakenLeave && hasDeliveredEverything ? judge(end) : nil
        case .left(let confirmed):
            return .closedHere(confirmed: confirmed)
        }
    }

    /// Whether every accepted message has gone through ZeroMQ and TLS into the socket.
    private var hasSentEverything: Bool {
        guard outbound.isEmpty, !outgoing.isBlocked, outboundMeter.completedMessages == outgoing.completedMessages else { return false }
        return link.outgoing.isEmpty
    }

    /// Whether every message that came is with the application.
    private var hasDeliveredEverything: Bool {
        inbound.isEmpty && incoming.completedMessages == inboundMeter.completedMessages
    }

    /// A peer that takes leave in the middle of a message does not close cleanly.
    private func judge(_ end: ConnectionEnd) -> ConnectionEnd {
        guard case .closedByPeer = end, !inboundMeter.isBetweenMessages else { return end }
        return .broken(ChannelError(.cut, "the peer closed the connection in the middle of a message"))
    }

    /// What it means when ZeroMQ hangs up although nobody asked it to.
    private var refusedByZeroMQ: ChannelError {
        ChannelError(.protocolViolation, "ZeroMQ ended the session: the peer breaks its protocol or did not finish its handshake")
    }

    /// What waiting in vain means in this phase, if it has been long enough.
    private func timeOut() -> ConnectionEnd? {
        switch phase {
        case .open:
            guard mayRead, clocks.isSilent else { return nil }
            return .broken(ChannelError(.peerSilent, "nothing was heard from the peer for \(link.configuration.silenceTimeout)"))
        case .flushing, .leaving:
            clocks.noteUnacknowledged(TCPSocket.unacknowledgedBytes(socket))
            return clocks.hasLingered ? .closedHere(confirmed: false) : nil
        case .draining(_, let end):
            guard clocks.hasLingered else { return nil }
            return hasDeliveredEverything ? judge(end) : .broken(refusedByZeroMQ)
        case .left:
            return nil
        }
    }
}

// MARK: Waiting

extension ConnectionPump {
    /// Waits until a step may get somewhere.
    private func sleep() throws(ChannelError) -> ConnectionEnd? {
        if let end = timeOut() {
            return end
        }
        guard try !isZeroMQReady() else { return nil }
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
        return nil
    }

    /// Whether the DEALER socket would take or give something now. Asked last before each wait, as its descriptor demands.
    private func isZeroMQReady() throws(ChannelError) -> Bool {
        let readiness = try privateLink.dealer.readiness()
        switch phase {
        case .open, .flushing: return readiness.canReceive || outgoing.isBlocked && readiness.canSend
        case .draining: return readiness.canReceive
        case .leaving, .left: return false
        }
    }

    private var networkEvents: Int16 {
        var events: Int16 = mayRead ? readWaitsFor : 0
        let hasLeaveToTake =
            switch phase {
            case .leaving(let notified), .draining(let notified, _): !notified
            case .open, .flushing, .left: false
            }
        if !isTransmissionBroken, hasLeaveToTake || !outbound.isEmpty {
            events |= writeWaitsFor
        }
        return events
    }

    private var privateEvents: Int16 {
        let (takesMore, givesMore) =
            switch phase {
            case .open, .flushing: (!inbound.isEmpty, outbound.isEmpty)
            case .draining: (!inbound.isEmpty, !isZeroMQGone)
            case .leaving, .left: (false, false)
            }
        return (takesMore ? Poll.writable : 0) | (givesMore ? Poll.readable : 0)
    }

    private var pollTimeout: Int32 {
        switch phase {
        case .open: mayRead ? clocks.silencePollTimeout : -1
        case .flushing, .leaving, .draining, .left: PumpClocks.lingerInspectionMilliseconds
        }
    }

    /// The bytes that a step moved; `nil`, with what to wait for, when it has to be repeated.
    private func bytes(of step: TLSStep, waitsFor events: inout Int16) -> Int? {
        switch step {
        case .done(let count):
            return count
        case .needsReadable:
            events = Poll.readable
        case .needsWritable:
            events = Poll.writable
        case .closedByPeer:
            break
        }
        return nil
    }

    private func publishWireBytes() {
        let (sent, received) = session.wireBytes
        link.counters.wireSent.store(sent, ordering: .relaxed)
        link.counters.wireReceived.store(received, ordering: .relaxed)
    }
}
