import Basics

/// The attributes that make a study a reply: the transfer that it answers, and what it says of its report. Both are attributes of its
/// signed manifest.
///
/// Whoever does not know these attributes must not take the study for images: the first of them is critical.
public struct Reply: Sendable, Hashable {
    /// The transfer that is answered.
    public let transfer: TransferID
    /// SHA-256 of that transfer's manifest, as its receipts have it.
    public let manifestDigest: ContentDigest
    public let report: ReportFacts

    public init(to transfer: TransferID, manifestDigest: ContentDigest, report: ReportFacts) {
        self.transfer = transfer
        self.manifestDigest = manifestDigest
        self.report = report
    }

    private enum Name {
        static let transfer: AttributeName = "reply.transfer"
        static let manifest: AttributeName = "reply.manifest"
        static let version: AttributeName = "report.version"
        static let status: AttributeName = "report.status"
        static let predecessor: AttributeName = "report.predecessor"
        static let author: AttributeName = "report.author"
        static let time: AttributeName = "report.time"
        static let criticality: AttributeName = "report.criticality"
        static let text: AttributeName = "report.text"
        static let callback: AttributeName = "report.callback"
    }

    /// The critical attribute of a reply: what a sink that takes replies understands.
    public static let understood: Set<AttributeName> = [Name.transfer]

    /// Whether a manifest is a reply's, or means to be.
    public static func isOne(_ manifest: Manifest) -> Bool { manifest.attributes[Name.transfer] != nil }

    /// For the manifest of the reply.
    ///
    /// - Throws: ``ProtocolError/Code/manifestInvalid``, which the checks of ``ReportFacts`` exclude.
    public func attributes() throws(ProtocolError) -> [ManifestAttribute] {
        var attributes = [
            try ManifestAttribute(Name.transfer, .data(transfer.bytes), isCritical: true),
            try ManifestAttribute(Name.manifest, .data(manifestDigest.bytes)),
            try ManifestAttribute(Name.version, .integer(Int64(report.version))),
            try ManifestAttribute(Name.status, .text(report.status.rawValue)),
            try ManifestAttribute(Name.author, .text(report.author)),
            try ManifestAttribute(Name.time, .time(report.time)),
            try ManifestAttribute(Name.criticality, .integer(Int64(report.criticality.rawValue))),
            try ManifestAttribute(Name.text, .data(report.textDigest.bytes)),
        ]
        if let predecessor = report.predecessor { attributes.append(try ManifestAttribute(Name.predecessor, .data(predecessor.bytes))) }
        if let callback = report.callback { attributes.append(try ManifestAttribute(Name.callback, .text(callback))) }
        return attributes
    }

    /// The reply of a manifest; `nil` when it is no reply.
    ///
    /// - Throws: ``ProtocolError/Code/manifestInvalid`` for a reply that makes no sense.
    public init?(_ manifest: Manifest) throws(ProtocolError) {
        let attributes = manifest.attributes
        guard let transfer = try attributes.transfer(Name.transfer) else { return nil }
        guard let manifestDigest = try attributes.digest(Name.manifest),
            let version = try attributes.integer(Name.version).flatMap(Int.init(exactly:)),
            let status = try attributes.text(Name.status).flatMap(ReportStatus.init),
            let author = try attributes.text(Name.author),
            let time = try attributes.time(Name.time),
            let criticality = try attributes.integer(Name.criticality).flatMap(Int.init(exactly:)).flatMap(Criticality.init),
            let text = try attributes.digest(Name.text)
        else { throw ReportFacts.invalid("a part of it is missing, or of a later release") }
        self.init(
            to: transfer, manifestDigest: manifestDigest,
            report: try ReportFacts(
                version: version, status: status, predecessor: attributes.transfer(Name.predecessor), author: author, time: time,
                criticality: criticality, textDigest: text, callback: attributes.text(Name.callback)))
    }

    /// Makes sure that this answers a transfer of one's own, and the very files that it had.
    ///
    /// Whether the peer that signed the reply is the one that received the transfer is for the caller to see.
    /// - Throws: ``ProtocolError/Code/manifestInvalid``
    public func check(answers manifest: Manifest) throws(ProtocolError) {
        guard transfer == manifest.transferID, manifestDigest == manifest.digest else {
            throw ProtocolError(
                .manifestInvalid, "the reply names a transfer with another manifest", subject: manifest.transferID.description)
        }
    }
}
