public import DICOM

/// The choices of a caller about sealing.
public struct SealOptions: Sendable {
    public var method: EmbeddingMethod
    /// The pixels that must stay as they are.
    public var region: RegionPolicy
    /// The treatment of text in the pixels.
    public var redaction: RedactionPolicy
    /// The codec of instances for which the caller of ``InstanceSealer/seal(_:name:encoding:showsImage:)`` names none.
    public var codec: StegoCodec
    /// The stages that a record goes through which is to go into the pixels, before it is enciphered.
    public var innerStages: InnerStages
    /// Enciphers what the file shows, in place of hiding anything there; `nil` for files that people look at.
    public var pixelCiphers: PixelCiphers?
    /// The study key encapsulated for the files' reader at rest; `nil` leaves the file to the session's key alone.
    public var capsule: [UInt8]?

    /// - Parameter region: by default what ``EmbeddingMethod/defaultScope`` says.
    public init(
        method: EmbeddingMethod = .reversible, region: RegionPolicy? = nil, redaction: RedactionPolicy = RedactionPolicy(),
        codec: StegoCodec = .j2k, innerStages: InnerStages = .standard, pixelCiphers: PixelCiphers? = nil, capsule: [UInt8]? = nil
    ) {
        self.method = method
        self.region = region ?? RegionPolicy(scope: method.defaultScope)
        self.redaction = redaction
        self.codec = codec
        self.innerStages = innerStages
        self.pixelCiphers = pixelCiphers
        self.capsule = capsule
    }
}

/// The compression of a stego file's pixel data, always without loss.
public enum StegoCodec: String, Sendable, Codable, CaseIterable {
    /// JPEG 2000, reversible 5/3 wavelet (transfer syntax 1.2.840.10008.1.2.4.90): few bytes, and every archive reads it.
    case j2k
    /// High-Throughput JPEG 2000, reversible 5/3 wavelet (1.2.840.10008.1.2.4.201): a fraction of the time, a few per cent more bytes.
    case htj2k
    /// JPEG XL, lossless (1.2.840.10008.1.2.4.110): the fewest bytes, and hardly any viewer reads it.
    case jxl
    /// Native, explicit VR little endian.
    case none
}

extension StegoCodec {
    /// The encapsulated transfer syntax; `nil` for native pixels.
    public var transferSyntax: TransferSyntax? {
        switch self {
        case .j2k: .jpeg2000Lossless
        case .htj2k: .highThroughputJPEG2000Lossless
        case .jxl: .jpegXLLossless
        case .none: nil
        }
    }

    /// Whether there is a choice between time and bytes.
    public var hasEfforts: Bool { self == .j2k || self == .jxl }

    /// The codec whose transfer syntax this is; `none` for every other, also for codestreams that were passed through.
    public init(transferSyntax uid: String) {
        self = Self.allCases.first { $0.transferSyntax?.uid == uid } ?? .none
    }
}

/// The encoding of the pixels of one stego file.
public struct StegoEncoding: Hashable, Sendable, CustomStringConvertible {
    public let codec: StegoCodec
    /// The resource that JPEG 2000 and JPEG XL should spare; the other codecs have no choice.
    public let effort: EncodingEffort
    /// Whether the file is to lie somewhere instead of being sent alone; of account to JPEG XL only, and `false` with every other codec.
    /// Signed samples of kept files are not encoded as JPEG XL, which has no signs: other programs could not know that they were offset.
    public let isKept: Bool

    public init(_ codec: StegoCodec, effort: EncodingEffort = .compact, isKept: Bool = false) {
        self.codec = codec
        self.effort = effort
        self.isKept = isKept && codec == .jxl
    }

    /// The codec's name, and the effort of those that have a choice: `htj2k`, `j2k compact`.
    public var description: String { codec.hasEfforts ? "\(codec.rawValue) \(effort.rawValue)" : codec.rawValue }
}

/// The ways in which an instance can become a stego file.
enum Representation: String {
    /// The samples are decoded, carry what of the record fits, and are encoded with the stego codec.
    case embedded
    /// The samples are decoded and encoded again unchanged; the record rides in the private element.
    case shown
    /// The pixel value is passed through, but for what decoding does not need; the record rides in the private element.
    case verbatim
    /// The samples are decoded and encoded again unchanged; the private element holds the whole original.
    case illustrated
    /// The samples are decoded and shown enciphered; the record rides in the private element.
    case ciphered
    /// Nothing is shown; the private element holds the whole original.
    case enclosed

    var decodesSamples: Bool { [.embedded, .shown, .ciphered].contains(self) }

    /// The representations to try for a file, best first. The last of them, which needs nothing of the file, always serves.
    ///
    /// - Parameters:
    ///   - isCiphered: whether nobody may see the samples.
    ///   - codec: where it is ``StegoCodec/none``, lossless codestreams are not passed through: their pixels are to be native.
    static func candidates(for file: DICOMFile, codec: StegoCodec, isCiphered: Bool = false) -> [Representation] {
        // Whether signed samples of other encoders' JPEG XL are offset is not known, so nothing of them is decoded or passed on.
        guard let pixels = file.pixels, file.transferSyntax.codec != .jpegXL else { return [.enclosed] }
        if isCiphered { return SampleConversion(pixels) == nil ? [.enclosed] : [.ciphered, .enclosed] }
        let isLossless = file.transferSyntax.isLossless == true
        if file.isPixelDataEncapsulated, !isLossless { return [.verbatim, .illustrated, .enclosed] }
        guard SampleConversion(pixels) != nil else { return [.verbatim, .enclosed] }
        let mayPass = !file.isPixelDataEncapsulated || codec != .none
        return (mayCarry(pixels) ? [.embedded] : []) + [.shown] + (mayPass ? [.verbatim] : []) + [.illustrated, .enclosed]
    }

    /// Neighbouring indices of a palette may be very different colours, so a change by one may show.
    private static func mayCarry(_ pixels: PixelDescription) -> Bool {
        pixels.photometricInterpretation != "PALETTE COLOR"
    }
}
