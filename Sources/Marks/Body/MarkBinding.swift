/// The statements of a mark beside the pixels: whose image, which place in which series, which header, and what happened before.
public struct MarkBinding: Hashable, Sendable {
    /// Where the proof begins: what the first mark was put on.
    public enum StartPoint: UInt8, Sendable, CaseIterable {
        case unknown = 0
        /// The image as the device acquired it.
        case acquired = 1
        /// An image that somebody had processed before.
        case processed = 2
    }

    /// Bytes of a binding.
    public static let byteCount = 292

    public let layout: MarkLayout
    /// Entries of the custody chain that stand in the body, at most 15.
    public let entryCount: Int
    public let startPoint: StartPoint
    public let header: HeaderCommitment
    /// The Merkle root of the series, 16 bytes; zeros where the image was marked alone.
    public let seriesRoot: [UInt8]
    /// This image's place in the series, counted from 0.
    public let seriesIndex: Int
    /// Images of the series; 0 where the image was marked alone.
    public let seriesCount: Int
    /// SHA-256 of the custody chain's last entry.
    public let custodyHead: [UInt8]
    public let issuer: IssuerIdentifier
    /// Seconds since 1970.
    public let time: UInt64
    /// The first eight bytes of the content record's SHA-256; zeros without one.
    public let contentRecordDigest: [UInt8]

    public init(
        layout: MarkLayout, entryCount: Int, startPoint: StartPoint, header: HeaderCommitment, seriesRoot: [UInt8], seriesIndex: Int,
        seriesCount: Int, custodyHead: [UInt8], issuer: IssuerIdentifier, time: UInt64, contentRecordDigest: [UInt8]
    ) throws {
        guard (0...15).contains(entryCount), seriesRoot.count == 16, custodyHead.count == 32, contentRecordDigest.count == 8,
            (0...65_535).contains(seriesIndex), (0...65_535).contains(seriesCount), time < 1 << 40
        else { throw MarksError(.format, "a field of the mark's binding is out of range") }
        (self.layout, self.entryCount, self.startPoint, self.header) = (layout, entryCount, startPoint, header)
        (self.seriesRoot, self.seriesIndex, self.seriesCount) = (seriesRoot, seriesIndex, seriesCount)
        (self.custodyHead, self.issuer, self.time, self.contentRecordDigest) = (custodyHead, issuer, time, contentRecordDigest)
    }

    /// Flags (2) ‖ header (217) ‖ series root (16) ‖ index (2) ‖ count (2) ‖ custody head (32) ‖ issuer (8) ‖ time (5) ‖ content record (8).
    public var bytes: [UInt8] {
        var bytes = [layout.flags | UInt8(entryCount) << 4, startPoint.rawValue]
        bytes += header.bytes + seriesRoot
        bytes.appendBigEndian(UInt64(seriesIndex), byteCount: 2)
        bytes.appendBigEndian(UInt64(seriesCount), byteCount: 2)
        bytes += custodyHead + issuer.bytes
        bytes.appendBigEndian(time, byteCount: 5)
        return bytes + contentRecordDigest
    }

    /// - Throws: `MarksError` of code `format`.
    public init(_ bytes: ArraySlice<UInt8>) throws {
        var fields = FieldReader(bytes)
        let flags = try fields.take(2)
        let header = try HeaderCommitment(bytes: fields.take(HeaderCommitment.byteCount))
        let seriesRoot = try fields.take(16)
        let (seriesIndex, seriesCount) = (try fields.number(2), try fields.number(2))
        let custodyHead = try fields.take(32)
        guard let issuer = IssuerIdentifier(bytes: try fields.take(8)), let startPoint = StartPoint(rawValue: flags[1]), flags[0] & 8 == 0
        else { throw MarksError(.format, "the mark's binding is of a kind that this release does not know") }
        try self.init(
            layout: MarkLayout(flags: flags[0]), entryCount: Int(flags[0] >> 4), startPoint: startPoint, header: header,
            seriesRoot: seriesRoot, seriesIndex: Int(seriesIndex), seriesCount: Int(seriesCount), custodyHead: custodyHead, issuer: issuer,
            time: try fields.number(5), contentRecordDigest: try fields.take(8))
    }
}
