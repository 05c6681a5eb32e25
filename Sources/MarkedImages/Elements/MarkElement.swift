import Basics
import DICOM
import Marks

/// The private elements of a marked file beside its pixels. docs/formats/mark.md has the layout.
struct MarkElement: Equatable {
    /// The group of all Veilray's private elements; the creator makes these the mark's.
    static let group = VeilrayPrivate.group
    static let creator = "VEILRAY MARK 1.0"

    private enum Number {
        static let bodies: UInt8 = 0x01
        static let blind: UInt8 = 0x02
        static let chain: UInt8 = 0x03
        static let manifest: UInt8 = 0x04
        static let original: UInt8 = 0x05
        static let records: UInt8 = 0x06
    }

    /// The signed body of one frame's mark, and the size of the frame that it is about; 0 × 0 for bytes that are no samples.
    struct Body: Equatable {
        let identifier: ImageIdentifier
        let rows: Int
        let columns: Int
        let bytes: [UInt8]
    }

    var bodies: [Body]
    var blind: [UInt8]
    var chain: [UInt8]
    var manifest: [UInt8]
    /// SHA-256 of the file without its mark.
    var originalDigest: [UInt8]
    /// A content record for each frame, as bytes; none where nothing is shown.
    var records: [[UInt8]]

    init(
        bodies: [Body], blind: HeaderBlind, chain: CustodyChain, manifest: SeriesManifest, originalDigest: ContentDigest,
        records: [[UInt8]]
    ) {
        (self.bodies, self.blind, self.chain) = (bodies, blind.bytes, chain.bytes)
        (self.manifest, self.originalDigest, self.records) = (manifest.bytes, originalDigest.bytes, records)
    }

    /// `nil` where a data set has none, or has one without a body.
    init?(in dataSet: DataSet) {
        self.init { dataSet.privateBytes(creator: Self.creator, group: Self.group, element: $0) }
    }

    /// From what stands under the elements' numbers; `nil` without a body.
    init?(_ value: (UInt8) -> [UInt8]?) {
        guard let bodies = value(Number.bodies).flatMap(Self.bodies) else { return nil }
        self.bodies = bodies
        (blind, chain) = (value(Number.blind) ?? [], value(Number.chain) ?? [])
        (manifest, originalDigest) = (value(Number.manifest) ?? [], value(Number.original) ?? [])
        records = value(Number.records).flatMap(Self.parts) ?? []
    }

    /// The elements' numbers in their private block, and their values.
    var values: [(number: UInt8, bytes: [UInt8])] {
        [
            (Number.bodies, bodies.flatMap(Self.bytes)), (Number.blind, blind), (Number.chain, chain), (Number.manifest, manifest),
            (Number.original, originalDigest), (Number.records, Self.joined(records)),
        ]
    }

    /// The elements to put into a file, in the first block of the group that is free in it.
    func elements(for dataSet: DataSet) throws -> [DataElement] {
        try PrivateBlock.elements(values, creator: Self.creator, for: dataSet)
    }

    /// Whether a tag belongs to the mark's block in a data set.
    static func contains(_ tag: Tag, in dataSet: DataSet) -> Bool { PrivateBlock.contains(tag, of: creator, in: dataSet) }

    /// Identifier (4) ‖ rows (4) ‖ columns (4) ‖ length (4) ‖ body, the highest byte of a number first.
    private static func bytes(_ body: Body) -> [UInt8] {
        let numbers = [body.rows, body.columns, body.bytes.count].flatMap { number in
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: number).bigEndian) { Array($0) }
        }
        return body.identifier.bytes + numbers + body.bytes
    }

    /// Each part after its length in four bytes, the highest first.
    static func joined(_ parts: [[UInt8]]) -> [UInt8] {
        parts.flatMap { part in withUnsafeBytes(of: UInt32(truncatingIfNeeded: part.count).bigEndian) { Array($0) } + part }
    }

    /// `nil` for bytes that end within a part.
    private static func parts(_ bytes: [UInt8]) -> [[UInt8]]? {
        var (rest, parts) = (bytes[...], [[UInt8]]())
        while !rest.isEmpty {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard rest.count >= 4, length <= rest.count - 4 else { return nil }
            parts.append(Array(rest.dropFirst(4).prefix(length)))
            rest = rest.dropFirst(4 + length)
        }
        return parts
    }

    private static func bodies(_ bytes: [UInt8]) -> [Body]? {
        var (rest, bodies) = (bytes[...], [Body]())
        while !rest.isEmpty {
            guard rest.count >= 16, let identifier = ImageIdentifier(bytes: rest.prefix(4)) else { return nil }
            let numbers = (1...3).map { place in
                rest.dropFirst(4 * place).prefix(4).reduce(0) { $0 << 8 | Int($1) }
            }
            rest = rest.dropFirst(16)
            guard numbers[0] <= 65_535, numbers[1] <= 65_535, numbers[2] <= rest.count else { return nil }
            bodies.append(Body(identifier: identifier, rows: numbers[0], columns: numbers[1], bytes: Array(rest.prefix(numbers[2]))))
            rest = rest.dropFirst(numbers[2])
        }
        return bodies.isEmpty ? nil : bodies
    }
}

extension MarkElement {
    /// The digests of content records in a body: its frame's, or all of them where one body is of the whole file.
    static func bound(_ records: [[UInt8]], frame: Int?) -> [UInt8] {
        guard !records.isEmpty else { return [UInt8](repeating: 0, count: 8) }
        guard let frame else { return ContentRecord.bound(joined(records)) }
        return records.indices.contains(frame) ? ContentRecord.bound(records[frame]) : [UInt8](repeating: 0, count: 8)
    }

    /// The content record of a frame, if its digest is the one that the frame's body has signed.
    func record(of frame: Int, _ binding: MarkBinding) -> ContentRecord? {
        guard records.indices.contains(frame) else { return nil }
        let bound = Self.bound(records, frame: binding.layout.hasBlocks ? frame : nil)
        guard bound == binding.contentRecordDigest else { return nil }
        return try? ContentRecord(bytes: records[frame])
    }
}

/// A block of private elements in Veilray's group.
enum PrivateBlock {
    /// The elements to put into a file, in the first block of the group that is free in it.
    static func elements(_ values: [(number: UInt8, bytes: [UInt8])], creator: String, for dataSet: DataSet) throws -> [DataElement] {
        var extended = dataSet
        for (number, bytes) in values {
            try extended.setPrivateBytes(bytes, creator: creator, group: VeilrayPrivate.group, element: number)
        }
        // Texts have even length in a file.
        return extended.filter { dataSet[$0.tag] == nil }.map { element in
            element.bytes.count % 2 == 0 ? element : DataElement(element.tag, element.vr, bytes: Array(element.bytes) + [0x20])
        }
    }

    /// Whether a tag belongs to a creator's block in a data set.
    static func contains(_ tag: Tag, of creator: String, in dataSet: DataSet) -> Bool {
        guard tag.group == VeilrayPrivate.group else { return false }
        let block = tag.isPrivateCreator ? tag.element : tag.element >> 8
        return dataSet.string(Tag(VeilrayPrivate.group, block)) == creator
    }
}
