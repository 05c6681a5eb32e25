import Basics
import Concurrency
import Protocol
import StegoKit

/// The files of one transfer in memory, and the queues of those that are to be sealed and sent. It outlives sessions.
struct TransferState: Sendable {
    /// What a session is to do about one file.
    enum Step: Sendable, Equatable {
        case send(Int, digest: ContentDigest, offset: UInt64)
        case withdraw(Int, reason: String)
        /// The receiver does not take the file as it was sealed, or the sealed file is damaged.
        case sealAnew(Int)
    }

    enum Sealing: Sendable {
        /// Its turn comes, if it is planned.
        case due
        case running
        /// It could not be sealed or stored for now, and comes again after all others, so that it holds none of them up.
        case postponed
    }

    struct File: Sendable {
        /// As the journal has it.
        var row: OutboxInstance
        var sealing = Sealing.due
        /// This session has nothing more to do about it: it was sent or withdrawn, or the receiver has it.
        var isDone = false

        /// Bytes of its sealed file that wait for the link.
        fileprivate var bytesAhead: Int {
            switch row.state {
            case .sealed, .sending: isDone ? 0 : row.sealedBytes ?? 0
            case .planned, .acknowledged, .failed, .withdrawn: 0
            }
        }

        fileprivate var isToBeSealed: Bool { row.state == .planned && !isDone }
    }

    private(set) var files: [File]
    private(set) var bytesAhead = 0
    private var openFiles: Int
    private var nextPlanned = 0
    private var postponed = Queue<Int>()
    /// Why files that are to be sealed cannot be read for now, for people.
    private var unreadable: [Int: String] = [:]
    /// Files that this session may send or withdraw, in the order in which they came.
    private var ready = Queue<Int>()
    /// The same of files whose proof was outstanding when they came: their end may have to wait, so others go first.
    private var unproven = Queue<Int>()
    private var resumeState = StudyStanding.empty
    private var terms: SealingTerms?
    /// Nothing was ever sent: the first files may travel before the receiver has said anything.
    private var isUntouched: Bool
    /// Files that travelled with this session's greeting: they go on as they are.
    private(set) var sentEarly: Set<Int> = []
    /// What was asked for. Native pixels and JPEG XL are for the link, and nothing to keep, unless they were asked for by name.
    private let codecChoice: CodecChoice

    init(_ study: OutboxStudy, _ rows: [OutboxInstance]) {
        files = rows.map { File(row: $0) }
        openFiles = rows.count
        isUntouched = study.attempts == 0 && rows.allSatisfy { [.planned, .sealed, .withdrawn].contains($0.state) }
        codecChoice = study.choices.codec
        bytesAhead = files.reduce(0) { $0 + $1.bytesAhead }
    }

    /// The one place where a file changes, so that the sums stay right.
    private mutating func update<Failure: Error>(_ index: Int, _ change: (inout File) throws(Failure) -> Void) throws(Failure) {
        let (bytes, wasDone) = (files[index].bytesAhead, files[index].isDone)
        try change(&files[index])
        bytesAhead += files[index].bytesAhead - bytes
        if files[index].isDone != wasDone { openFiles += wasDone ? 1 : -1 }
    }

    // MARK: Transitions

    /// The journal has made this transition.
    ///
    /// - Returns: whether it changed anything.
    /// - Throws: ``OutboxError``, where the state in memory does not allow it.
    mutating func make(_ transition: InstanceTransition, _ index: Int) throws(OutboxError) -> Bool {
        var isMade = false
        try update(index) { file throws(OutboxError) in isMade = try file.row.make(transition) }
        switch transition {
        case .sealed, .withdrawn:
            files[index].sealing = .due
            unreadable[index] = nil
            if isMade { enqueue(index) }
        case .unsealed, .missing, .refuted:
            guard isMade else { break }
            update(index) { $0.isDone = false }
            files[index].sealing = .due
            nextPlanned = min(nextPlanned, index)
        case .answered:
            // A file that travelled with the greeting may be answered before its turn comes. All of it was sent, or there would be no
            // receipt.
            update(index) { $0.isDone = true }
            unreadable[index] = nil
        case .sending, .proven, .withdrawnAfterFailure: break
        }
        return isMade
    }

