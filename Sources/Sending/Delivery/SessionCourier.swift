import Basics
import Crypto
import Logging
import Protocol
import SecureChannel
import StegoKit

/// Carries one study through one session: opens it, sends the files that the receiver does not have, and takes the receipts as they come.
struct SessionCourier: Sendable {
    let manifest: Manifest
    let key: StudyKey
    let resources: DeliveryResources
    let transfer: Transfer
    let sealers: SealerSource
    let advisor: EncodingAdvisor
    let gauge: LinkGauge
    let directions: LiveDirections
    let way: any DeliveryWay

    private var outbox: Outbox { resources.outbox }
    private var study: OutboxStudy { transfer.study }

    /// What this receiver asked for last time; `nil` where it was never met, or did not know then what this study is to be sealed with.
    func rememberedTerms() async throws -> SealingTerms? {
        let receiver = try await resources.receiver(of: study)
        guard let terms = try await outbox.journal.terms(of: receiver.peer.fingerprint), !terms.codecs.isEmpty,
            study.choices.stagesUnknown(to: terms).isEmpty
        else { return nil }
        return terms
    }

    /// Lets sealing begin before there is a connection, as this receiver asked for last time.
    func use(_ remembered: SealingTerms) async throws {
        try await sealers.adopt(remembered, of: resources.receiver(of: study).peer.card)
    }

    /// Lets sealing begin as this receiver asked for last time, or as every receiver takes it, where the greeting takes longer than
    /// `patience`. Where the study asks for a codec that not every receiver has, the first greeting is waited for all the same.
    func use(_ remembered: SealingTerms?, after patience: Duration) async throws {
        guard let terms = remembered ?? (study.choices.isMet(by: .usual) ? .usual : nil) else { return }
        let receiver = try await resources.receiver(of: study)
        try await resources.clock.sleep(for: patience)
        try await sealers.adoptFirst(terms, of: receiver.peer.card)
    }

    /// One attempt, from connecting to the study's receipt.
    ///
    /// - Throws: whatever ends it before: ``ProtocolError``, `ChannelError`, `OperationFailure`, `DatabaseError`, `CancellationError`.
    func deliver() async throws -> StudyReceipt {
        try await directions.refresh()
        let receiver = try await resources.receiver(of: study)
        do {
            return try await way.withSession(
                with: receiver, at: directions.address, resources, gauge, capabilities: study.choices.capabilities
            ) {
                try await firstFlight()
            } _: { session in
                try await send(over: session)
            }
        } catch is CardRemoved {
            // Says which card is missing, and what helps.
            _ = try await resources.receiver(of: study)
            throw OperationFailure(.temporary, "the card of \(study.peerName) was replaced; the study goes on with the new one")
        }
    }

    private func send(over session: Session) async throws -> StudyReceipt {
        try await open(session)
        let member = await resources.scheduler.join(directions.priority, peer: study.peer)
        do {
            let receipt = try await sendExactFiles(session, member)
            await resources.scheduler.leave(member)
            return receipt
        } catch {
            await resources.scheduler.leave(member)
            throw error
        }
    }

    private var symmetricKey: SymmetricKey { key.withUnsafeBytes { SymmetricKey(data: $0) } }

    /// The study, with the files that are sealed by now where nothing of it was ever sent.
    private func firstFlight() async throws -> FirstFlight {
        // A file that was sealed on a guess may lack the capsule that this receiver wants in what it keeps.
        let files = await sealers.areTermsKnown ? transfer.takeEarlyFiles(FirstFlight.creditBytes) : []
        var instances: [FirstFlight.Instance] = []
        for file in files {
            // A file that cannot be read now is dealt with when its turn comes.
            guard try await !transfer.isLarge(file.index),
                let instance = try await transfer.sealedInstance(file.index, file.digest, offset: 0)
            else { break }
            instances.append(instance)
        }
        try await transfer.sendEarly(instances.map(\.header.index))
        var credit = FirstFlight.creditBytes
        for instance in instances {
            let byteCount = min(credit, instance.bytes.count)
            await transfer.sends(byteCount, of: instance.header.index)
            credit -= byteCount
        }
        return FirstFlight(manifest: manifest, studyKey: symmetricKey, instances: instances)
    }

    private func open(_ session: Session) async throws {
        let terms = SealingTerms(session.agreement)
        let peer = session.agreement.peer
        if await !sealers.areTermsKnown, advisor.wantsRate(try study.choices.encodings(for: terms)),
            let rate = try await session.probedRate()
        {
            advisor.learn(probed: rate)
        }
        if try await sealers.adopt(terms, of: peer.card) { try await outbox.journal.remember(terms, of: peer.fingerprint) }
        try await transfer.opened(session.openStudy(manifest, studyKey: symmetricKey), terms)
    }

    /// A file whose proof fails while it is on its way is broken off, and the study opened anew: then the receiver takes another stego file
    /// in place of the part that it has. A withdrawal would end the file's study as incomplete if nothing else is left of it.
    private func sendExactFiles(_ session: Session, _ member: Int) async throws -> StudyReceipt {
        while true {
            do {
                return try await sendAndReceive(session, member)
            } catch is EndWithheld {
                // Throws why, where the session is over.
                try await session.stopStudy(.shuttingDown, "a file of it is sealed anew")
                try await open(session)
            }
        }
    }

