import Basics
import Crypto

/// The progress of one study at its sink: the instances that have arrived, and those that are acknowledged.
struct SinkLedger: Sendable {
    private enum Progress: Sendable {
        case awaited
        case arriving
        case arrived
        case damaged
        case withdrawn
        /// Was here before the session.
        case present
        case acknowledged
    }

    private struct Arrival: Sendable {
        let header: InstanceHeader
        var offset: UInt64
        var hash: SHA256
        /// The bytes that come are here already: the sender began them before it could know.
        var isRepeated = false
    }

    enum ChunkEffect: Equatable {
        case more
        /// Bytes of an instance that is here already; they are passed over.
        case repeated
        case arrived
        case damaged
    }

    let study: UInt32
    let manifest: Manifest
    private let partial: [Int: StudyAdmission.Part]
    private let present: Set<Int>
    private var progress: [Progress]
    private var lines: [StudyTally.Line?]
    private var arrival: Arrival?
    private var unsettled: Int
    private var unacknowledged: Int

    init(study: UInt32, manifest: Manifest, admission: StudyAdmission) throws(ProtocolError) {
        self.study = study
        self.manifest = manifest
        partial = admission.partial
        present = admission.complete
        let count = manifest.entries.count
        guard admission.complete.union(admission.partial.keys).allSatisfy((0..<count).contains) else {
            throw .misuse("admitted instances that the manifest does not list")
        }
        progress = Array(repeating: .awaited, count: count)
        lines = Array(repeating: nil, count: count)
        for index in admission.complete { progress[index] = .present }
        unsettled = count - admission.complete.count
        unacknowledged = count
    }

    /// The announced digest of the instance that a chunk may begin.
    func digestOfBeginning(_ index: Int) -> ContentDigest? {
        guard let arrival, arrival.header.index == index, arrival.offset == 0, !arrival.isRepeated else { return nil }
        return arrival.header.digest
    }

    /// Every instance came, was withdrawn, or was here before, and none is under way.
    var isSettled: Bool { unsettled == 0 && arrival == nil }
    /// Every instance that was not withdrawn has its receipt.
    var isAcknowledged: Bool { unacknowledged == 0 }
    var tally: StudyTally { StudyTally(lines) }

    /// - Parameter isEarly: Whether the sender may have begun it before it learned what is here.
    /// - Returns: Whether it is awaited; otherwise it is here already and passed over.
    mutating func begin(_ header: InstanceHeader, limits: SessionLimits, isEarly: Bool = false) throws(ProtocolError) -> Bool {
        guard arrival == nil else { throw .violation("an instance begins inside another") }
        guard progress.indices.contains(header.index) else { throw .violation("an instance begins that the manifest does not list") }
        guard header.byteCount <= limits.instanceBytes else {
            throw ProtocolError(.limitExceeded, "an instance of \(header.byteCount) bytes; at most \(limits.instanceBytes) are taken")
        }
        switch progress[header.index] {
        case .awaited:
            progress[header.index] = .arriving
            arrival = Arrival(header: header, offset: header.offset, hash: try hash(at: header))
            return true
        case .present where isEarly && header.offset == 0, .acknowledged where isEarly && header.offset == 0 && wasPresent(header.index):
            arrival = Arrival(header: header, offset: 0, hash: SHA256(), isRepeated: true)
            return false
        default:
            throw .violation("an instance that is not awaited begins")
        }
    }

    private func wasPresent(_ index: Int) -> Bool { present.contains(index) }

    private func hash(at header: InstanceHeader) throws(ProtocolError) -> SHA256 {
        if header.offset == 0 { return SHA256() }
        guard let part = partial[header.index], part.receivedBytes == header.offset, part.digest == header.digest else {
            throw .violation("an instance goes on where nothing is")
        }
        return part.hash
    }

    mutating func take(_ chunk: WireMessage.Chunk) throws(ProtocolError) -> ChunkEffect {
        guard var current = arrival.take(), current.header.index == chunk.index, current.offset == chunk.offset else {
            throw .violation("a chunk out of place")
        }
        if let head = chunk.head {
            // Whoever made it whole has checked the rest.
            guard chunk.travelled != nil, current.offset == 0, !current.isRepeated, head.byteCount == chunk.bytes.count else {
                throw .violation("a short head out of place")
            }
        }
        guard UInt64(chunk.bytes.count) <= current.header.byteCount - current.offset else {
            throw .violation("more bytes than the instance's header announced")
        }
        current.offset += UInt64(chunk.bytes.count)
        if current.isRepeated {
            if current.offset < current.header.byteCount { arrival = current }
            return .repeated
        }
        current.hash.update(data: chunk.bytes)
        guard current.offset == current.header.byteCount else {
            arrival = current
            return .more
        }
        let isIntact = equalInConstantTime(ContentDigest(current.hash.finalize()).bytes, current.header.digest.bytes)
        progress[chunk.index] = isIntact ? .arrived : .damaged
        unsettled -= 1
        return isIntact ? .arrived : .damaged
    }

    /// - Returns: Whether the instance is missing for it; one that is here already stays.
    mutating func withdraw(_ index: Int) throws(ProtocolError) -> Bool {
        guard progress.indices.contains(index) else { throw .violation("an instance is withdrawn that the manifest does not list") }
        if let arrival, arrival.isRepeated, arrival.header.index == index {
            self.arrival = nil
            return false
        }
        switch progress[index] {
        case .awaited: break
        case .arriving: arrival = nil
        default: throw .violation("an instance is withdrawn after it came")
        }
        progress[index] = .withdrawn
        unsettled -= 1
        unacknowledged -= 1
        return true
    }

    /// Whether `outcome` may be signed for now.
    func checkAcknowledgement(_ index: Int, _ outcome: InstanceOutcome) throws(ProtocolError) {
        guard progress.indices.contains(index) else { throw .misuse("the manifest has no instance \(index)") }
        switch (progress[index], outcome) {
        case (.arrived, _), (.present, _), (.damaged, .failed): break
        case (.damaged, .restored): throw .misuse("instance \(index) came damaged and cannot have been restored")
        default: throw .misuse("instance \(index) is not one to acknowledge")
        }
    }

    mutating func acknowledge(_ receipt: InstanceReceipt) {
        progress[receipt.index] = .acknowledged
        lines[receipt.index] = StudyTally.Line(receipt)
        unacknowledged -= 1
    }
}
