public import Marks

/// The findings about one file.
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
    /// The judgement on the signer; `nil` where nothing is signed.
    public let judgement: IssuerDirectory.Judgement?
    public let binding: MarkBinding?
    /// Whether the header could be compared: its blind is in the element, or known to the issuer.
    public let isHeaderChecked: Bool
    public let headerFindings: [HeaderFinding]
    /// The header as it is now, for the report.
    public let header: HeaderValues
    public let chain: CustodyChain
    public let chainFindings: [CustodyChain.Finding]
    /// The series as the file's element states it, if the signed root agrees.
    public let manifest: SeriesManifest?
    /// The file's images as they are now.
    public let present: [SeriesManifest.Present]
    public let series: String
    public let place: SeriesPlace
    /// Whether taking the mark off gives the file that was marked, byte for byte; `nil` where no element says what that was.
    public let isRestorable: Bool?
}

/// The findings about a series as a whole.
public struct SeriesVerification: Sendable {
    /// Series Instance UID.
    public let series: String
    /// `nil` where no file has the manifest, or different ones.
    public let manifest: SeriesManifest?
    public let findings: [SeriesFinding]
    /// The files that are there, in the order of their headers.
    public let files: [FileVerification]

    /// Whether images are missing, or there that should not be.
    public var isBroken: Bool { !findings.isEmpty }

    /// Groups files by series. Series of which no file is marked are left out.
    ///
    /// Images of one series may carry the manifest of another, if somebody pasted them: the manifest that most files have is the series'.
    public static func all(_ files: [FileVerification]) -> [SeriesVerification] {
        let groups = Dictionary(grouping: files, by: \.series)
        return groups.keys.sorted().compactMap { name in
            let members = (groups[name] ?? []).sorted { ($0.place, $0.name) < ($1.place, $1.name) }
            let manifests = Dictionary(grouping: members.compactMap(\.manifest), by: \.root)
            guard members.contains(where: { $0.binding != nil }) else { return nil }
            let manifest = manifests.max { ($0.value.count, $1.key.lexical) < ($1.value.count, $0.key.lexical) }?.value.first
            let findings = manifest.map { $0.findings(members.flatMap(\.present)) } ?? withoutManifest(members)
            return SeriesVerification(series: name, manifest: manifest, findings: findings, files: members)
        }
    }

    /// From the marks alone: places that no image has.
    private static func withoutManifest(_ files: [FileVerification]) -> [SeriesFinding] {
        let bindings = files.compactMap(\.binding).filter { $0.seriesCount > 0 }
        guard let first = bindings.first, bindings.allSatisfy({ $0.seriesRoot == first.seriesRoot }) else { return [] }
        let places = Set(files.flatMap { file in file.frames.indices.map { (file.binding?.seriesIndex ?? 0) + $0 } })
        return (0..<first.seriesCount).filter { !places.contains($0) }.map { .missing(place: $0) }
    }
}

extension [UInt8] {
    /// For an order that does not depend on chance.
    fileprivate var lexical: String { map { String(UnicodeScalar($0)) }.joined() }
}
