import Basics
import Concurrency
import Protocol
import StegoKit

/// How far one transfer is: what is to be sealed next, what is to be sent next, what is answered. It outlives connections.
///
/// The sealing line and the session meet here. The line stops when enough is sealed ahead of the link; the session waits when
/// nothing is sealed.
actor TransferProgress {
    /// Bytes of sealed files that may wait for the link. Many seconds of any link, and little for a disk.
    static let aheadLimit = 64 << 20

    /// What a session is to do about one file.
    enum Step: Sendable, Equatable {
        case send(Int, digest: ContentDigest, offset: UInt64)
        case withdraw(Int, reason: String)
        /// The receiver does not take the file as it was sealed.
        case sealAnew(Int)
    }

    private enum State {
        case planned
        case sealing
        case sealed
        case acknowledged
        /// Signed by the receiver; worth another try when `isPassing`.
        case failed(reason: String, isPassing: Bool)
        case withdrawn(reason: String)
    }

    private struct Item {
        var state: State
        var byteCount = 0
        var digest: ContentDigest?
        var codec: String?
        var hasCapsule = false
        /// In this session: sent, withdrawn, or told by the receiver to be there.
        var isSettled = false
        /// Counted in `bytesAhead`.
        var isAhead = false
        /// Waits in `later`.
        var isPutOff = false
    }

    private var items: [Item]
    private var unsettled: Int
    private var standing = StudyStanding.empty
    private var terms: SealingTerms?
    private var receiptsInSession = 0
    /// Nothing was ever sent: the first files may travel before the receiver has said anything.
    private var isUntouched: Bool
    /// Files that travelled so: they go on as they are.
    private var flown: Set<Int> = []
    private var nextPlanned = 0
    /// Files that could not be sealed or stored for now; they come again after all others, so that they hold nobody up.
    private var later = FirstInFirstOut()
    /// Why files that are to be sealed cannot be read for now, for people.
    private var unreadable: [Int: String] = [:]
    /// Sealed files that this session may send, in the order in which they came.
    private var ready = FirstInFirstOut()
    private(set) var bytesAhead = 0
    private let record: DeliveryRecord
    /// Native pixels were asked for; otherwise they are for a fast link, and nothing to keep.
    private let mayKeepNative: Bool
    /// Chunks that had the receiver's credit.
    private var chunks = 0
    private let notice = ChangeNotice()

    /// - Parameters:
    ///   - isUntouchedSoFar: the study was never opened at its receiver.
    ///   - mayKeepNative: whether native pixels were asked for, so that also a receiver that keeps stego files gets them.
    ///   - record: outlives this object where a study is put away and taken in hand again.
    init(
        _ instances: [OutboxInstance], isUntouchedSoFar: Bool = false, mayKeepNative: Bool = true, record: DeliveryRecord = DeliveryRecord()
    ) {
        self.record = record
        self.mayKeepNative = mayKeepNative
        items = instances.map { row in
            var item = Item(
                state: .planned, byteCount: row.sealedBytes ?? 0, digest: row.sealedDigest.flatMap { ContentDigest(bytes: $0) },
                codec: row.codec, hasCapsule: row.hasCapsule)
            switch row.state {
            case .planned: item.state = .planned
            case .sealed, .sending: item.state = item.digest == nil ? .planned : .sealed
            case .acknowledged: item.state = .acknowledged
            case .failed: item.state = .failed(reason: row.failure ?? "", isPassing: row.mayBeTriedAgain)
            case .withdrawn: item.state = .withdrawn(reason: row.failure ?? "it could not be sent")
            }
            return item
        }
        unsettled = items.count
        isUntouched = isUntouchedSoFar && instances.allSatisfy { [.planned, .sealed, .withdrawn].contains($0.state) }
        for index in items.indices {
            guard case .sealed = items[index].state else { continue }
            items[index].isAhead = true
            bytesAhead += items[index].byteCount
        }
    }

    // MARK: Sealing

    /// The next file to seal; suspends while enough is sealed ahead, and while none is left: a lost one may come back.
    func nextToSeal() async throws -> Int {
        while true {
            let seen = notice.count
            if bytesAhead < Self.aheadLimit, let index = popPlanned() {
                items[index].state = .sealing
                return index
            }
            try await notice.change(after: seen)
        }
    }

    private func popPlanned() -> Int? {
        while nextPlanned < items.count {
            defer { nextPlanned += 1 }
            if isToBeSealed(nextPlanned), !items[nextPlanned].isPutOff { return nextPlanned }
        }
        while let index = later.popFirst() {
            items[index].isPutOff = false
            if isToBeSealed(index) { return index }
        }
        return nil
    }

    /// What the receiver has already need not be sealed in this session.
    private func isToBeSealed(_ index: Int) -> Bool {
        if case .planned = items[index].state { return !items[index].isSettled }
        return false
    }

    /// Does nothing for a file that was acknowledged while it was being sealed.
    func sealed(_ index: Int, _ file: SealedFile) {
        unreadable[index] = nil
        if case .acknowledged = items[index].state { return }
        items[index].state = .sealed
        items[index].byteCount = file.byteCount
        items[index].digest = file.digest
        items[index].codec = file.codec.rawValue
        items[index].hasCapsule = file.hasCapsule
        enter(index)
        notice.post()
    }

    func withdrawn(_ index: Int, reason: String) {
        unreadable[index] = nil
        if case .acknowledged = items[index].state { return }
        items[index].state = .withdrawn(reason: reason)
        enter(index)
        notice.post()
    }

    /// The own disk did not take it. It is tried again later; whatever the receiver has said of it meanwhile stays.
    func notStored(_ index: Int) {
        unreadable[index] = nil
        // No change that anybody may take for movement: a full disk may stay full.
        guard case .sealing = items[index].state else { return }
        items[index].state = .planned
        items[index].isPutOff = true
        later.append(index)
    }

    /// The original cannot be read for now. It is tried again later.
    ///
    /// - Returns: whether this is news.
    @discardableResult
    func notRead(_ index: Int, reason: String) -> Bool {
        let isNews = unreadable[index] == nil
        notStored(index)
        guard case .planned = items[index].state else { return false }
        unreadable[index] = reason
        if isNews { notice.post() }
        return isNews
    }

    /// It must be sealed once more.
    ///
    /// - Parameter evenAcknowledged: the receiver does not have any more what it has signed for.
    func unsealed(_ index: Int, evenAcknowledged: Bool = false) {
        if !evenAcknowledged, case .acknowledged = items[index].state { return }
        items[index].state = .planned
        settle(index, false)
        nextPlanned = min(nextPlanned, index)
        notice.post()
    }

    // MARK: Sending

    /// Sealed files to send along with the greeting, at least so many bytes of them if there are; none once anything was sent.
    ///
    /// Files with native pixels wait for the answer, which may be that the receiver keeps what it gets. They are for links whose round
    /// trip is short.
    func takeFirstFlight(_ byteCount: Int) -> [(index: Int, digest: ContentDigest)] {
        flown = []
        guard isUntouched else { return [] }
        var flight: [(Int, ContentDigest)] = []
        var bytes = 0
        for index in ready.prefix(.max) where bytes < byteCount {
            guard case .sealed = items[index].state, let digest = items[index].digest, !isNativeByChoice(items[index]) else { continue }
            flight.append((index, digest))
            bytes += items[index].byteCount
        }
        if !flight.isEmpty { isUntouched = false }
        return flight
    }

    /// These do travel with the greeting.
    func flies(_ indices: [Int]) { flown = Set(indices) }

    /// A session has opened the study: whatever the receiver does not have is to be sent, or sent on.
    func beginSession(_ standing: StudyStanding, _ terms: SealingTerms) {
        self.standing = standing
        self.terms = terms
        receiptsInSession = 0
        isUntouched = false
        ready = FirstInFirstOut()
        // What an earlier session did not need may be needed now.
        nextPlanned = 0
        bytesAhead = 0
        for index in items.indices {
            items[index].isAhead = false  // counted anew
            settle(index, standing[index] == .complete)
            enter(index)
        }
        var total: UInt64 = 0
        for index in items.indices {
            switch standing[index] {
            case .complete: total += UInt64(max(1, items[index].byteCount))
            case .partial: total += UInt64(partialByteCount(index))
            case nil: break
            }
        }
        record.reached(total)
        notice.post()
    }

    /// Bytes of files that the receiver has the beginning of, by index; as many as the files have at most, whatever it says.
    var partialByteCounts: [Int: Int] {
        let partial = items.indices.filter { if case .partial = standing[$0] { true } else { false } }
        return Dictionary(uniqueKeysWithValues: partial.map { ($0, partialByteCount($0)) })
    }

    private func partialByteCount(_ index: Int) -> Int {
        guard case .partial(let bytes, _) = standing[index] else { return 0 }
        return min(Int(clamping: bytes), items[index].byteCount)
    }

    /// Files whose receipts are here although the receiver does not have them any more: they must be sealed anew to be sent again.
    var acknowledgedButMissing: [Int] {
        items.indices.filter { index in
            if case .acknowledged = items[index].state { return !items[index].isSettled }
            return false
        }
    }

    private func enter(_ index: Int) {
        guard !items[index].isSettled else { return }
        switch items[index].state {
        case .sealed:
            bytesAhead += items[index].byteCount
            items[index].isAhead = true
            ready.append(index)
        case .failed, .withdrawn:
            ready.append(index)
        case .planned, .sealing, .acknowledged:
            break
        }
    }

    /// The session's next step; suspends while nothing is sealed. `nil` when every file is sent, withdrawn or at the receiver.
    ///
    /// - Throws: `OperationFailure` when nothing is left but files that cannot be read for now; `CancellationError`.
    func nextToSend() async throws -> Step? {
        while true {
            let seen = notice.count
            while let index = ready.popFirst() {
                if let step = step(index) { return step }
            }
            if unsettled == 0 { return nil }
            if let reason = reasonToStop { throw OperationFailure(.temporary, reason) }
            try await notice.change(after: seen)
        }
    }

    /// Why a session is of no use for now: every other file is answered, and these cannot be read. Others may have its place.
    private var reasonToStop: String? {
        let open = unreadable.filter { !items[$0.key].isSettled }
        guard let first = open.min(by: { $0.key < $1.key }), open.count == unsettled else { return nil }
        let isAnythingAwaited = items.contains { item in
            guard item.isSettled else { return false }
            return switch item.state {
            case .acknowledged, .failed, .withdrawn: false
            case .planned, .sealing, .sealed: true
            }
        }
        return isAnythingAwaited ? nil : first.value
    }

    /// Whether this session has nothing more to do about a file: it was sent or withdrawn, or the receiver has it.
    func isSettled(_ index: Int) -> Bool { items[index].isSettled }

    /// Whether the receiver has signed that it could not restore it.
    func isFailed(_ index: Int) -> Bool {
        if case .failed = items[index].state { true } else { false }
    }

    /// Whether it travelled with this session's greeting: then the session knows what was sent of it, and takes no other file for it.
    func hasFlown(_ index: Int) -> Bool { flown.contains(index) }

    /// Whether ``nextToSend()`` returns at once.
    var hasStep: Bool { !ready.isEmpty || unsettled == 0 }

    private func step(_ index: Int) -> Step? {
        guard !items[index].isSettled else { return nil }
        switch items[index].state {
        case .withdrawn(let reason): return .withdraw(index, reason: reason)
        case .failed(let reason, false): return .withdraw(index, reason: "failed before: \(reason)")
        case .failed, .sealed:
            guard let digest = items[index].digest else { return nil }
            guard isAcceptable(index) else { return .sealAnew(index) }
            return .send(index, digest: digest, offset: offset(index, digest))
        case .planned, .sealing, .acknowledged: return nil
        }
    }

    private func isNativeByChoice(_ item: Item) -> Bool { !mayKeepNative && item.codec == StegoCodec.none.rawValue }

    /// What a receiver has the beginning of goes on as it is, as long as the receiver can read it at all.
    private func isAcceptable(_ index: Int) -> Bool {
        guard let terms, !flown.contains(index) else { return true }
        let item = items[index]
        if terms.keepsStego, isNativeByChoice(item), terms.codecs.contains(where: { $0 != .none }) { return false }
        guard terms.codecs.contains(where: { $0.rawValue == item.codec }) else { return false }
        return item.hasCapsule == terms.keepsStego || standing[index] != nil
    }

    /// Sealed files that come next, at most so many, in this order.
    func upcoming(_ count: Int) -> [Int] {
        ready.prefix(count).filter { index in
            if case .sealed = items[index].state { return !items[index].isSettled }
            return false
        }
    }

    /// Where to go on; from the start when the receiver has the beginning of another file.
    private func offset(_ index: Int, _ digest: ContentDigest) -> UInt64 {
        guard case .partial(let bytes, digest) = standing[index], bytes < UInt64(items[index].byteCount) else { return 0 }
        return bytes
    }

    /// Everything of it was handed to the session, or the session knows that it will not come.
    func settled(_ index: Int) {
        settle(index, true)
        notice.post()
    }

    private func settle(_ index: Int, _ isSettled: Bool) {
        if items[index].isSettled != isSettled { unsettled += isSettled ? -1 : 1 }
        items[index].isSettled = isSettled
        if items[index].isAhead {
            bytesAhead -= items[index].byteCount
            items[index].isAhead = false
        }
    }

    /// A chunk is being sent, which the receiver has granted credit for.
    func sendsChunk() { chunks += 1 }

    /// Grows whenever the receiver is known to have more than before.
    var advances: Int { record.advances }

    /// Grows with whatever happens: files sealed, chunks sent, receipts.
    var movement: Int { notice.count + chunks }

    // MARK: Answers

    /// A receipt has come and is in the journal.
    ///
    /// - Returns: whether it says something new: the receiver repeats those of earlier sessions.
    @discardableResult
    func received(_ receipt: InstanceReceipt) -> Bool {
        receiptsInSession += 1
        let isNews = isNews(receipt)
        if isNews { record.advance() }
        unreadable[receipt.index] = nil
        // A file that travelled with the greeting may be answered before its turn comes. All of it was sent, or there would be no receipt.
        settle(receipt.index, true)
        switch receipt.outcome {
        case .restored: items[receipt.index].state = .acknowledged
        case .failed(let failure):
            items[receipt.index].state = .failed(reason: "\(failure)", isPassing: failure.code.kind == .temporary)
        }
        notice.post()
        return isNews
    }

    private func isNews(_ receipt: InstanceReceipt) -> Bool {
        guard case .restored = receipt.outcome else { return false }
        if case .acknowledged = items[receipt.index].state { return false }
        return true
    }

    /// Returns when so many receipts of this session are in the journal.
    func untilReceived(_ count: Int) async throws {
        while true {
            let seen = notice.count
            if receiptsInSession >= count { return }
            try await notice.change(after: seen)
        }
    }

    /// The first failure that may not happen again, such as a full disk at the receiver.
    var passingFailure: String? {
        for case .failed(let reason, true) in items.lazy.map(\.state) { return reason }
        return nil
    }
}

/// Numbers, first in, first out, in constant time on average.
private struct FirstInFirstOut {
    private var elements: [Int] = []
    private var first = 0

    var isEmpty: Bool { first == elements.count }

    func prefix(_ count: Int) -> ArraySlice<Int> { elements[first...].prefix(count) }

    mutating func append(_ element: Int) { elements.append(element) }

    mutating func popFirst() -> Int? {
        guard first < elements.count else { return nil }
        let element = elements[first]
        first += 1
        if first >= 1024, first * 2 >= elements.count {
            elements.removeFirst(first)
            first = 0
        }
        return element
    }
}
