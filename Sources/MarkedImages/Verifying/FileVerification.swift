public import Marks

/// What is known of one file.
public struct FileVerification: Sendable {
    /// The file as a whole.
    public enum Verdict: String, Sendable, CaseIterable {
        /// Samples, mark and header are as they were signed; what archives have changed in the header they say.
        case intact
        /// The samples are as they were signed; the mark's own bits are not, or the mark was taken off the pixels.
        case markTouched = "mark-touched"
        /// Samples are signed and as they were; the header is not.
        case headerChanged = "header-changed"
        case tampered
        case forged
        case foreign
        /// A part of a marked image, or one that was turned.
        case rearranged
        /// Services in the chain, or their order, are not what was signed.
        case custodyBroken = "custody-broken"
        /// There is a mark, and it is lost or damaged beyond reading.
        case unreadable
        /// Nobody here trusts whoever has signed.
        case unknownIssuer = "unknown-issuer"
        case notMarked = "not-marked"
    }

    /// How a marked image was moved.
    public struct Rearrangement: Sendable, Equatable {
        /// How to turn it back; `nil` for a part.
        public let orientation: Orientation?
        /// Row and column of the marked image at which the part begins, where that can be told.
        public let origin: [Int]?
        public let identifier: ImageIdentifier?
        /// Blocks that prove themselves.
        public let provingBlocks: Int
    }

    /// One frame.
    public struct Frame: Sendable {
        public let number: Int
        public let reading: StrictReading?
        public let verdict: StrictReading.Verdict
        public let rearrangement: Rearrangement?
    }

    public let path: String
    public let name: String
    public let verdict: Verdict
    public let frames: [Frame]
    /// Who has signed; `nil` where nothing is signed.
    public let judgement: IssuerDirectory.Judgement?
    public let binding: MarkBinding?
    /// Whether the header could be compared: its blind is in the element, or known to the issuer.
    public let isHeaderChecked: Bool
    public let headerFindings: [HeaderFinding]
    /// The header as it is now, for the report.
    public let header: HeaderValues
    public let chain: CustodyChain
    public let chainFindings: [CustodyChain.Finding]
    /// What the file's element says of its series, if the signed root agrees.
    public let manifest: SeriesManifest?
    /// The file's images as they are now.
    public let present: [SeriesManifest.Present]
    public let series: String
    public let place: SeriesPlace
    /// Whether taking the mark off gives the file that was marked, byte for byte; `nil` where no element says what that was.
    public let isRestorable: Bool?
}
