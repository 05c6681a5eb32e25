/// The encoding of a data set and its pixel data (PS3.5 §10, PS3.6 Table A-1).
public struct TransferSyntax: Hashable, Sendable, CustomStringConvertible {
    /// The family of codecs behind an encapsulated syntax.
    public enum Codec: Hashable, Sendable {
        case native, jpeg, jpegLS, jpeg2000, highThroughputJPEG2000, jpegXL, runLength
        /// Video, JPIP, or something this table does not know.
        case other
    }

    public let uid: String

    public init(uid: String) { self.uid = uid }

    public static func == (left: TransferSyntax, right: TransferSyntax) -> Bool { left.uid == right.uid }
    public func hash(into hasher: inout Hasher) { hasher.combine(uid) }

    public static let implicitLittleEndian = TransferSyntax(uid: "1.2.840.10008.1.2")
    public static let explicitLittleEndian = TransferSyntax(uid: "1.2.840.10008.1.2.1")
    public static let deflatedLittleEndian = TransferSyntax(uid: "1.2.840.10008.1.2.1.99")
    public static let explicitBigEndian = TransferSyntax(uid: "1.2.840.10008.1.2.2")
    public static let jpegBaseline = TransferSyntax(uid: "1.2.840.10008.1.2.4.50")
    public static let jpegExtended = TransferSyntax(uid: "1.2.840.10008.1.2.4.51")
    public static let jpegLossless = TransferSyntax(uid: "1.2.840.10008.1.2.4.57")
    public static let jpegLosslessFirstOrder = TransferSyntax(uid: "1.2.840.10008.1.2.4.70")
    public static let jpegLSLossless = TransferSyntax(uid: "1.2.840.10008.1.2.4.80")
    public static let jpegLSNearLossless = TransferSyntax(uid: "1.2.840.10008.1.2.4.81")
    public static let jpeg2000Lossless = TransferSyntax(uid: "1.2.840.10008.1.2.4.90")
    public static let jpeg2000 = TransferSyntax(uid: "1.2.840.10008.1.2.4.91")
    public static let highThroughputJPEG2000Lossless = TransferSyntax(uid: "1.2.840.10008.1.2.4.201")
    public static let highThroughputJPEG2000LosslessRPCL = TransferSyntax(uid: "1.2.840.10008.1.2.4.202")
    public static let highThroughputJPEG2000 = TransferSyntax(uid: "1.2.840.10008.1.2.4.203")
    public static let jpegXLLossless = TransferSyntax(uid: "1.2.840.10008.1.2.4.110")
    public static let runLength = TransferSyntax(uid: "1.2.840.10008.1.2.5")

    /// Value representations are written out. Only one syntax leaves them out.
    public var isExplicit: Bool { self != .implicitLittleEndian }
    public var isBigEndian: Bool { self == .explicitBigEndian }
    public var isDeflated: Bool { self == .deflatedLittleEndian }

    /// Pixel data comes in fragments. Every syntax but the four native ones, known or not (PS3.5 §A.4).
    public var isEncapsulated: Bool { codec != .native }

    public var codec: Codec { entry?.codec ?? .other }

    /// Whether pixels survive unchanged; nil for a syntax that can be either or that this table does not know.
    public var isLossless: Bool? { entry?.isLossless }

    /// The standard's name, or the UID of an unknown syntax.
    public var name: String { entry?.name ?? uid }

    public var description: String { name }

    private struct Entry { let name: String; let codec: Codec; let isLossless: Bool? }

    private var entry: Entry? { TransferSyntax.table[uid] }

    private static let table: [String: Entry] = [
        "1.2.840.10008.1.2": Entry(name: "Implicit VR Little Endian", codec: .native, isLossless: true),
        "1.2.840.10008.1.2.1": Entry(name: "Explicit VR Little Endian", codec: .native, isLossless: true),
        "1.2.840.10008.1.2.1.99": Entry(name: "Deflated Explicit VR Little Endian", codec: .native, isLossless: true),
        "1.2.840.10008.1.2.2": Entry(name: "Explicit VR Big Endian", codec: .native, isLossless: true),
        "1.2.840.10008.1.2.4.50": Entry(name: "JPEG Baseline (Process 1)", codec: .jpeg, isLossless: false),
        "1.2.840.10008.1.2.4.51": Entry(name: "JPEG Extended (Process 2 and 4)", codec: .jpeg, isLossless: false),
        "1.2.840.10008.1.2.4.57": Entry(name: "JPEG Lossless (Process 14)", codec: .jpeg, isLossless: true),
        "1.2.840.10008.1.2.4.70": Entry(name: "JPEG Lossless, First-Order Prediction", codec: .jpeg, isLossless: true),
        "1.2.840.10008.1.2.4.80": Entry(name: "JPEG-LS Lossless", codec: .jpegLS, isLossless: true),
        "1.2.840.10008.1.2.4.81": Entry(name: "JPEG-LS Near-Lossless", codec: .jpegLS, isLossless: false),
        "1.2.840.10008.1.2.4.90": Entry(name: "JPEG 2000 (Lossless Only)", codec: .jpeg2000, isLossless: true),
        "1.2.840.10008.1.2.4.91": Entry(name: "JPEG 2000", codec: .jpeg2000, isLossless: nil),
        "1.2.840.10008.1.2.4.201": Entry(name: "HTJ2K (Lossless Only)", codec: .highThroughputJPEG2000, isLossless: true),
        "1.2.840.10008.1.2.4.202": Entry(name: "HTJ2K (Lossless RPCL)", codec: .highThroughputJPEG2000, isLossless: true),
        "1.2.840.10008.1.2.4.203": Entry(name: "HTJ2K", codec: .highThroughputJPEG2000, isLossless: nil),
        "1.2.840.10008.1.2.4.110": Entry(name: "JPEG XL Lossless", codec: .jpegXL, isLossless: true),
        "1.2.840.10008.1.2.5": Entry(name: "RLE Lossless", codec: .runLength, isLossless: true),
    ]
}
