import Foundation

extension Session {
    /// The next thing that happened to a study of the peer's; suspends until something does. `nil` when there will be no more: the peer has said
    /// so, or has left. One call at a time.
    ///
    /// - Throws: ``ProtocolError``; the error of the ``ManifestRoom`` that has no place for a study, after which the session has to be ended;
    ///   `CancellationError`, after which it may be called again.
    public func nextEvent() async throws -> SinkEvent? {
        guard !isPulling else { throw ProtocolError.misuse("somebody else is waiting for the next event") }
        isPulling = true
        defer { isPulling = false }
        while events.isEmpty {
            // What comes behind a study that was opened is about its instances: somebody has to want them.
            if state.sink.isDeciding { throw failure ?? ProtocolError.misuse("the study has to be admitted first") }
            if !inbox.isEmpty {
                // What has come is answered before more is taken.
                try await link.waitUntilAnswersAreFew()
                try await takeFromInbox()
            } else if let failure {
                throw failure
            } else if state.isSinkDone {
                return nil
            } else {
                wakeReader()
                try await changed()
            }
        }
        return events.removeFirst()
    }

    /// Returns when a peer whose studies are not taken here has said that it has no more, or the session is over. Where they are taken,
    /// ``nextEvent()`` tells.
    ///
    /// - Throws: `CancellationError`.
    public func untilPeerHasNoMore() async throws {
        while !state.hasHeardNoMore, !isOver { try await changed() }
    }

    private func takeFromInbox() async throws {
        guard var message = inbox.popFirst() else { return }
        wakeReader()
        // Before it is decoded: that takes several times the memory of the message.
        if case .openStudy(let open) = message { placeOfManifest = try place(for: open.manifest) }
        do throws(ProtocolError) {
            if case .chunk(let chunk) = message, let terms = chunk.head, !state.sink.isRefusing {
                message = .chunk(try await whole(chunk, terms))
                // It took a while.
                if let failure { throw failure }
            }
            let outputs = try state.receive(message)
            try prepareForHeads(outputs)
            await handle(outputs)
        } catch {
            throw await finish(error)
        }
    }

    private func prepareForHeads(_ outputs: [SessionState.Output]) throws(ProtocolError) {
        for case .sink(.event(.studyKey(let key))) in outputs {
            do { headExpander = try heads?.expander(for: key) } catch { throw .violation("a study key of the wrong size") }
        }
    }

    /// The bytes that a short head stands for, with what it took to send them.
    private func whole(_ chunk: WireMessage.Chunk, _ terms: HeadTerms) async throws(ProtocolError) -> WireMessage.Chunk {
        guard let headExpander, let digest = state.sink.digestOfBeginning(chunk) else {
            throw ProtocolError.violation("a short head out of place")
        }
        var whole = chunk
        // In a task of its own: whoever pulls may be cancelled and pull again, and the message is taken from the inbox.
        switch await Task(operation: { try await headExpander.expanded(chunk.bytes, terms, of: digest) }).result {
        case .success(let bytes) where bytes.count == terms.byteCount: whole.bytes = bytes
        // The file comes damaged then, and is asked for again as a whole.
        case .success, .failure: whole.bytes = [UInt8](repeating: 0, count: terms.byteCount)
        }
        whole.travelled = chunk.bytes.count
        return whole
    }

    /// - Throws: what ``room`` throws.
    private func place(for manifest: SignedStatement) throws -> (any ManifestPlace)? {
        // What cannot be decoded takes no room.
        guard let room, let layout = ManifestLayout(of: manifest.body) else { return nil }
        return try room.place(for: layout.memoryBytes, of: agreement.peer.card.fingerprint)
    }

    /// Answers `studyOpened`: what is already here need not come again.
    public func admit(_ admission: StudyAdmission = .fresh) async throws {
        try await perform(.sink(.admit(admission)))
    }

    /// Gives credit back for bytes that were dealt with: written, or let go.
    public func grant(bytes: Int) async throws {
        try await perform(.sink(.grant(bytes)))
    }

    /// Signs and sends what became of an instance that arrived, came damaged, or was here before.
    ///
    /// - Throws: ``ProtocolError``: `misuse` when there is nothing to acknowledge, `receiptInvalid` when `outcome` claims the same bytes
    ///   with another digest than the manifest's.
    @discardableResult
    public func acknowledge(_ index: Int, _ outcome: InstanceOutcome, date: Date = Date()) async throws -> InstanceReceipt {
        for case .sink(.acknowledged(let receipt)) in try await perform(.sink(.acknowledge(index: index, outcome, date))) { return receipt }
        throw ProtocolError.misuse("nothing was acknowledged")
    }

    /// Signs and sends the study's receipt, after `studySent` and when every instance is acknowledged.
    @discardableResult
    public func completeStudy(date: Date = Date()) async throws -> StudyReceipt {
        for case .sink(.completed(let receipt)) in try await perform(.sink(.complete(date))) { return receipt }
        throw ProtocolError.misuse("nothing was completed")
    }

    /// Ends the peer's open study before its time, and nothing else of the session; instead of ``admit(_:)``, or later. The peer may bring it again in
    /// another session. Give the credit of its bytes back.
    public func refuseStudy(_ code: AbortCode, _ reason: String) async throws {
        if let failure { throw failure }
        if state.hasEnded { throw ProtocolError.over }
        let outputs = try state.perform(.sink(.refuse(code, reason: reason)))
        // Nobody will see these any more.
        let unseen = events.reduce(0) { sum, event in
            switch event {
            case .chunk(_, _, let bytes): sum + bytes.count
            case .head(_, _, let travelled): sum + travelled
            default: sum
            }
        }
        events = []
        try await transmit(outputs)
        if unseen > 0 { try await grant(bytes: unseen) }
    }
}
