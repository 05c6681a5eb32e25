public import DICOM
import TextDetection

/// The part of an image that would be filled, for showing it to a person.
public struct ShownRedaction: Sendable {
    private let redaction: Redaction?
    private let mask: CellMask
    /// The share of the image, 0 … 1.
    public let share: Double
    /// Connected regions.
    public let regionCount: Int
    /// The source that found them, for a person; empty where there are none.
    public let source: String

    /// Looks at an image as sealing does. Blocks while it computes.
    ///
    /// - Parameters:
    ///   - samples: of the file.
    ///   - policy: whatever it says of images with text, they are shown with what would be filled.
    public init(of samples: ImageSamples, in file: DICOMFile, policy: RedactionPolicy) {
        let found = RedactionFinder(policy: policy).find(in: samples.planes, samples.description, file.dataSet, file.transferSyntax)
        mask = found.mask
        redaction = found.mask.isEmpty ? nil : Redaction(found.mask, of: samples.planes, samples.description)
        share = found.mask.coverage
        regionCount = found.mask.regions.count
        source = found.sources.joined(separator: ", ")
    }

    /// Whether a sample is filled; `false` outside the image.
    public func isFilled(row: Int, column: Int) -> Bool {
        row >= 0 && column >= 0 && mask[row / CellMask.cellSide, column / CellMask.cellSide]
    }

    /// The planes with the fill.
    public func filled(_ planes: SamplePlanes) -> SamplePlanes { redaction?.filled(planes) ?? planes }

    /// Bytes of what was filled, compressed, before it is sealed; 0 where nothing is.
    package func sealedByteCount(of samples: ImageSamples) throws -> Int {
        try redaction.map {
            try RedactionCoding.encode($0, of: samples.planes, colours: samples.description.samplesPerPixel).count
        } ?? 0
    }
}

extension ImageSamples {
    /// The planes of the first frame as they are looked at: one of grey, or red, green and blue.
    package func shownColours(of planes: SamplePlanes, in file: DICOMFile) -> [[UInt16]] {
        let shown = ShownColours(description, file.dataSet).planes(of: planes)
        return Array(shown.planes.prefix(shown.colours))
    }
}
