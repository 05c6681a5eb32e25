import Basics
import Concurrency
import Crypto
import Protocol
import StegoKit
import Synchronization

/// Receives one study in one session, from the sender's opening it to the study's receipt.
///
/// Two tasks: one takes what comes to the spool, the other signs receipts for what is restored.
struct StudyReception: Sendable {
    let session: Session
    let manifest: Manifest
    /// Where the files of a study that is new belong; `nil` for the place that the layout gives them.
    let place: StudyPlace?
    let reception: Reception
    let observer: any ReceiverObserver
    let credit: CreditGate

    /// How long a sender is kept waiting before its study is let in; then it is to come again.
    private static let patience = Duration.seconds(60)

    private var transfer: TransferID { manifest.transferID }
    private var codecs: Set<StegoCodec> {
        Set(session.agreement.capabilities.codecs.compactMap { StegoCodec(rawValue: $0.text) })
    }

    private var peer: String { session.agreement.peer.name.text }

    /// A message among the two tasks and the restoring.
    private enum Step: Sendable {
        case committed(Int, CommittedOutcome)
        case damaged(Int)
        case withdrawn(Int)
        case sent
        case trouble(Int, InstanceFailure)
    }

    /// - Returns: the study's receipt, which the sender has been sent.
    /// - Throws: `ProtocolError`, ``ReceivingError``, errors of files and of the journal.
    func run() async throws -> StudyReceipt {
        try await waitForRoom()
        let place = try await reception.active.enter(transfer, manifest: manifest.digest)
        return try await withThrowingTaskGroup(of: StudyReceipt?.self) { group in
            group.addTask {
                let result: Result<StudyReceipt, any Error>
                do { result = .success(try await receive()) } catch { result = .failure(error) }
                await reception.active.leave(transfer, place)
                return try result.get()
            }
            group.addTask {
                await place.takeover.wait()
                if place.takeover.isRequested { await session.abort(.refused, "the sender has connected again") }
                return nil
            }
            defer { group.cancelAll() }
            while let end = try await group.next() {
                if let end { return end }
            }
            throw CancellationError()
        }
    }

