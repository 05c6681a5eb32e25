import SecureChannel

extension Session {
    @discardableResult
    func perform(_ command: SessionState.Command) async throws -> [SessionState.Output] {
        if let failure { throw failure }
        if state.hasEnded { throw ProtocolError.over }
        let outputs = try state.perform(command)
        try await transmit(outputs)
        return outputs
    }

    /// Sends what is to be sent, and waits until the connection has taken it.
    func transmit(_ outputs: [SessionState.Output]) async throws {
        for case .transmit(let message) in outputs {
            let transmission = link.transmit(message)
            do {
                try await transmission.value
            } catch {
                throw await endOfConnection(.cut(error))
            }
        }
    }

    /// The connection takes no more. If the peer has said why, that is the better error: the reader goes on to where it is.
    private func endOfConnection(_ error: ProtocolError) async -> ProtocolError {
        isBroken = true
        wakeReader()
        await reader?.value
        // One side has said goodbye.
        if failure == nil, state.hasEnded {
            await link.close()
            return .over
        }
        return await finish(error)
    }

    func startReading() {
        let wakeUps = readerWakeUps.stream
        reader = Task { [weak self, link] in
            var wakeUps = wakeUps.makeAsyncIterator()
            while !Task.isCancelled {
                guard let isWanted = await self?.isMessageWanted else { return }
                guard isWanted else {
                    guard await wakeUps.next() != nil else { return }
                    continue
                }
                do {
                    guard let message = try await link.receive() else {
                        await self?.finish(.closed)
                        return
                    }
                    guard let self else { return }
                    await self.take(message)
                } catch let error as ProtocolError {
                    await self?.finish(error)
                    return
                } catch {
                    if !Task.isCancelled { await self?.finish(.cut(error)) }
                    return
                }
            }
        }
    }

    func wakeReader() {
        readerWakeUps.continuation.yield()
    }

    /// Whether the next message of the peer may be read. Answers to this side's own studies are always welcome; while there can be none, what
    /// the own program does not ask for stays in the transport. `nil` when the session is over.
    private var isMessageWanted: Bool? {
        if failure != nil || state.hasEnded { return nil }
        if isBroken { return true }
        guard agreement.outgoing != nil else { return isPulling && inbox.isEmpty && events.isEmpty }
        return inbox.cost <= inboxLimit
    }

    /// Twice the window: no peer that keeps to its credit gets there with files of a usual size.
    private var inboxLimit: Int {
        (agreement.incoming.map { 2 * max($0.limits.creditWindow, FirstFlight.creditBytes) } ?? 0) + (1 << 20)
    }

    private func take(_ message: WireMessage) async {
        guard failure == nil, !state.hasEnded else { return }
        switch message.destination {
        case .sink where agreement.incoming != nil: inbox.append(message)
        // These stand behind what the peer has said of its studies.
        case .session where !inbox.isEmpty && message.isAboutStudies: inbox.append(message)
        case .source, .sink, .session:
            do {
                try await handle(state.receive(message))
            } catch {
                await finish(error)
            }
        }
        change.post()
    }

    func handle(_ outputs: [SessionState.Output]) async {
        for output in outputs {
            switch output {
            case .transmit(let message): link.transmit(message)
            case .source(let output): note(output)
            case .sink(.event(let event)): events.append(event)
            case .peerLeft:
                change.post()
                await link.close()
            case .probed(let number): probed = number
            case .agreed, .sink, .peerHasNoMore: break
            }
        }
    }
}

// MARK: Waiting

extension Session {
    /// Returns when something about the session has changed since the call.
    ///
    /// - Throws: `CancellationError`.
    func changed() async throws {
        try await change.change(after: change.count)
    }
}

extension WireMessage {
    /// Ends what the peer has to say of studies, or begins the end of it.
    fileprivate var isAboutStudies: Bool {
        switch self {
        case .noMoreStudies, .goodbye: true
        default: false
        }
    }
}
