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

/// The sealer's report on one instance, for the receiver's table and log.
public struct InstanceReport: Sendable, Hashable {
    /// The way of the record.
    public enum Placement: String, Sendable, Hashable {
        case pixels
        case pixelsAndElement = "pixels+element"
        case element
    }

    public var method: CapabilityName
    public var codec: CapabilityName
    public var placement: Placement
    /// Bits hidden in the pixels.
    public var hiddenBits: UInt64
    /// Size of the original file.
    public var originalBytes: UInt64
    public var changedSamples: UInt64
    /// Largest difference of a sample from the original.
    public var maximumChange: UInt32
    /// dB against the used range; infinite when no sample changed.
    public var peakSignalToNoiseRatio: Double

    public init(
        method: CapabilityName, codec: CapabilityName, placement: Placement, hiddenBits: UInt64, originalBytes: UInt64,
        changedSamples: UInt64, maximumChange: UInt32, peakSignalToNoiseRatio: Double
    ) {
        self.method = method
        self.codec = codec
        self.placement = placement
        self.hiddenBits = hiddenBits
        self.originalBytes = originalBytes
        self.changedSamples = changedSamples
        self.maximumChange = maximumChange
        self.peakSignalToNoiseRatio = peakSignalToNoiseRatio
    }
}

extension InstanceReport {
    init(_ wire: WireInstanceReport) throws(ProtocolError) {
        guard let method = CapabilityName(wire.method), let codec = CapabilityName(wire.codec), !wire.peakSignalToNoiseRatio.isNaN else {
            throw .violation("a report on an instance that makes no sense")
        }
        switch wire.placement {
        case .pixels: placement = .pixels
        case .pixelsAndElement: placement = .pixelsAndElement
        case .element: placement = .element
        case .unspecified, .UNRECOGNIZED: throw .violation("a report that does not say where the record went")
        }
        self.method = method
        self.codec = codec
        hiddenBits = wire.hiddenBits
        originalBytes = wire.originalBytes
        changedSamples = wire.changedSamples
        maximumChange = wire.maximumChange
        peakSignalToNoiseRatio = wire.peakSignalToNoiseRatio
    }

    var wire: WireInstanceReport {
        .with {
            $0.method = method.text
            $0.codec = codec.text
            $0.hiddenBits = hiddenBits
            $0.originalBytes = originalBytes
            $0.changedSamples = changedSamples
            $0.maximumChange = maximumChange
            $0.peakSignalToNoiseRatio = peakSignalToNoiseRatio
            switch placement {
            case .pixels: $0.placement = .pixels
            case .pixelsAndElement: $0.placement = .pixelsAndElement
            case .element: $0.placement = .element
            }
        }
    }
}
