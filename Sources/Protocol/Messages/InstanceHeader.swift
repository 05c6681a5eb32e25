import Basics

/// Announces one stego file; its chunks follow.
public struct InstanceHeader: Sendable, Hashable {
    /// Place in the manifest, from 0.
    public var index: Int
    /// Size of the stego file, at least 1.
    public var byteCount: UInt64
    /// SHA-256 of the whole stego file.
    public var digest: ContentDigest
    /// Where the chunks begin: 0, or how much the receiver said it has of this very file. Less than `byteCount`.
    public var offset: UInt64
    public var report: InstanceReport

    public init(index: Int, byteCount: UInt64, digest: ContentDigest, offset: UInt64 = 0, report: InstanceReport) {
        self.index = index
        self.byteCount = byteCount
        self.digest = digest
        self.offset = offset
        self.report = report
    }
}

extension InstanceHeader {
    init(_ wire: WireInstanceHeader) throws(ProtocolError) {
        guard let digest = ContentDigest(bytes: wire.sha256), wire.byteCount > 0, wire.offset < wire.byteCount else {
            throw .violation("an instance header that makes no sense")
        }
        self.init(
            index: Int(wire.index), byteCount: wire.byteCount, digest: digest, offset: wire.offset,
            report: try InstanceReport(wire.report))
    }

    func wire(study: UInt32) -> WireInstanceHeader {
        .with {
            $0.study = study
            $0.index = UInt32(clamping: index)
            $0.byteCount = byteCount
            $0.sha256 = .init(digest.bytes)
            $0.offset = offset
            $0.report = report.wire
        }
    }
}
