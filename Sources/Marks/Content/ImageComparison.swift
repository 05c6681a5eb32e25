/// Two images, sample by sample.
public struct ImageComparison: Hashable, Sendable {
    /// Samples of all planes that are not the same; `nil` where the sizes, planes or units differ, so that samples have no partners.
    public let changedSamples: Int?
    /// The largest magnitude of a change, in modality units.
    public let largestChange: Double
    /// The mean square of the changes over all samples, in modality units squared.
    public let meanSquare: Double
    /// What is visible of it.
    public let content: ContentReport

    /// True where every sample is the same.
    public var isExact: Bool { changedSamples == 0 }

    /// Compares `image` with `original`: exactly, and as ``ContentComparison`` sees them.
    public init(_ image: ContentImage, with original: ContentImage, windows: [ContentWindow] = []) throws {
        let record = try ContentRecord(of: original, windows: windows)
        content = try ContentComparison.compare(image, with: record)
        guard image.units == original.units, image.planes.count == original.planes.count, image.height == original.height,
            image.width == original.width
        else {
            (changedSamples, largestChange, meanSquare) = (nil, 0, 0)
            return
        }
        var (changed, largest, squares) = (0, 0, 0.0)
        for (plane, originalPlane) in zip(image.planes, original.planes) {
            for index in plane.samples.indices {
                let change = Int(plane.samples[index]) - Int(originalPlane.samples[index])
                guard change != 0 else { continue }
                changed += 1
                largest = max(largest, abs(change))
                squares += Double(change * change)
            }
        }
        let slope = abs(record.units.slope)
        changedSamples = changed
        largestChange = Double(largest) * slope
        meanSquare = squares * slope * slope / Double(image.planes.count * image.height * image.width)
    }
}
