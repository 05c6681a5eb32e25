import Basics
import Crypto
import Logging
import Protocol
import SecureChannel
import StegoKit

/// Carries one study through one session: opens it, sends what the receiver does not have, and journals the receipts as they come.
struct SessionCourier: Sendable {
    /// Rows that are marked as being sent in one transaction.
    private static let markedAtOnce = 64

    let study: OutboxStudy
    let manifest: Manifest
    let key: StudyKey
    let instances: [OutboxInstance]
    let resources: DeliveryResources
    let progress: TransferProgress
    let sealers: SealerSource
    let advisor: EncodingAdvisor
    let report: TransferReport
    let gauge: LinkGauge
    let directions: LiveDirections

    private var outbox: Outbox { resources.outbox }
    private var transferID: String { study.transferID }

    /// What this receiver asked for last time; `nil` where it was never met.
    func rememberedTerms() async throws -> SealingTerms? {
        let correspondent = try await resources.correspondent(of: study)
        guard let terms = try await outbox.terms(of: correspondent.peer.fingerprint), !terms.codecs.isEmpty else { return nil }
        return terms
    }

    /// Lets sealing begin before there is a connection, as this receiver asked for last time.
    func use(_ remembered: SealingTerms) async throws {
        try await sealers.adopt(remembered, of: resources.correspondent(of: study).peer.card)
    }

    /// Lets sealing begin as this receiver asked for last time, or as every receiver takes it, where the greeting takes longer than
    /// `patience`. Where the study asks for a codec that not every receiver has, the first greeting is waited for all the same.
    func use(_ remembered: SealingTerms?, after patience: Duration) async throws {
        guard let terms = remembered ?? (study.choices.isMet(by: .usual) ? .usual : nil) else { return }
        let correspondent = try await resources.correspondent(of: study)
        try await resources.clock.sleep(for: patience)
        try await sealers.adoptFirst(terms, of: correspondent.peer.card)
    }

    /// One attempt, from connecting to the study's receipt.
    ///
    /// - Throws: whatever ends it before: ``ProtocolError``, `ChannelError`, `OperationFailure`, `DatabaseError`, `CancellationError`.
    func deliver() async throws -> StudyReceipt {
        try await directions.refresh()
        let correspondent = try await resources.correspondent(of: study)
        let address = try correspondent.address(override: directions.address)
        do {
            return try await correspondent.withSession(
                at: address, resources.headStart, resources.watch, gauge, capabilities: study.choices.capabilities
            ) {
                try await firstFlight()
            } _: { session in
                try await send(over: session)
            }
        } catch is CardRemoved {
            // Says which card is missing, and what helps.
            _ = try await resources.correspondent(of: study)
            throw OperationFailure(.temporary, "the card of \(study.peerName) was replaced; the study goes on with the new one")
        }
    }

