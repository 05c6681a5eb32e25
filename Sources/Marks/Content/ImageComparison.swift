/// Two images, sample by sample.
public struct ImageComparison: Hashable, Sendable {
    /// Samples of all planes that are not the same; `nil` where the sizes, planes or units differ, so that samples have no partners.
    public let changedSamples: Int?
    /// The largest magnitude of a change, in modality units.
    public let largestChange: Double
    /// The mean square of the changes over all samples, in modality units squared.
    public let meanSquare: Double
    /// Regions of changed samples, the most important first; empty where samples have no partners.
    public let changes: [ContentDifference]
    /// What is visible of it.
    public let content: ContentReport

    /// True where every sample is the same.
    public var isExact: Bool { changedSamples == 0 }

    /// Compares `image` with `original`: exactly, and as ``ContentComparison`` sees them.
    ///
    /// - Parameter record: of the original, if there is one already.
    public init(_ image: ContentImage, with original: ContentImage, record known: ContentRecord? = nil) throws {
        let record = try known ?? ContentRecord(of: original)
        content = try ContentComparison.compare(image, with: record)
        guard image.units == original.units, image.planes.count == original.planes.count, image.height == original.height,
            image.width == original.width
        else {
            (changedSamples, largestChange, meanSquare, changes) = (nil, 0, 0, [])
            return
        }
        let exact = ExactDifferences(image, with: original, units: record.units, spacing: record.spacing)
        let slope = abs(record.units.slope)
        (changedSamples, changes) = (exact.changedSamples, exact.regions)
        (largestChange, meanSquare) = (Double(exact.largestChange) * slope, exact.meanSquare * slope * slope)
    }
}
