public import DICOM
public import StegoKit

/// An image that is evaluated, with nothing that names a patient except what ``Lineage`` keeps to tell patients apart.
public struct Subject: Sendable {
    /// Counts the images of the evaluation from 1; what reports call the image.
    public let number: Int
    public let facts: SubjectFacts
    public let samples: ImageSamples
    /// The cover, with the region of interest that embedding must leave alone.
    public let planes: SamplePlanes
    public let dataSet: DataSet

    /// - Throws: `DICOMError`, `StegoError`, `RegionError`, or ``UnfitSubject`` for images that Veilray does not hide in.
    public init(of file: DICOMFile, number: Int, region: RegionPolicy = .everywhere) throws {
        try self.init(file, number, region) { try ImageSamples(of: file) }
    }

    /// Of a large image that is read frame by frame, frames take part that have so many samples together, evenly spread.
    private static let sampleCount = 1 << 22

    /// The same of some frames of a large image.
    public init(of framed: FramedFile, number: Int, region: RegionPolicy = .everywhere) throws {
        let frame = framed.frameDescription
        let count = max(1, min(framed.frameCount, Self.sampleCount / max(1, frame.rows * frame.columns * frame.samplesPerPixel)))
        try self.init(framed.file, number, region) {
            try ImageSamples(of: framed, frames: (0..<count).map { (2 * $0 + 1) * framed.frameCount / (2 * count) })
        }
    }

    private init(_ file: DICOMFile, _ number: Int, _ region: RegionPolicy, _ decoded: () throws -> ImageSamples) throws {
        guard let pixels = file.pixels else { throw UnfitSubject("it has no image") }
        guard pixels.photometricInterpretation != "PALETTE COLOR" else { throw UnfitSubject("its samples are indices of a palette") }
        guard !file.isPixelDataEncapsulated || file.transferSyntax.isLossless == true else {
            throw UnfitSubject("it is lossy-compressed, so nothing is hidden in its pixels")
        }
        self.number = number
        samples = try decoded()
        dataSet = file.dataSet
        var planes = samples.planes
        let found = try RegionFinder.region(for: planes, description: samples.description, dataSet: file.dataSet, policy: region)
        if !found.region.isEmpty { planes.regionOfInterest = found.region }
        self.planes = planes
        facts = SubjectFacts(
            number: number, modality: SubjectFacts.modality(of: file.dataSet), rows: planes.rows, columns: planes.columns,
            planeCount: planes.planes.count, bitsStored: planes.bitsStored, isSigned: samples.description.isSigned,
            regionShare: found.coverage)
    }
}

/// The facts about an image that a report may state.
public struct SubjectFacts: Hashable, Sendable {
    public let number: Int
    /// A defined term of the standard's, such as `CT`; `?` for anything that is none.
    public let modality: String
    public let rows: Int
    public let columns: Int
    /// Frames times colours.
    public let planeCount: Int
    public let bitsStored: Int
    public let isSigned: Bool
    /// The share of the image that nothing may change, 0 … 1.
    public let regionShare: Double

    /// Defined terms of PS3.3 §C.7.3.1.1.1 that images have; whatever else stands there might be a name.
    private static let modalities: Set<String> = [
        "BI", "CR", "CT", "DG", "DX", "ECG", "ES", "GM", "IO", "IVOCT", "IVUS", "MG", "MR", "NM", "OCT", "OP", "OT", "PT", "PX", "RF", "RG",
        "RTDOSE", "RTIMAGE", "SC", "SEG", "SM", "TG", "US", "XA", "XC",
    ]

    static func modality(of dataSet: DataSet) -> String {
        dataSet.string(.modality).flatMap { modalities.contains($0) ? $0 : nil } ?? "?"
    }
}

/// The reason that an image takes no part.
public struct UnfitSubject: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ reason: String) { description = reason }
}

/// The origin that an image shares with others: used to keep relatives on one side of a split, never printed.
public struct Lineage: Hashable, Sendable {
    let patient: String?
    let series: String?

    init(patient: String?, series: String?) {
        self.patient = patient
        self.series = series
    }

    public init(of dataSet: DataSet) {
        func text(_ tag: Tag) -> String? {
            guard let text = dataSet.string(tag), !text.isEmpty else { return nil }
            return text
        }
        patient = text(.patientID) ?? text(.patientName)
        series = text(.seriesInstanceUID)
    }
}

/// The rule that puts images into groups which stay on one side of a split.
public struct Grouping: Hashable, Sendable {
    public enum Level: String, Hashable, Sendable {
        case patient
        case series
        case image
    }

    public let level: Level
    /// Of each image, counted from 0.
    public let groups: [Int]

    /// Fewer groups than this make halves too unlike each other.
    private static let minimumGroupCount = 8

    /// The coarsest level that leaves eight groups or more, otherwise each image by itself.
    public init(of lineages: [Lineage]) {
        for (level, key) in [(Level.patient, \Lineage.patient), (.series, \.series)] {
            // An image that does not say where it belongs stands for itself.
            let names = lineages.enumerated().map { index, lineage in lineage[keyPath: key].map { "=\($0)" } ?? "#\(index)" }
            var numbers: [String: Int] = [:]
            for name in names where numbers[name] == nil { numbers[name] = numbers.count }
            if numbers.count >= Self.minimumGroupCount {
                self.level = level
                groups = names.map { numbers[$0] ?? 0 }
                return
            }
        }
        level = .image
        groups = Array(lineages.indices)
    }

    public var groupCount: Int { Set(groups).count }
}
