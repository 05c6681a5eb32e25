import Crypto

/// How far one study has got at the receiver: what has arrived, what is acknowledged.
struct ReceiverLedger: Sendable {
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
    }

    enum ChunkEffect: Equatable {
        case more
        case arrived
        case damaged
    }

    let study: UInt32
    let manifest: Manifest
    private let partial: [Int: StudyAdmission.Part]
    private var progress: [Progress]
    private var lines: [StudyTally.Line?]
    private var arrival: Arrival?
    private var unsettled: Int
    private var unacknowledged: Int

    init(study: UInt32, manifest: Manifest, admission: StudyAdmission) throws(ProtocolError) {
        self.study = study
        self.manifest = manifest
        partial = admission.partial
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

    /// Every instance came, was withdrawn, or was here before.
    var isSettled: Bool { unsettled == 0 }
    /// Every instance that was not withdrawn has its receipt.
    var isAcknowledged: Bool { unacknowledged == 0 }
    var tally: StudyTally { StudyTally(lines) }

    mutating func begin(_ header: InstanceHeader, limits: SessionLimits) throws(ProtocolError) {
        guard arrival == nil else { throw .violation("an instance begins inside another") }
        guard progress.indices.contains(header.index), case .awaited = progress[header.index] else {
            throw .violation("an instance that is not awaited begins")
        }
        guard header.byteCount <= limits.instanceBytes else {
            throw ProtocolError(.limitExceeded, "an instance of \(header.byteCount) bytes; at most \(limits.instanceBytes) are taken")
        }
        progress[header.index] = .arriving
        arrival = Arrival(header: header, offset: header.offset, hash: try hash(at: header))
    }

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
        guard UInt64(chunk.bytes.count) <= current.header.byteCount - current.offset else {
            throw .violation("more bytes than the instance's header announced")
        }
        current.hash.update(data: chunk.bytes)
        current.offset += UInt64(chunk.bytes.count)
        guard current.offset == current.header.byteCount else {
            arrival = current
            return .more
        }
        let isIntact = equalInConstantTime(ContentDigest(current.hash.finalize()).bytes, current.header.digest.bytes)
        progress[chunk.index] = isIntact ? .arrived : .damaged
        unsettled -= 1
        return isIntact ? .arrived : .damaged
    }

    mutating func withdraw(_ index: Int) throws(ProtocolError) {
        guard progress.indices.contains(index) else { throw .violation("an instance is withdrawn that the manifest does not list") }
        switch progress[index] {
        case .awaited: break
        case .arriving: arrival = nil
        default: throw .violation("an instance is withdrawn after it came")
        }
        progress[index] = .withdrawn
        unsettled -= 1
        unacknowledged -= 1
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