    /// Everything of a file was handed to the session, or the session knows that it will not come.
    mutating func done(_ index: Int) { update(index) { $0.isDone = true } }

    // MARK: Sealing

    /// The next file to seal; `nil` while enough is sealed ahead, and while none is left.
    mutating func nextToSeal(aheadLimit: Int) -> Int? {
        guard bytesAhead < aheadLimit, let index = popPlanned() else { return nil }
        files[index].sealing = .running
        return index
    }

    private mutating func popPlanned() -> Int? {
        while nextPlanned < files.count {
            defer { nextPlanned += 1 }
            if files[nextPlanned].isToBeSealed, case .due = files[nextPlanned].sealing { return nextPlanned }
        }
        while let index = postponed.popFirst() {
            guard case .postponed = files[index].sealing else { continue }
            files[index].sealing = .due
            if files[index].isToBeSealed { return index }
        }
        return nil
    }

    /// It could not be sealed or stored for now. Whatever the receiver has said of it meanwhile stays.
    ///
    /// - Parameter obstacle: why the original cannot be read, if that is the reason.
    /// - Returns: whether the obstacle is new.
    mutating func postpone(_ index: Int, obstacle: String? = nil) -> Bool {
        let isNew = obstacle != nil && unreadable[index] == nil
        unreadable[index] = nil
        guard case .running = files[index].sealing else { return false }
        guard files[index].row.state == .planned else {
            files[index].sealing = .due
            return false
        }
        files[index].sealing = .postponed
        unreadable[index] = obstacle
        postponed.append(index)
        return isNew
    }

    // MARK: Sending

    /// Sealed files to send along with the greeting, at least so many bytes of them if there are; none once anything was sent.
    ///
    /// Files with native pixels wait for the answer, which may be that the receiver keeps what it gets. They are for links whose round
    /// trip is short.
    mutating func takeEarlyFiles(_ byteCount: Int) -> [(index: Int, digest: ContentDigest)] {
        sentEarly = []
        guard isUntouched else { return [] }
        var early: [(Int, ContentDigest)] = []
        var bytes = 0
        for index in ready.prefix(.max) where bytes < byteCount {
            let row = files[index].row
            guard row.state == .sealed, let digest = row.sealedDigest, !isNativeByChoice(row) else { continue }
            early.append((index, digest))
            bytes += row.sealedBytes ?? 0
        }
        if !early.isEmpty { isUntouched = false }
        return early
    }

    /// These do travel with the greeting.
    mutating func sendEarly(_ indices: [Int]) { sentEarly = Set(indices) }

    /// A session has opened the study: the files that the receiver does not have are to be sent, or sent on.
    mutating func open(_ resumeState: StudyStanding, _ terms: SealingTerms) {
        self.resumeState = resumeState
        self.terms = terms
        isUntouched = false
        ready = Queue()
        unproven = Queue()
        // A file that an earlier session did not need may be needed now.
        nextPlanned = 0
        for index in files.indices {
            update(index) { $0.isDone = resumeState[index] == .complete }
            enqueue(index)
        }
    }

    private mutating func enqueue(_ index: Int) {
        guard !files[index].isDone else { return }
        switch files[index].row.state {
        case .sealed, .sending, .failed, .withdrawn:
            if files[index].row.proof == .outstanding { unproven.append(index) } else { ready.append(index) }
        case .planned, .acknowledged: break
        }
    }

    var isEveryFileDone: Bool { openFiles == 0 }

    /// Whether ``nextStep()`` has one, or there is none any more.
    var hasStep: Bool { !ready.isEmpty || !unproven.isEmpty || isEveryFileDone }

    mutating func nextStep() -> Step? {
        while let index = popReady() {
            if let step = step(index) { return step }
        }
        return nil
    }

    private mutating func popReady() -> Int? {
        if let index = unproven.first, files[index].row.proof != .outstanding { return unproven.popFirst() }
        return ready.popFirst() ?? unproven.popFirst()
    }