    private func sendAndReceive(_ session: Session, _ member: Int) async throws -> StudyReceipt {
        try await withThrowingTaskGroup(of: StudyReceipt?.self) { group in
            group.addTask {
                try await takeReceipts(session)
                await transfer.sessionEnded()
                return nil
            }
            group.addTask { try await send(session, member) }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let receipt = result { return receipt }
            }
            throw CancellationError()
        }
    }

    // MARK: Receipts

    /// Returns when the session has ended, in whatever way: whoever sends learns why. Receipts that come close together are journalled
    /// together.
    private func takeReceipts(_ session: Session) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            let (arrived, queue) = AsyncStream.makeStream(of: InstanceReceipt.self)
            // One of the group, so that it is cancelled when a receipt cannot be journalled; this body would go on waiting.
            group.addTask {
                defer { queue.finish() }
                do {
                    // In a session of several studies, of one that was broken off.
                    for try await receipt in session.receipts() where receipt.transferID == manifest.transferID { queue.yield(receipt) }
                } catch is ProtocolError {
                    return
                }
            }
            for await receipt in arrived {
                group.addTask { try await transfer.received(receipt) }
            }
        }
    }

    // MARK: Sending

    private func send(_ session: Session, _ member: Int) async throws -> StudyReceipt {
        let heads = SessionHeads(session.agreement, key, resources.disk)
        while let step = try await nextStep(member) {
            switch step {
            case .withdraw(let index, let reason):
                try await session.withdraw(index: index, reason: reason)
                try await transfer.withdrawalSent(index)
            case .sealAnew(let index):
                try await transfer.sealAnew(index)
            case .send(let index, let digest, let offset):
                // What has failed goes as it is the next time.
                let hasFailed = await transfer.hasFailed(index)
                // The journal notes first that some of the file may be at the receiver.
                try await transfer.sending(index)
                try await send(index, digest, offset, session, member, offset == 0 && !hasFailed ? heads : nil)
            }
        }
        let receipt = try await session.finishStudy()
        try await transfer.untilReceived(receipt.tally.restored + receipt.tally.failed)
        if let reason = await transfer.failureForNow {
            throw OperationFailure(.temporary, "not every file was taken: \(reason)")
        }
        return receipt
    }

    private func nextStep(_ member: Int) async throws -> TransferState.Step? {
        let isIdle = await !transfer.hasStep
        await resources.scheduler.setPriority(member, directions.priority)
        await resources.scheduler.setIdle(member, isIdle)
        guard let step = try await transfer.nextStep() else { return nil }
        if isIdle { await resources.scheduler.setIdle(member, false) }
        return step
    }

    /// Sends one file; one that is not there as it was sealed is sealed anew, and comes again then.
    ///
    /// - Parameter heads: shortens its beginning; `nil` where it goes as it is.
    private func send(
        _ index: Int, _ digest: ContentDigest, _ offset: UInt64, _ session: Session, _ member: Int, _ heads: SessionHeads?
    ) async throws {
        // While the end of a file waits for its proof, other studies may send.
        let large = try await transfer.largeInstance(index, digest, offset: offset) { [scheduler = resources.scheduler] isWaiting in
            await scheduler.setIdle(member, isWaiting)
        }
        if let (header, bytes) = large {
            try await send(header, bytes, session, member, nil)
            return
        }
        guard let instance = try await transfer.sealedInstance(index, digest, offset: offset) else {
            // Its receipt was faster than this, and has taken the file away.
            if await transfer.isDone(index) { return }
            // A proof was faster, and has sent the file back.
            guard await transfer.isSealed(index, as: digest) else { return }
            guard await !transfer.wasSentEarly(index) else {
                throw OperationFailure(.temporary, "a sealed file was lost while it was being sent; it goes on with the next connection")
            }
            return try await transfer.sealAnew(index)
        }
        let proposal = try await heads?.proposal(for: instance.bytes, digest, rate: session.linkMeasure.bytesPerSecond)
        if try await send(instance.header, OutgoingBytes(instance.bytes), session, member, proposal?.outgoing), let proposal {
            await heads?.sent(proposal)
        }
    }

    /// - Returns: whether the head was sent.
    @discardableResult
    private func send(
        _ header: InstanceHeader, _ bytes: OutgoingBytes, _ session: Session, _ member: Int, _ head: OutgoingHead?
    ) async throws -> Bool {
        let index = header.index
        do {
            let isHeadSent = try await session.send(header, bytes, head: head) { [self, scheduler = resources.scheduler] in
                try await scheduler.turn(member, byteCount: $0)
                await transfer.sends($0, of: header.index)
            }
            await transfer.sent(index)
            return isHeadSent
        } catch let error as ProtocolError where error.code == .limitExceeded {
            // The receiver takes no file of this size; the others go on. Where the session itself has ended, this throws again.
            try await session.withdraw(index: index, reason: error.reason)
            try await transfer.refused(index, OperationFailure(.badData, error.reason))
            return false
        }
    }
}
