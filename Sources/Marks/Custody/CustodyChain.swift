/// The services that have handled an image, the first of them first.
public struct CustodyChain: Hashable, Sendable {
    /// A fault between or in entries. Numbers count entries from 0.
    public enum Finding: Hashable, Sendable {
        /// The entry is not signed by the service that it names.
        case forged(entry: Int)
        /// Nobody here has the card of the service that the entry names.
        case unknownService(entry: Int)
        /// The entry follows on one that stands elsewhere in the chain.
        case reordered(entry: Int, follows: Int)
        /// Something is missing before the entry; before the first one, the chain's beginning.
        case gap(before: Int)
        /// The entry says an earlier time than the one before it.
        case timeRunsBack(entry: Int)
        /// The mark was made for a longer chain: entries are missing at the end.
        case endMissing
        /// The mark was made for a shorter chain: the entries behind this one are no part of it.
        case notMarked(after: Int)
        /// The last entry names other samples than the mark does.
        case otherImage
    }

    /// The most entries of a chain; more make no sense, and a file may claim any number.
    public static let mostEntries = 4096

    public private(set) var entries: [CustodyEntry]

    public init(_ entries: [CustodyEntry] = []) { self.entries = entries }

    /// - Throws: `MarksError` of code `format`.
    public init(bytes: [UInt8]) throws {
        guard bytes.count % CustodyEntry.byteCount == 0, bytes.count / CustodyEntry.byteCount <= Self.mostEntries else {
            throw MarksError(.format, "a custody chain is made of entries of \(CustodyEntry.byteCount) bytes")
        }
        entries = try stride(from: 0, to: bytes.count, by: CustodyEntry.byteCount).map {
            try CustodyEntry(Array(bytes[$0..<$0 + CustodyEntry.byteCount]))
        }
    }

    public var bytes: [UInt8] { entries.flatMap(\.bytes) }

    /// The digest that a mark names as the chain's end; zeros for an empty chain.
    public var head: [UInt8] { entries.last?.digest ?? [UInt8](repeating: 0, count: 32) }

    public mutating func append(_ entry: CustodyEntry) { entries.append(entry) }

    /// The faults of the chain.
    ///
    /// - Parameters:
    ///   - head: that the signed mark names.
    ///   - imageDigest: that the signed mark names.
    public func findings(_ directory: IssuerDirectory, head: [UInt8], imageDigest: [UInt8]) -> [Finding] {
        let digests = entries.map(\.digest)
        var findings: [Finding] = []
        for (index, entry) in entries.enumerated() {
            switch entry.judgement(directory) {
            case .signed: break
            case .unknownIssuer: findings.append(.unknownService(entry: index))
            case .forged: findings.append(.forged(entry: index))
            }
            findings += order(index, entry, digests)
        }
        return findings + end(digests, head, imageDigest)
    }

    private func order(_ index: Int, _ entry: CustodyEntry, _ digests: [[UInt8]]) -> [Finding] {
        let before = index > 0 ? Array(digests[index - 1].prefix(16)) : [UInt8](repeating: 0, count: 16)
        guard entry.previous == before else {
            if let other = digests.firstIndex(where: { $0.starts(with: entry.previous) }) {
                return [.reordered(entry: index, follows: other)]
            }
            return [.gap(before: index)]
        }
        return index > 0 && entry.time < entries[index - 1].time ? [.timeRunsBack(entry: index)] : []
    }

    private func end(_ digests: [[UInt8]], _ head: [UInt8], _ imageDigest: [UInt8]) -> [Finding] {
        guard head == self.head else {
            if let place = digests.firstIndex(of: head) { return [.notMarked(after: place)] }
            return [.endMissing]
        }
        guard let last = entries.last, !imageDigest.starts(with: last.imageDigest) else { return [] }
        return [.otherImage]
    }
}
