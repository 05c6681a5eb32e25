import DICOM
import TextDetection

/// What is filled of an original that is read frame by frame.
enum FrameFilling {
    /// - Parameters:
    ///   - text: what looks like text in the frames; `nil` where nobody looked.
    ///   - samples: of the frames; `nil` where nobody looks at them.
    /// - Returns: what is to be filled, `nil` where nothing is, and whether a person should know of an image that is shown as it is.
    static func sought(
        _ text: CellMask?, _ samples: FrameSamples?, of framed: FramedFile, policy: RedactionPolicy
    ) throws -> (filled: FoundRedaction?, isProbablyShown: Bool) {
        let (dataSet, syntax) = (framed.file.dataSet, framed.file.transferSyntax)
        let description = samples?.description ?? framed.frameDescription
        guard policy.isActive else { return (nil, BurnedInHeader(dataSet, description, syntax).isProbable) }
        let face = policy.defaces ? try samples.map(face) : nil
        let found = RedactionFinder(policy: policy).find(in: description, dataSet, syntax, face: face) { _ in
            text ?? CellMask(imageRows: description.rows, imageColumns: description.columns)
        }
        return (found.mask.isEmpty ? nil : found, policy.burnedInText == .keep && found.isProbable)
    }

    /// Where a face is in all frames together: looked for frame by frame, in one more pass or two.
    private static func face(in samples: FrameSamples) throws -> FaceFinder.Finding {
        switch FaceFinder.begin(samples.description, samples.original.file.dataSet) {
        case .found(let finding): return finding
        case .search(let search):
            let frames = samples.original.frameCount
            var histogram: [Int] = []
            if search.limit == nil {
                try FramePool.shared.inOrder(frames) {
                    search.histogram(of: try samples.levels(of: samples.native($0)).planes)
                } receive: { _, own in
                    histogram = histogram.isEmpty ? own : zip(histogram, own).map(+)
                }
            }
            let limit = search.limit ?? search.limit(of: histogram)
            var first: Int?
            try FramePool.shared.inOrder(frames) {
                search.firstLine(of: try samples.levels(of: samples.native($0)).planes, above: limit)
            } receive: { _, own in
                first = [first, own].compactMap(\.self).min()
            }
            return search.finding(from: first, samples.description.rows, samples.description.columns)
        }
    }

    /// - Parameter isSealed: whether what is filled is to be sealed by itself, frame by frame.
    /// - Returns: `nil` where too much would be filled to be held in memory.
    /// - Throws: ``StegoError`` `.identifying` where images with text are not shown at all; what decoding throws.
    static func found(
        _ survey: FrameSurvey, _ samples: FrameSamples, policy: RedactionPolicy, isSealed: Bool = true
    ) throws -> OriginalRedaction.Found? {
        let (filled, isProbablyShown) = try sought(survey.text, samples, of: samples.original, policy: policy)
        guard let filled else { return OriginalRedaction.Found(redaction: nil, isProbablyShown: isProbablyShown) }
        guard policy.burnedInText != .enclose else { throw OriginalRedaction.showsText(filled) }
        let first = try samples.levels(of: samples.native(0)).planes
        let redaction = Redaction(filled.mask, of: first, samples.description)
        guard let coded = isSealed ? try RedactionCoding.encode(redaction, of: samples) : [] else { return nil }
        return OriginalRedaction.Found(
            redaction: OriginalRedaction.Filling(redaction: redaction, found: filled, coded: coded), isProbablyShown: isProbablyShown)
    }
}