    private func send(over session: SenderSession) async throws -> StudyReceipt {
        try await open(session)
        let member = await resources.scheduler.join(directions.priority, peer: study.peer)
        do {
            let receipt = try await sendAndReceive(session, member)
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
        let files = await sealers.areTermsKnown ? progress.takeFirstFlight(FirstFlight.creditBytes) : []
        var instances: [FirstFlight.Instance] = []
        for file in files {
            // What cannot be read now is dealt with when its turn comes.
            guard let instance = try await sealedInstance(file.index, file.digest, offset: 0) else { break }
            instances.append(instance)
        }
        let indices = instances.map(\.header.index)
        await progress.flies(indices)
        try await outbox.sending(transferID, indices)
        var credit = FirstFlight.creditBytes
        for instance in instances {
            let byteCount = min(credit, instance.bytes.count)
            count(byteCount, of: instance.header)
            credit -= byteCount
        }
        return FirstFlight(manifest: manifest, studyKey: symmetricKey, instances: instances)
    }

    /// So many bytes of a file go out.
    private func count(_ byteCount: Int, of header: InstanceHeader) {
        gauge.sends(byteCount, of: header.index)
        resources.figures.count { $0.stegoBytes += byteCount }
        resources.observer.observe(
            .sending(byteCount: byteCount, of: instances[header.index].name, total: Int(clamping: header.byteCount)))
    }

    /// A sealed file as it is on the disk, with its header; `nil` when it is not there as it was sealed.
    private func sealedInstance(_ index: Int, _ digest: ContentDigest, offset: UInt64) async throws -> FirstFlight.Instance? {
        let bytes = try await resources.disk.run { [spool = outbox.spool(transferID)] in spool.read(index, digest: digest) }
        guard let bytes, let sealing = await report.report(of: index) else { return nil }
        let header = InstanceHeader(
            index: index, byteCount: UInt64(bytes.count), digest: digest, offset: offset, report: InstanceReport(sealing))
        return FirstFlight.Instance(header: header, bytes: bytes)
    }

    private func open(_ session: SenderSession) async throws {
        let terms = SealingTerms(session.agreement)
        let peer = session.agreement.peer
        if await !sealers.areTermsKnown, advisor.wantsRate(try study.choices.encodings(for: terms)),
            let rate = try await session.probedRate()
        {
            advisor.learn(probed: rate)
        }
        if try await sealers.adopt(terms, of: peer.card) { try await outbox.remember(terms, of: peer.fingerprint) }
        let standing = try await session.openStudy(manifest, studyKey: symmetricKey)
        await progress.beginSession(standing, terms)
        try await outbox.opened(transferID, acknowledgedBytes: progress.partialByteCounts)
        for index in await progress.acknowledgedButMissing { try await sealAnew(index, evenAcknowledged: true) }
    }

    private func sendAndReceive(_ session: SenderSession, _ member: Int) async throws -> StudyReceipt {
        try await withThrowingTaskGroup(of: StudyReceipt?.self) { group in
            group.addTask {
                try await takeReceipts(session)
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
    private func takeReceipts(_ session: SenderSession) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            let (arrived, queue) = AsyncStream.makeStream(of: InstanceReceipt.self)
            // One of the group, so that it is cancelled when a receipt cannot be journalled; this body would go on waiting.
            group.addTask {
                defer { queue.finish() }
                do {
                    for try await receipt in session.receipts() { queue.yield(receipt) }
                } catch is ProtocolError {
                    return
                }
            }
            for await receipt in arrived {
                group.addTask { try await take(receipt) }
            }
        }
    }

    private func take(_ receipt: InstanceReceipt) async throws {
        try await outbox.received(transferID, receipt)
        let isNews = await progress.received(receipt)
        await report.received(receipt)
        guard isNews else { return }
        resources.figures.count { $0.deliveredFiles += 1 }
        // When the key is lost with the file, nothing is lost: the receiver has signed for it.
        try await resources.disk.run { [spool = outbox.spool(transferID)] in spool.remove(receipt.index) }
    }

    // MARK: Sending

    private func send(_ session: SenderSession, _ member: Int) async throws -> StudyReceipt {
        var marked: Set<Int> = []
        while let step = try await nextStep(member) {
            switch step {
            case .withdraw(let index, let reason):
                try await withdraw(index, reason, session)
            case .sealAnew(let index):
                try await sealAnew(index)
                marked.remove(index)
            case .send(let index, let digest, let offset):
                try await mark(index, &marked)
                if try await !send(index, digest, offset, session, member) { marked.remove(index) }
            }
        }
        let receipt = try await session.finishStudy()
        try await progress.untilReceived(receipt.tally.restored + receipt.tally.failed)
        if let reason = await progress.passingFailure {
            throw OperationFailure(.temporary, "the receiver could not take every file: \(reason)")
        }
        return receipt
    }

    private func nextStep(_ member: Int) async throws -> TransferProgress.Step? {
        let isIdle = await !progress.hasStep
        await resources.scheduler.setPriority(member, directions.priority)
        await resources.scheduler.setIdle(member, isIdle)
        guard let step = try await progress.nextToSend() else { return nil }
        if isIdle { await resources.scheduler.setIdle(member, false) }
        return step
    }

    /// Notes in the journal that some of a file may be at the receiver; those that come next along with it.
    private func mark(_ index: Int, _ marked: inout Set<Int>) async throws {
        guard !marked.contains(index) else { return }
        let upcoming = await [index] + progress.upcoming(Self.markedAtOnce).filter { !marked.contains($0) && $0 != index }
        try await outbox.sending(transferID, upcoming)
        marked.formUnion(upcoming)
    }

    /// Returns `false` when the file is not there as it was sealed; it comes again then.
    private func send(
        _ index: Int, _ digest: ContentDigest, _ offset: UInt64, _ session: SenderSession, _ member: Int
    ) async throws -> Bool {
        guard let instance = try await sealedInstance(index, digest, offset: offset) else {
            // Its receipt was faster than this, and has taken the file away.
            if await progress.isSettled(index) { return true }
            guard await !progress.hasFlown(index) else {
                throw OperationFailure(.temporary, "a sealed file was lost while it was being sent; it goes on with the next connection")
            }
            try await sealAnew(index)
            return false
        }
        do {
            try await session.send(instance.header, instance.bytes) { [self, scheduler = resources.scheduler, progress] in
                try await scheduler.turn(member, byteCount: $0)
                count($0, of: instance.header)
                await progress.sendsChunk()
            }
            await progress.settled(index)
        } catch let error as ProtocolError where error.code == .limitExceeded {
            // The receiver takes no file of this size; the others go on. Where the session itself has ended, this throws again.
            try await session.withdraw(index: index, reason: error.reason)
            try await outbox.withdrawn(transferID, index, reason: error.reason, kind: .badData)
            await progress.withdrawn(index, reason: error.reason)
            await progress.settled(index)
            await report.fail(index, error.reason, .badData)
        }
        return true
    }

    private func withdraw(_ index: Int, _ reason: String, _ session: SenderSession) async throws {
        try await session.withdraw(index: index, reason: reason)
        await progress.settled(index)
        guard await progress.isFailed(index) else { return }
        try await outbox.withdrawnAfterFailure(transferID, index)
        await progress.withdrawn(index, reason: reason)
    }

    /// The sealed file is lost, damaged, or not what the receiver takes.
    private func sealAnew(_ index: Int, evenAcknowledged: Bool = false) async throws {
        try await outbox.unsealed(transferID, index, evenAcknowledged: evenAcknowledged)
        await progress.unsealed(index, evenAcknowledged: evenAcknowledged)
    }
}

extension InstanceReport {
    init(_ report: SealReport) {
        self.init(
            method: CapabilityName(report.method) ?? "none", codec: CapabilityName(report.codec.rawValue) ?? "none",
            placement: Placement(rawValue: report.record.rawValue) ?? .element, hiddenBits: UInt64(report.bitsHidden),
            originalBytes: UInt64(report.originalByteCount), changedSamples: UInt64(report.changedSamples),
            maximumChange: UInt32(clamping: report.maximumChange), peakSignalToNoiseRatio: report.peakSignalToNoiseRatio ?? .infinity)
    }
}
