import DICOM
import SeededRandomness
import TestSupport

@testable import StegoKit

/// An image that a test draws, in stored values.
struct DrawnImage {
    let rows: Int
    let columns: Int
    var values: [Int]

    init(rows: Int, columns: Int, background: Int) {
        (self.rows, self.columns) = (rows, columns)
        values = Array(repeating: background, count: rows * columns)
    }

    /// Sets the samples inside an ellipse, its centre and half axes in samples.
    mutating func ellipse(x: Double, y: Double, width: Double, height: Double, _ value: Int) {
        for place in values.indices where Self.isInside(place, columns, x, y, width, height) { values[place] = value }
    }

    mutating func rectangle(x: Int, y: Int, width: Int, height: Int, _ value: Int) {
        for row in max(0, y)..<min(rows, y + height) {
            for column in max(0, x)..<min(columns, x + width) { values[row * columns + column] = value }
        }
    }

    /// Noise of a width, the same for every sample.
    mutating func addNoise(_ width: Int, _ generator: inout SplitMix64) {
        guard width > 0 else { return }
        for place in values.indices { values[place] += generator.below(2 * width + 1) - width }
    }

    static func isInside(_ place: Int, _ columns: Int, _ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Bool {
        let across = (Double(place % columns) + 0.5 - x) / width
        let down = (Double(place / columns) + 0.5 - y) / height
        return across * across + down * down <= 1
    }

    /// Where an ellipse is.
    func mask(x: Double, y: Double, width: Double, height: Double) -> BitMask {
        BitMask(rows: rows, columns: columns) { Self.isInside($0, columns, x, y, width, height) }
    }
}

extension DrawnImage {
    /// What the finder says of frames of grey samples.
    static func region(
        of frames: [DrawnImage], modality: String? = nil, photometricInterpretation: String = "MONOCHROME2", bitsStored: Int = 12,
        isSigned: Bool = false, intercept: String? = nil, padding: ClosedRange<Int>? = nil, policy: RegionPolicy = RegionPolicy(),
        samplesPerPixel: Int = 1, elements: [DataElement] = []
    ) throws -> FoundRegion {
        let (rows, columns) = (frames[0].rows, frames[0].columns)
        let description = try PixelDescription(
            rows: rows, columns: columns, frames: frames.count / samplesPerPixel, samplesPerPixel: samplesPerPixel,
            photometricInterpretation: photometricInterpretation, bitsAllocated: bitsStored > 8 ? 16 : 8, bitsStored: bitsStored,
            isSigned: isSigned, paddingRange: padding)
        let lowest = description.valueRange.lowerBound
        let planes = frames.map { frame in
            frame.values.map { UInt16(min(max($0, lowest), description.valueRange.upperBound) - lowest) }
        }
        var dataSet = DataSet(elements)
        if let modality { dataSet.set(.modality, .CS, modality) }
        if let intercept {
            dataSet.set(.rescaleSlope, .DS, "1")
            dataSet.set(.rescaleIntercept, .DS, intercept)
        }
        let samples = try SamplePlanes(
            rows: rows, columns: columns, bitsStored: bitsStored, planes: planes,
            forbiddenLevels: padding.map { UInt16($0.lowerBound - lowest)...UInt16($0.upperBound - lowest) })
        return try RegionFinder.region(for: samples, description: description, dataSet: dataSet, policy: policy)
    }
}

extension FoundRegion {
    var mask: BitMask { BitMask(rows: region.rows, columns: region.columns, flags: region.isInside) }

    /// Whether all of a mask is inside.
    func contains(_ other: BitMask) -> Bool { other.intersection(mask.inverted).isEmpty }

    /// Whether nothing of a mask is inside.
    func avoids(_ other: BitMask) -> Bool { other.intersection(mask).isEmpty }
}