    private func step(_ index: Int) -> Step? {
        guard !files[index].isDone else { return nil }
        let row = files[index].row
        switch row.state {
        case .withdrawn: return .withdraw(index, reason: row.failure ?? "it could not be sent")
        case .failed where !row.mayBeTriedAgain: return .withdraw(index, reason: "failed before: \(row.failure ?? "")")
        case .failed, .sealed, .sending:
            guard let digest = row.sealedDigest, isAcceptable(index) else { return .sealAnew(index) }
            return .send(index, digest: digest, offset: offset(index, digest))
        case .planned, .acknowledged: return nil
        }
    }

    private func isNativeByChoice(_ row: OutboxInstance) -> Bool { codecChoice != .none && row.codec == StegoCodec.none }

    private func isForLinkAlone(_ row: OutboxInstance) -> Bool {
        isNativeByChoice(row) || codecChoice != .jxl && row.codec == StegoCodec.jxl
    }

    /// A file that the receiver has the beginning of goes on as it is, as long as the receiver can read it at all.
    private func isAcceptable(_ index: Int) -> Bool {
        guard let terms, !sentEarly.contains(index) else { return true }
        let row = files[index].row
        if terms.keepsStego, isForLinkAlone(row), terms.codecs.contains(where: { $0 != .none && $0 != .jxl }) { return false }
        guard terms.codecs.contains(where: { $0 == row.codec }) else { return false }
        return row.hasCapsule == terms.keepsStego || resumeState[index] != nil
    }

    /// Where to go on; from the start when the receiver has the beginning of another file.
    private func offset(_ index: Int, _ digest: ContentDigest) -> UInt64 {
        guard case .partial(let bytes, digest) = resumeState[index], bytes < UInt64(files[index].row.sealedBytes ?? 0) else { return 0 }
        return bytes
    }

    /// Of a file and of those that come next, at most so many: the ones that the journal does not call sending yet.
    func toBeMarked(with index: Int, atMost count: Int) -> [Int] {
        [index].filter { [.sealed, .failed].contains(files[$0].row.state) }
            + ready.prefix(count).filter { $0 != index && files[$0].row.state == .sealed && !files[$0].isDone }
    }

    // MARK: Figures

    /// Bytes of files that the receiver has the beginning of, by index; as many as the files have at most, whatever it says.
    func partialByteCounts(_ resumeState: StudyStanding) -> [Int: Int] {
        var counts: [Int: Int] = [:]
        for index in files.indices {
            guard case .partial(let bytes, _) = resumeState[index] else { continue }
            counts[index] = min(Int(clamping: bytes), files[index].row.sealedBytes ?? 0)
        }
        return counts
    }

    /// Bytes of the study that the receiver has.
    func receivedBytes(_ resumeState: StudyStanding) -> UInt64 {
        let complete = files.indices.filter { resumeState[$0] == .complete }.reduce(0 as UInt64) { sum, index in
            sum + UInt64(max(1, files[index].row.sealedBytes ?? 0))
        }
        return complete + partialByteCounts(resumeState).values.reduce(0) { $0 + UInt64($1) }
    }

    /// Files whose receipts are here although the receiver does not have them any more: they must be sealed anew to be sent again.
    var acknowledgedButMissing: [Int] { files.indices.filter { files[$0].row.state == .acknowledged && !files[$0].isDone } }

    /// Why a session is of no use for now: every other file is answered, and these cannot be read. Others may have its place.
    var reasonToStop: String? {
        let open = unreadable.filter { !files[$0.key].isDone }
        guard let first = open.min(by: { $0.key < $1.key }), open.count == openFiles else { return nil }
        let isAnyAwaited = files.contains { $0.isDone && [.planned, .sealed, .sending].contains($0.row.state) }
        return isAnyAwaited ? nil : first.value
    }

    /// The first failure that may not happen again, such as a full disk at the receiver.
    var failureForNow: String? { files.lazy.map(\.row).first { $0.state == .failed && $0.mayBeTriedAgain }?.failure }
}
