import DICOM
import TextDetection

/// The regions of one original that are to be filled, found out once for all ways of sealing. Used by one thread.
final class OriginalRedaction {
    /// The regions that were found, and whether a person should know of an image that is shown as it is.
    struct Found {
        /// `nil` where nothing is filled.
        let redaction: Filling?
        let isProbablyShown: Bool
    }

    /// The regions that are filled, the reason, and the sealed form of their samples.
    struct Filling {
        let redaction: Redaction
        let found: FoundRedaction
        let coded: [UInt8]
    }

    private let original: Original
    private let samples: OriginalSamples
    private let policy: RedactionPolicy
    private var found: Result<Found, any Error>?

    init(of original: Original, samples: OriginalSamples, policy: RedactionPolicy) {
        self.original = original
        self.samples = samples
        self.policy = policy
    }

    /// The longest sealed form that rides in the record, and so in the pixels if the record does: about as long as a header. What is longer
    /// would change more of the image than it is worth.
    static let shortByteCount = 1024

    /// - Parameters:
    ///   - planes: the original's levels; asked for the first time only.
    ///   - description: of them.
    /// - Throws: ``StegoError`` `.identifying` where images with text are not shown at all.
    func redaction(of planes: @autoclosure () throws -> SamplePlanes, _ description: PixelDescription) throws -> Found {
        if let found { return try found.get() }
        let result = Result { try find(in: planes(), description) }
        found = result
        return try result.get()
    }

    /// For ways of sealing that show the original's own pixel value.
    ///
    /// - Returns: whether a person should know that the image probably shows text.
    /// - Throws: ``StegoError`` `.notReversible` where something of it is to be filled, `.identifying` where it is not to be shown; what
    ///   decoding throws.
    func requireNothingToFill() throws -> Bool {
        guard let description = original.file.pixels else { return false }
        let header = BurnedInHeader(original.file.dataSet, description, original.file.transferSyntax)
        guard policy.isActive else { return header.isProbable }
        guard SampleConversion(description) != nil || original.file.isPixelDataEncapsulated else {
            // One bit, more than sixteen, or colours that share samples: nothing looks at these.
            guard header.suspicion == .none, policy.rectangles.isEmpty else {
                throw StegoError(.notReversible, "Whether its samples show text cannot be seen.")
            }
            return false
        }
        let (decoded, native) = try samples.decoded()
        guard let conversion = SampleConversion(decoded) else {
            throw StegoError(.notReversible, "Whether its samples show text cannot be seen.")
        }
        let found = try redaction(of: conversion.split(native).planes, decoded)
        guard found.redaction == nil else { throw StegoError(.notReversible, "Its own pixel value would show text.") }
        return found.isProbablyShown
    }

    static func showsText(_ found: FoundRedaction) -> StegoError {
        StegoError(.identifying, "Its pixels show what looks like text or a face (\(found.sources.joined(separator: ", "))).")
    }

    private func find(in planes: SamplePlanes, _ description: PixelDescription) throws -> Found {
        let (dataSet, syntax) = (original.file.dataSet, original.file.transferSyntax)
        guard policy.isActive else {
            return Found(redaction: nil, isProbablyShown: BurnedInHeader(dataSet, description, syntax).isProbable)
        }
        let found = RedactionFinder(policy: policy).find(in: planes, description, dataSet, syntax)
        guard !found.mask.isEmpty else { return Found(redaction: nil, isProbablyShown: policy.burnedInText == .keep && found.isProbable) }
        guard policy.burnedInText != .enclose else {
            throw Self.showsText(found)
        }
        let redaction = Redaction(found.mask, of: planes, description)
        let coded = try RedactionCoding.encode(redaction, of: planes, colours: description.samplesPerPixel)
        return Found(
            redaction: Filling(redaction: redaction, found: found, coded: coded),
            isProbablyShown: policy.burnedInText == .keep && found.isProbable)
    }
}

extension HiddenPart {
    /// For the report.
    mutating func show(_ found: OriginalRedaction.Found) {
        redaction = found.redaction?.found
        probablyShowsText = found.isProbablyShown
    }
}
