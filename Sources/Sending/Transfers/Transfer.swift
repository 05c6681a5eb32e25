import Basics
import Concurrency
import Files
import Foundation
import Protocol
import StegoKit

/// One transfer in hand: the owner of its files' states.
///
/// Each arrow of the diagram in docs/delivery/outbox.md is a method here. It makes the transition in the journal first, then in memory, and
/// then tells the observer. Sealing, sessions and the end of a study call these methods, and keep no state of files themselves.
///
/// Sealing and the session meet here. Sealing waits when enough is sealed ahead of the link; the session waits when nothing is sealed.
actor Transfer {
    /// Bytes of sealed files that may wait for the link. Many seconds of any link, and little for a disk.
    static let aheadLimit = 64 << 20
    /// Files that are marked as being sent in one transaction.
    private static let markedAtOnce = 64

    nonisolated let study: OutboxStudy
    /// The rows as they were when the transfer was taken in hand.
    nonisolated let rows: [OutboxInstance]
    nonisolated let record: DeliveryRecord
    nonisolated let observer: any SenderObserver
    nonisolated let spool: OutboxSpool
    private nonisolated let spoolUse = SpoolUse()
    private let outbox: Outbox
    /// For reading and removing sealed files.
    private let disk: WorkerPool
    private let figures: DeliveryFigures
    private var state: TransferState
    private var told: TransferOutcomes
    private var receiptsInSession = 0
    /// Nothing can be sent before another session has opened the study.
    private(set) var isSessionOver = false
    /// Bytes of each file's stego file that were sent, however often.
    private var sentBytes: [Int: Int] = [:]
    /// Chunks that had the receiver's credit.
    private var chunks = 0
    private let notice = ChangeNotice()

    /// - Parameters:
    ///   - rows: of the whole study, in the order of the manifest.
    ///   - disk: for reading and removing sealed files.
    ///   - record: outlives this object where a study is put away and taken in hand again.
    init(
        _ study: OutboxStudy, _ rows: [OutboxInstance], outbox: Outbox, disk: WorkerPool, observer: any SenderObserver,
        figures: DeliveryFigures, record: DeliveryRecord = DeliveryRecord()
    ) {
        self.study = study
        self.rows = rows
        self.record = record
        self.outbox = outbox
        self.disk = disk
        self.figures = figures
        self.observer = observer
        spool = outbox.spool(study.transferID)
        state = TransferState(study, rows)
        told = TransferOutcomes(study, rows, observer: observer)
    }

    /// Makes one transition of several files: in the journal, in one transaction, and then in memory.
    ///
    /// - Returns: the files whose state it has changed.
    @discardableResult
    func make(_ transition: InstanceTransition, _ indices: [Int]) async throws -> [Int] {
        guard !indices.isEmpty else { return [] }
        try await outbox.journal.make(transition, of: study.transferID, indices)
        var made: [Int] = []
        for index in indices where try state.make(transition, index) { made.append(index) }
        notice.post()
        return made
    }

    /// A file's row, as the journal has it.
    func row(_ index: Int) -> OutboxInstance { state.files[index].row }

    /// Grows with each change of a file.
    var changes: Int { notice.count }

    /// Suspends until something changes that was not counted in `seen`.
    ///
    /// - Throws: `CancellationError`.
    func change(after seen: Int) async throws { try await notice.change(after: seen) }

    // MARK: Taking in hand

    /// Tells the observer of files whose fate was known before, and removes the files of the spool that the journal does not call sealed.
    func begin() async throws {
        tellKnown()
        let sealed = Set(rows.filter { [.sealed, .sending, .failed].contains($0.state) }.map(\.position))
        try await disk.run { [spool] in spool.removeAll(except: sealed) }
    }

    /// Tells the observer of files whose fate was known before.
    func tellKnown() { told.tellKnown(rows, isRepeated: record.tell()) }

    // MARK: Sealing

    /// Bytes of sealed files that no session has taken yet.
    var bytesAhead: Int { state.bytesAhead }

    /// The next file to seal; suspends while enough is sealed ahead, and while none is left: a lost one may come back.
    ///
    /// - Throws: `CancellationError`.
    func nextToSeal() async throws -> Int {
        while true {
            let seen = notice.count
            if let index = state.nextToSeal(aheadLimit: Self.aheadLimit) { return index }
            try await notice.change(after: seen)
        }
    }

    /// Counts an attempt to seal each file that is to be sealed, below a limit of attempts.
    func countAttempts(below limit: Int) async throws { try await outbox.journal.countAttempts(study.transferID, below: limit) }

    /// Counts an attempt to seal one file.
    ///
    /// - Returns: its attempts, this one included.
    func countAttempt(_ index: Int) async throws -> Int { try await outbox.journal.countAttempt(study.transferID, index) }

    /// Sealing has ended in order: no file was the reason for an end.
    func forgetAttempts() async throws { try await outbox.journal.forgetAttempts(study.transferID) }

    /// Puts a stego file onto the disk; runs on a worker thread.
    ///
    /// - Returns: `false` where the study has been closed since.
    /// - Throws: `FileError`.
    nonisolated func store(_ bytes: [UInt8], _ index: Int) throws -> Bool {
        try spoolUse.writing { try spool.store(bytes, index) } != nil
    }

    /// The same of a file that was written piece by piece.
    nonisolated func store(_ file: UnpublishedStore, _ index: Int) throws -> Bool {
        try spoolUse.writing { try spool.store(file, index) } != nil
    }

    /// Makes a place for a stego file that is written piece by piece; runs on a worker thread.
    ///
    /// - Throws: `FileError`.
    nonisolated func makeStore(_ index: Int) throws -> UnpublishedStore { try spool.makeStore(index) }

    /// What an earlier attempt has left of such a file, and where the next one does; runs on a worker thread.
    nonisolated func checkpoint(_ index: Int) -> SealingCheckpoint<UnpublishedStore> { spool.checkpoint(index) }

    /// What was begun of a file is of no use; runs on a worker thread.
    nonisolated func removeUnfinished(_ index: Int) { spool.removeUnfinished(index) }

    /// Whether the last attempt at a file got further than the one before.
    func hasAdvanced(_ index: Int) async throws -> Bool { try await disk.run { [spool] in spool.hasAdvanced(index) } }

    /// planned → sealed.
    ///
    /// - Throws: what the journal throws; the file is sealed again later then (``notSealed(_:)``).
    func sealed(_ index: Int, _ file: SealedFile) async throws { try await make(.sealed(file), [index]) }

    /// planned → withdrawn: gone, changed or cannot be sealed. The observer is told at the end, unless the receiver has the file.
    func withdrawn(_ index: Int, _ failure: OperationFailure) async throws {
        try await make(.withdrawn(reason: failure.description, kind: failure.kind), [index])
        told.cannotBeSealed(index, failure)
    }

    /// It could not be sealed or stored for now, and stays planned: its turn comes again after all others'.
    func notSealed(_ index: Int) {
        // No change that anybody may take for movement: a full disk may stay full.
        _ = state.postpone(index)
    }

    /// The original cannot be read for now, and stays planned.
    ///
    /// - Returns: whether this is news.
    @discardableResult
    func notRead(_ index: Int, reason: String) -> Bool {
        let isNew = state.postpone(index, obstacle: reason)
        if isNew { notice.post() }
        return isNew
    }

    // MARK: The greeting

    /// Sealed files to send along with the greeting, at least so many bytes of them if there are; none once anything was sent.
    func takeEarlyFiles(_ byteCount: Int) -> [(index: Int, digest: ContentDigest)] { state.takeEarlyFiles(byteCount) }

    /// sealed → sending: these travel with the greeting.
    func sendEarly(_ indices: [Int]) async throws {
        state.sendEarly(indices)
        try await make(.sending, indices)
    }

    /// A session has opened the study: the files that the receiver does not have are to be sent, or sent on. Acknowledged files that it
    /// does not have any more are to be sealed again.
    func opened(_ resumeState: StudyStanding, _ terms: SealingTerms) async throws {
        let partial = state.partialByteCounts(resumeState)
        try await outbox.journal.opened(study.transferID, acknowledgedBytes: partial)
        state.open(resumeState, terms)
        receiptsInSession = 0
        isSessionOver = false
        record.reached(state.receivedBytes(resumeState))
        notice.post()
        try await make(.missing, state.acknowledgedButMissing)
    }

    /// The session has ended, in whatever way: whoever waits for something before it sends the next byte need not wait any longer.
    func sessionEnded() {
        isSessionOver = true
        notice.post()
    }

    // MARK: Sending

    /// Whether ``nextStep()`` returns at once.
    var hasStep: Bool { state.hasStep }

    /// The session's next step; suspends while nothing is sealed. `nil` when every file is sent, withdrawn or at the receiver.
    ///
    /// - Throws: `OperationFailure` when nothing is left but files that cannot be read for now; `CancellationError`.
    func nextStep() async throws -> TransferState.Step? {
        while true {
            let seen = notice.count
            if let step = state.nextStep() { return step }
            if state.isEveryFileDone { return nil }
            if let reason = state.reasonToStop { throw OperationFailure(.temporary, reason) }
            try await notice.change(after: seen)
        }
    }

    /// sealed or failed → sending, before the first byte of a file goes out; files that come next change along with it.
    func sending(_ index: Int) async throws {
        guard [.sealed, .failed].contains(state.files[index].row.state) else { return }
        try await make(.sending, state.toBeMarked(with: index, atMost: Self.markedAtOnce))
    }

    /// A sealed file as it is on the disk, with its header; `nil` when it is not there as it was sealed.
    func sealedInstance(_ index: Int, _ digest: ContentDigest, offset: UInt64) async throws -> FirstFlight.Instance? {
        let bytes = try await disk.run { [spool] in spool.read(index, digest: digest) }
        guard let bytes, let report = state.files[index].row.report else { return nil }
        let header = InstanceHeader(
            index: index, byteCount: UInt64(bytes.count), digest: digest, offset: offset, report: InstanceReport(report))
        return FirstFlight.Instance(header: header, bytes: bytes)
    }

    /// Whether a sealed file is read as it goes out.
    func isLarge(_ index: Int) async throws -> Bool {
        try await disk.run { [spool] in spool.byteCount(index) ?? 0 >= InstanceSealer.leastFramedByteCount }
    }

    /// The same of a file that is read as it goes out, since it is large or its proof is outstanding; `nil` also for any other.
    ///
    /// The last of its bytes are given once it is proven. Where it is to be sealed anew instead, reading them throws ``EndWithheld``.
    ///
    /// - Parameter waiting: told when the last bytes begin and cease to wait.
    func largeInstance(
        _ index: Int, _ digest: ContentDigest, offset: UInt64, waiting: @escaping @Sendable (Bool) async -> Void
    ) async throws -> (InstanceHeader, OutgoingBytes)? {
        let isUnproven = isUnproven(index, digest)
        let source = try await disk.run { [spool] () -> FileSource? in
            guard let byteCount = spool.byteCount(index), isUnproven || byteCount >= InstanceSealer.leastFramedByteCount else { return nil }
            return spool.source(index, digest: digest)
        }
        guard let source, isSealed(index, as: digest), let report = state.files[index].row.report else { return nil }
        let header = InstanceHeader(
            index: index, byteCount: UInt64(source.byteCount), digest: digest, offset: offset, report: InstanceReport(report))
        let bytes = OutgoingBytes(byteCount: source.byteCount) { [disk] range in
            if range.upperBound == source.byteCount { try await self.untilProven(index, digest, waiting: waiting) }
            return try await disk.run { try source.read(range) }
        }
        return (header, bytes)
    }

    /// So many bytes of a stego file go out.
    func sends(_ byteCount: Int, of index: Int) {
        chunks += 1
        sentBytes[index, default: 0] += byteCount
        figures.count { $0.stegoBytes += byteCount }
        told.sends(byteCount, of: index, total: state.files[index].row.sealedBytes ?? 0)
    }

    /// Everything of it was handed to the session.
    func sent(_ index: Int) {
        state.done(index)
        notice.post()
    }

    /// Whether this session has nothing more to do about a file.
    func isDone(_ index: Int) -> Bool { state.files[index].isDone }

    /// Whether it travelled with this session's greeting: then the session knows what was sent of it, and takes no other file for it.
    func wasSentEarly(_ index: Int) -> Bool { state.sentEarly.contains(index) }

    /// Whether the receiver could not take it the last time.
    func hasFailed(_ index: Int) -> Bool { state.files[index].row.state == .failed }

    /// Whether the stego file with this digest is the one that is to be sent.
    func isSealed(_ index: Int, as digest: ContentDigest) -> Bool {
        let row = state.files[index].row
        return [.sealed, .sending, .failed, .acknowledged].contains(row.state) && row.sealedDigest == digest
    }

    /// sealed, sending or failed → planned: the stego file is lost, damaged, or not the one that the receiver takes.
    func sealAnew(_ index: Int) async throws { try await make(.unsealed, [index]) }

    /// → withdrawn: larger than the receiver takes, which knows that it does not come.
    func refused(_ index: Int, _ failure: OperationFailure) async throws {
        try await make(.withdrawn(reason: failure.description, kind: failure.kind), [index])
        sent(index)
        told.fail(index, failure)
    }

    /// The receiver knows that the file does not come. failed → withdrawn, where it had failed at the file before.
    func withdrawalSent(_ index: Int) async throws {
        sent(index)
        guard state.files[index].row.state == .failed else { return }
        try await make(.withdrawnAfterFailure, [index])
    }

    // MARK: Answers

    /// → acknowledged or failed: the receiver's receipt. It may repeat one of an earlier session. The sealed file of a restored one goes.
    func received(_ receipt: InstanceReceipt) async throws {
        let index = receipt.index
        let transition = try InstanceTransition.answered(by: receipt)
        try await outbox.journal.make(transition, of: study.transferID, [index])
        let isNew = if case .restored = receipt.outcome { state.files[index].row.state != .acknowledged } else { false }
        _ = try state.make(transition, index)
        receiptsInSession += 1
        if isNew { record.advance() }
        notice.post()
        told.answer(receipt, state.files[index].row.report, wireBytes: sentBytes[index])
        guard isNew else { return }
        figures.count { $0.deliveredFiles += 1 }
        // When the key is lost with the file, nothing is lost: the receiver has signed for it.
        try await disk.run { [spool] in spool.remove(index) }
    }

    /// Returns when so many receipts of this session are in the journal.
    ///
    /// - Throws: `CancellationError`.
    func untilReceived(_ count: Int) async throws {
        while true {
            let seen = notice.count
            if receiptsInSession >= count { return }
            try await notice.change(after: seen)
        }
    }

    /// The first failure that may not happen again, such as a full disk at the receiver.
    var failureForNow: String? { state.failureForNow }

    // MARK: Signs of life

    /// Grows whenever the receiver is known to have more than before.
    nonisolated var advances: Int { record.advances }

    /// Grows with whatever happens: files sealed, chunks sent, receipts.
    var movement: Int { notice.count + chunks }

    // MARK: The end

    /// Receipts that have come, as armoured texts in the order of the manifest.
    func receipts() async throws -> [String] { try await outbox.instances(of: study.transferID).compactMap(\.receipt) }

    /// From now on no file is put into the spool.
    func endStoring() async throws { try await spoolUse.close() }

    /// The study is closed: its receipt has come, and everything signed is in the archive's file. Key and sealed files go.
    ///
    /// - Returns: files delivered and failed.
    func close(receipts: String) async throws -> (delivered: Int, failed: Int) {
        try await outbox.close(study.transferID, receipts: receipts)
        let (delivered, failed) = told.conclude(receipts: receipts)
        figures.count { counts in
            if failed == 0 { counts.deliveredStudies += 1 } else { counts.incompleteStudies += 1 }
        }
        return (delivered, failed)
    }

    /// Tells the observer that the study, which another process has closed, has ended.
    ///
    /// - Returns: files delivered and failed.
    func wasClosed(receipts: String?) -> (delivered: Int, failed: Int) { told.conclude(receipts: receipts) }

    /// Tells the observer that the study stays in the outbox.
    func keep(because error: any Error) { told.keep(because: error) }

    /// Tells the observer of files that could not be sealed, when the study is put away until its next attempt.
    func putAway() { told.tellNotSealed() }
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
