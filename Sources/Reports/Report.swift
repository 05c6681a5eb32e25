import Foundation

/// A radiologist's report on a study, with the facts that surround it in the documents.
public struct Report: Sendable {
    /// The report's text as it was given: UTF-8, lines end with a line feed.
    public var text: ReportText
    /// The author: as a name of DICOM (`Family^Given`), or as people write it.
    public var author: String
    /// The author's side.
    public var organization: String
    public var time: Date
    /// Not finished; nobody vouches for it yet.
    public var isPreliminary: Bool
    /// One line that people file it under, such as `Report, version 2, addendum`.
    public var title: String
    /// The communication that a critical result asks for, in one sentence; `nil` for other reports.
    public var urgency: String?
    /// The language of the text (RFC 5646) and its English name, where the author says it.
    public var language: (code: String, name: String)?
    public var keyImages: [ImageReference]
    /// Everything that the author had.
    public var evidence: [ImageReference]
    /// The structured report with the version before.
    public var predecessor: ImageReference?

    public init(
        text: ReportText, author: String, organization: String, time: Date, isPreliminary: Bool, title: String, urgency: String? = nil,
        language: (code: String, name: String)? = nil, keyImages: [ImageReference] = [], evidence: [ImageReference] = [],
        predecessor: ImageReference? = nil
    ) {
        self.text = text
        self.author = author
        self.organization = organization
        self.time = time
        self.isPreliminary = isPreliminary
        self.title = title
        self.urgency = urgency
        self.language = language
        self.keyImages = keyImages
        self.evidence = evidence
        self.predecessor = predecessor
    }
}