    private func receive() async throws -> StudyReceipt {
        let (steps, next) = AsyncStream.makeStream(of: Step.self)
        // Before the journal is read: what is committed from then on must not be missed.
        await reception.restoring.listen(to: transfer) { news in
            switch news {
            case .committed(let position, let outcome): next.yield(.committed(position, outcome))
            case .trouble(let position, let failure): next.yield(.trouble(position, failure))
            case .lost(let position): next.yield(.damaged(position))
            }
        }
        // Known from the journal once the study is in it.
        let place = Mutex<String?>(nil)
        let spool = StudySpool(
            transfer: transfer, spool: reception.spool, inbox: reception.inbox, pool: reception.pool, clock: reception.clock
        ) { arrived in
            for instance in arrived { await restore(instance, at: place.withLock { $0 }) }
        }
        do {
            let records = try await open()
            if reception.gate != nil {
                let known = try await reception.inbox.place(of: transfer)
                place.withLock { $0 = known }
            }
            let resumePoint = try await ResumePointReader(transfer: transfer, reception: reception).read(records)
            try await session.admit(resumePoint.admission)
            for (position, outcome) in resumePoint.committed { next.yield(.committed(position, outcome)) }
            for instance in resumePoint.arrived { await restore(instance, at: place.withLock { $0 }) }
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await spool.keepSynced()
                    return false
                }
                group.addTask {
                    try await credit.keepGranting()
                    return false
                }
                group.addTask {
                    try await take(to: spool, offering: resumePoint.parts, next)
                    return false
                }
                group.addTask {
                    try await acknowledge(steps)
                    return true
                }
                // The receipts are the end; the first error of any of them is, too.
                while let isEnd = try await group.next(), !isEnd {}
                group.cancelAll()
            }
            await leave(spool)
            return try await session.completeStudy()
        } catch {
            await leave(spool)
            throw error
        }
    }

    /// The room that entering the study takes on the disk: first in the journal's log, then in the journal.
    private var roomBytes: Int { 2 * JournalLimits.bytes(of: manifest) }

    /// A study that is new here is let in when there is room for it: the journal, too, needs some.
    ///
    /// - Throws: ``ReceivingError`` when there is none for ``patience``.
    private func waitForRoom() async throws {
        let deadline = reception.clock.now + Self.patience
        while let obstacle = await reception.disk.obstacle(to: roomBytes) {
            if try await reception.inbox.knows(transfer) { return }
            guard reception.clock.now < deadline else { throw ReceivingError.storage(obstacle) }
            try await reception.clock.sleep(for: .milliseconds(500))
        }
    }

    /// Enters the study into the journal. Returns its instances of which something is here, with those that are known from earlier transfers.
    private func open() async throws -> [InstanceRecord] {
        let records = try await enter()
        // Each reply is whole in its own place.
        guard reception.gate == nil else { return records }
        let known = try await reception.deduplicator.commitKnown(of: transfer)
        guard !known.instances.isEmpty else { return records }
        for instance in known.instances {
            var report = ReceiverEvent.Instance(
                name: instance.name, status: .restored, study: manifest.studyUID.text, peer: peer, path: instance.path, known: true)
            if case .restored(_, let exactness) = instance.outcome { report.exact = exactness.rawValue }
            observer.observe(.instance(report))
        }
        await reception.finished(known.finished)
        return try await reception.inbox.begun(of: transfer)
    }

    /// Room is set aside before: several studies may be opened at once.
    private func enter() async throws -> [InstanceRecord] {
        guard try await !reception.inbox.knows(transfer) else {
            return try await reception.inbox.open(manifest, peer: peer, key: nil, codecs: codecs, place: place)
        }
        let bytes = roomBytes
        if let obstacle = await reception.disk.reserve(bytes) { throw ReceivingError.storage(obstacle) }
        let records: Result<[InstanceRecord], any Error>
        do {
            let active = reception.active
            let forgotten = try await reception.inbox.makeRoom(for: manifest) { active.isHeld($0) }
            for transfer in forgotten { await reception.restoring.forget(transfer) }
            records = .success(try await reception.inbox.open(manifest, peer: peer, key: nil, codecs: codecs, place: place))
        } catch {
            records = .failure(error)
        }
        await reception.disk.release(bytes)
        return try records.get()
    }

    /// Instances may have arrived before it.
    private func keep(_ key: SymmetricKey) async throws {
        if let keyring = reception.keyring {
            try await reception.pool.run { [manifest] in try keyring.store(key, for: manifest.studyUID) }
        }
        try await keepOrder(key)
        let bytes = key.withUnsafeBytes { Array($0) }
        try await reception.inbox.setKey(bytes, of: transfer)
        await reception.restoring.set(try StudyKey(bytes: bytes), of: transfer)
    }

    /// The clinic's question is reported as soon as it can be read. Where it cannot, the images are taken all the same.
    private func keepOrder(_ key: SymmetricKey) async throws {
        let order: ClinicalOrder
        do throws(ProtocolError) {
            guard let found = try ClinicalOrder(manifest, key: key) else { return }
            order = found
        } catch {
            return observer.observe(.order(ReceiverEvent.Order(manifest, peer: peer, unreadable: error.reason)))
        }
        try await reception.inbox.setOrder(order, of: transfer)
        observer.observe(.order(ReceiverEvent.Order(manifest, peer: peer, order)))
    }

    /// The bytes that have come get to the disk, also where the session is cancelled.
    private func leave(_ spool: StudySpool) async {
        await withoutCancellation {
            await spool.close()
            await reception.restoring.stopListening(to: transfer)
            await reception.letGoOfKey(of: transfer)
        }
    }

    // MARK: What comes

    private func take(
        to spool: StudySpool, offering parts: [Int: InstanceRecord.StegoPart], _ next: AsyncStream<Step>.Continuation
    ) async throws {
        while let event = try await session.nextEvent() {
            switch event {
            case .studyOpened, .studyRefused: throw ProtocolError(.protocolViolation, "the sender opened a study inside of another")
            case .studyKey(let key): try await keep(key)
            case .instanceBegan(let header):
                try await spool.begin(header, after: parts[header.index])
            case .chunk(_, _, let bytes):
                try await spool.append(bytes)
                reception.counters.add { $0.receivedBytes += bytes.count }
                try await credit.giveBack(bytes.count)
            case .head(_, let bytes, let travelled):
                try await spool.append(bytes)
                reception.counters.add { $0.receivedBytes += travelled }
                try await credit.giveBack(travelled)
            case .instanceArrived: await spool.finish()
            case .instanceDamaged(let index):
                try await spool.discard(index)
                report(.failed, index, reason: Self.damage.text)
                next.yield(.damaged(index))
            case .instanceWithdrawn(let index, let reason):
                try await withdraw(index, reason, spool)
                next.yield(.withdrawn(index))
            case .studyStopped(let code, let reason):
                throw ProtocolError(.studyEnded, "the sender ended the study: \(reason)", abortCode: code)
            case .studySent:
                await spool.nothingFollows()
                next.yield(.sent)
                return
            }
        }
        throw ProtocolError(.cut, "the sender left in the middle of a study")
    }

    private func restore(_ instance: StudySpool.Arrived, at place: String?) async {
        let entry = manifest.entries[instance.position]
        await reception.restoring.restore(
            ArrivedInstance(
                transfer: transfer, studyUID: manifest.studyUID.text, peer: peer, sender: manifest.sender,
                position: instance.position, path: entry.path, digest: entry.digest, byteCount: Int(clamping: entry.byteCount),
                stegoBytes: instance.part.byteCount,
                stegoDigest: instance.part.digest, location: instance.part.location, codecs: codecs, place: place, attempts: 1))
    }

    private func withdraw(_ index: Int, _ reason: String, _ spool: StudySpool) async throws {
        try await spool.discard(index)
        report(.withdrawn, index, reason: reason)
        if let end = try await reception.inbox.withdraw(index, of: transfer, reason: reason) {
            await reception.finished([transfer: end])
        }
    }

    // MARK: What is answered

    /// Not in the journal: it may come whole the next time.
    private static let damage = InstanceFailure(.damagedOnTheWay, "the stego file arrived with other bytes than were announced")

    /// Returns when every instance that was not withdrawn has its receipt.
    ///
    /// Trouble with one of them holds up nobody else: the sender is sent away when nothing else is left to do. A full disk concerns all.
    private func acknowledge(_ steps: AsyncStream<Step>) async throws {
        var outstanding = Set(manifest.entries.indices)
        var troubled: [Int: InstanceFailure] = [:]
        var isSent = false
        for await step in steps {
            switch step {
            case .committed(let position, let committed):
                guard outstanding.remove(position) != nil else { continue }
                try await session.acknowledge(position, committed.outcome, date: committed.date)
                reception.counters.add { $0.receipts += 1 }
            case .damaged(let position):
                guard outstanding.remove(position) != nil else { continue }
                try await session.acknowledge(position, .failed(Self.damage))
            case .withdrawn(let position): outstanding.remove(position)
            case .sent: isSent = true
            case .trouble(let position, let failure):
                guard failure.code != .storageFull else { throw ReceivingError.storage(failure) }
                troubled[position] = failure
            }
            guard isSent else { continue }
            if outstanding.isEmpty { return }
            if outstanding.allSatisfy({ troubled[$0] != nil }), let failure = outstanding.min().flatMap({ troubled[$0] }) {
                throw ReceivingError.storage(failure)
            }
        }
        throw CancellationError()
    }

    private func report(_ status: ReceiverEvent.Instance.Status, _ index: Int, reason: String) {
        observer.observe(
            .instance(
                ReceiverEvent.Instance(
                    name: manifest.entries[index].path, status: status, study: manifest.studyUID.text, peer: peer, reason: reason)))
    }
}
