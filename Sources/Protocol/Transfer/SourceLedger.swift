/// The progress of one study at its source: which instances are sent, withdrawn, receipted.
struct SourceLedger: Sendable {
    private enum Progress: Sendable {
        case unsent
        case sending
        case sent
        case withdrawn
        /// The receiver had it before; its receipt comes by itself.
        case present
        case receipted
    }

    /// The instance whose chunks are being sent.
    struct InFlight: Sendable {
        let header: InstanceHeader
        var offset: UInt64
    }

    let study: UInt32
    let manifest: Manifest
    /// Where the receiver remembers heads that it was sent in this session.
    private var places: Set<Int> = []
    /// The receiver's statement of what it has; `nil` until it has made it.
    private var standing: StudyStanding?
    private var progress: [Progress]
    private var lines: [StudyTally.Line?]
    private(set) var inFlight: InFlight?
    private var unsettled: Int
    private var receiptsOutstanding: Int

    init(study: UInt32, manifest: Manifest) {
        self.study = study
        self.manifest = manifest
        let count = manifest.entries.count
        progress = Array(repeating: .unsent, count: count)
        lines = Array(repeating: nil, count: count)
        unsettled = count
        receiptsOutstanding = count
    }

    /// Takes note of what the receiver has of the study.
    ///
    /// - Returns: The instance in flight when the receiver has all of it: the rest need not be sent.
    mutating func learn(_ standing: StudyStanding) throws(ProtocolError) -> Int? {
        self.standing = standing
        var needless: Int?
        for (index, instance) in standing.instances {
            guard progress.indices.contains(index) else { throw .violation("a standing of an instance that the manifest does not list") }
            guard case .complete = instance else { continue }
            switch progress[index] {
            case .unsent: unsettled -= 1
            case .sending:
                unsettled -= 1
                inFlight = nil
                needless = index
            case .sent: break
            case .withdrawn, .present, .receipted: throw .violation("what is known of a study comes twice")
            }
            progress[index] = .present
        }
        return needless
    }

    /// Every instance was sent or withdrawn, or was there before.
    var isSettled: Bool { unsettled == 0 && inFlight == nil }
    /// Every instance that was not withdrawn has its receipt.
    var isReceipted: Bool { receiptsOutstanding == 0 }

    mutating func begin(_ header: InstanceHeader, limits: SessionLimits) throws(ProtocolError) {
        guard inFlight == nil else { throw .misuse("an instance is being sent") }
        guard progress.indices.contains(header.index), case .unsent = progress[header.index] else {
            throw .misuse("instance \(header.index) is not one that remains to be sent")
        }
        guard (1...limits.instanceBytes).contains(header.byteCount) else {
            throw ProtocolError(
                .limitExceeded, "the stego file has \(header.byteCount) bytes, the receiver takes \(limits.instanceBytes)",
                subject: manifest.entries[header.index].path)
        }
        guard header.offset == 0 || standing?[header.index] == .partial(receivedBytes: header.offset, digest: header.digest),
            header.offset < header.byteCount
        else { throw .misuse("the receiver does not have the beginning of instance \(header.index)") }
        progress[header.index] = .sending
        inFlight = InFlight(header: header, offset: header.offset)
    }

    /// Takes note of the next bytes of the instance in flight. Returns where they begin.
    mutating func advance(by count: Int, limits: SessionLimits) throws(ProtocolError) -> InFlight {
        guard let current = inFlight else { throw .misuse("no instance is being sent") }
        guard (1...limits.chunkBytes).contains(count), UInt64(count) <= current.header.byteCount - current.offset else {
            throw .misuse("a chunk of \(count) bytes")
        }
        return moved(by: count, current)
    }

    /// Takes note of the head of the instance in flight.
    mutating func advance(by head: OutgoingHead, limits: SessionLimits) throws(ProtocolError) -> InFlight {
        guard let current = inFlight, current.offset == 0, current.header.offset == 0 else { throw .misuse("no instance is to be begun") }
        guard (1...limits.chunkBytes).contains(head.bytes.count), head.bytes.count < head.terms.byteCount,
            UInt64(head.terms.byteCount) <= current.header.byteCount
        else { throw .misuse("a short head of \(head.bytes.count) bytes") }
        guard head.terms.basis == 0 || places.contains(head.terms.basis) else { throw .misuse("a difference to a head that was not sent") }
        if head.terms.place > 0 { places.insert(head.terms.place) }
        return moved(by: head.terms.byteCount, current)
    }

    private mutating func moved(by count: Int, _ current: InFlight) -> InFlight {
        let end = current.offset + UInt64(count)
        if end == current.header.byteCount {
            progress[current.header.index] = .sent
            unsettled -= 1
            inFlight = nil
        } else {
            inFlight?.offset = end
        }
        return current
    }

    mutating func withdraw(_ index: Int) throws(ProtocolError) {
        guard progress.indices.contains(index) else { throw .misuse("the manifest has no instance \(index)") }
        switch progress[index] {
        case .unsent: break
        case .sending: inFlight = nil
        default: throw .misuse("instance \(index) can no longer be withdrawn")
        }
        progress[index] = .withdrawn
        unsettled -= 1
        receiptsOutstanding -= 1
    }

    mutating func settle(_ receipt: InstanceReceipt) throws(ProtocolError) {
        try receipt.check(against: manifest)
        switch progress[receipt.index] {
        case .sent, .present: break
        default: throw .violation("a receipt for an instance that was not sent, or a second one")
        }
        progress[receipt.index] = .receipted
        lines[receipt.index] = StudyTally.Line(receipt)
        receiptsOutstanding -= 1
    }

    func check(_ receipt: StudyReceipt) throws(ProtocolError) {
        guard isReceipted else { throw .violation("a study's receipt before those of its instances") }
        guard receipt.transferID == manifest.transferID, receipt.manifestDigest == manifest.digest,
            receipt.tally == StudyTally(lines)
        else {
            throw ProtocolError(
                .receiptInvalid, "the study's receipt does not agree with the instances' receipts",
                subject: manifest.transferID.description)
        }
    }
}

/// A stego file that is sent: in memory, or read piece by piece as it goes out.
public struct OutgoingBytes: Sendable {
    public let byteCount: Int
    private let read: @Sendable (Range<Int>) async throws -> [UInt8]

    /// - Parameter read: gives exactly as many bytes as a range within `0 ..< byteCount` has; it must not block.
    public init(byteCount: Int, read: @escaping @Sendable (Range<Int>) async throws -> [UInt8]) {
        self.byteCount = byteCount
        self.read = read
    }

    public init(_ bytes: [UInt8]) {
        self.init(byteCount: bytes.count) { Array(bytes[$0]) }
    }

    func chunk(_ range: Range<Int>) async throws -> [UInt8] { try await read(range) }
}
