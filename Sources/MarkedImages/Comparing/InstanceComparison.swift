public import Marks

/// The changes of one instance from one version to another.
public struct InstanceComparison: Sendable {
    /// The instance as a whole; the worst of what was found.
    public enum Verdict: String, Sendable, CaseIterable {
        /// The files are the same, byte for byte.
        case identical
        /// Every sample and every value is the same; the files are written differently, or a mark is in one of them.
        case same
        /// Samples differ, as lossy coding, windows and scaling make them, and no difference can be seen at the size of a cell.
        case alike
        /// Nothing can be said of the pixels. Never to be taken for the same.
        case notAssessable = "not-assessable"
        /// The pixels show the same; the header does not say the same.
        case headerDiffers = "header-differs"
        /// Pixels, or a document's content, differ.
        case differs
        /// The other version has the instance, and this one has not.
        case missing
        /// This version has an instance that the other one has not.
        case added
    }

    /// The pixels alone.
    public enum PixelVerdict: String, Sendable, CaseIterable {
        case same
        case alike
        case notAssessable = "not-assessable"
        case differs
    }

    /// One frame.
    public struct Frame: Sendable {
        public let number: Int
        public let verdict: PixelVerdict
        /// Samples that are not the same; `nil` where samples have no partners.
        public let changedSamples: Int?
        /// The largest magnitude of a change, in ``unit``; `nil` as above.
        public let largestChange: Double?
        public let unit: String
        /// The differences, the most important first.
        public let differences: [ContentDifference]
        /// Whether the differences were found sample by sample, not by what can be seen.
        public let isExact: Bool
        /// The cells of 8 × 8 in which a signed list says that samples differ.
        public let cells: [BlockArea]
        /// The visible differences; `nil` where nothing was looked at.
        public let content: ContentReport?
        /// Why nothing can be said.
        public let obstacle: String?

        /// Magnitude of the differences times their area, summed: `unit` · mm², or · samples where the spacing is not known.
        public var importance: Double { differences.reduce(0) { $0 + $1.importance } }
    }

    /// The meaning of an attribute's difference.
    public enum HeaderVerdict: Sendable, Hashable {
        case finding(HeaderFinding.Verdict)
        /// It follows from the pixels' transformation.
        case derived

        public var name: String {
            switch self {
            case .finding(let verdict): verdict.rawValue
            case .derived: "derived"
            }
        }

        /// Whether something explains it.
        public var isExplained: Bool { self == .derived || self == .finding(.coerced) }
    }

    /// One of the attributes that marks bind.
    public struct Attribute: Sendable {
        /// `nil` where the group differs and no single attribute can be named.
        public let attribute: HeaderAttribute?
        public let group: HeaderAttribute.Group
        public let verdict: HeaderVerdict
        /// `nil` where a record is compared with: it holds no values.
        public let before: String?
        public let now: String
    }

    /// Any other element.
    public struct Element: Sendable, Hashable {
        public enum Change: String, Sendable {
            case added
            case removed
            case changed
        }

        /// Tags from the outermost on, items counted from 1: `(0040,A730)[2](0040,A160)`.
        public let path: String
        public let change: Change
        public let before: String
        public let now: String
        /// Whether it may differ without the instance saying something else: private elements, and what transformations and archives note.
        public let isNeutral: Bool
    }

    /// `nil` where the instance is missing.
    public internal(set) var path: String?
    public internal(set) var file: String?
    /// `nil` where the instance was added.
    public internal(set) var reference: String?
    public let instance: String
    public let verdict: Verdict
    /// `nil` for objects without pixels.
    public let pixels: PixelVerdict?
    public let frames: [Frame]
    /// The changes that were made to the pixels, for a person: `lossy compression`, `resampled by 0.75`, …
    public let transformations: [String]
    /// Whether the header could be compared.
    public let isHeaderChecked: Bool
    public let header: [Attribute]
    public let elements: [Element]
    /// The judgement on the signer of the record that was compared with; `nil` for a file.
    public let judgement: IssuerDirectory.Judgement?
}
