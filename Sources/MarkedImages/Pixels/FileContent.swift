import DICOM
import Marks

/// A file's frames as content records and comparisons see them.
struct FileContent {
    /// The meaning of samples of grey by the header, or the colour space of those that have colour.
    let units: ModalityUnits
    /// Whether the header says so itself, rather than nothing.
    let isStated: Bool
    let spacing: SampleSpacing?
    let windows: [ContentWindow]

    init(_ dataSet: DataSet, isColour: Bool) {
        spacing = Self.spacing([dataSet])
        if isColour {
            let space = dataSet.string(.photometricInterpretation)?.hasPrefix("YBR") == true ? "YBR" : "RGB"
            (units, isStated, windows) = ((try? ModalityUnits(name: space)) ?? .none, true, [])
            return
        }
        windows = Self.windows(dataSet)
        let (slope, intercept) = (dataSet.decimal(.rescaleSlope), dataSet.decimal(.rescaleIntercept))
        let name = dataSet.string(.rescaleType) ?? (dataSet.string(.modality) == "CT" && slope != nil ? "HU" : "US")
        let stated = slope.flatMap { slope in intercept.flatMap { try? ModalityUnits(slope: slope, intercept: $0, name: name) } }
        (units, isStated) = (stated ?? .none, stated != nil)
    }

    /// One image for each frame, or none for samples that mean nothing by themselves: numbers of colours.
    func images(_ frames: [MarkImage], units: ModalityUnits?) throws -> [ContentImage] {
        try frames.map { try ContentImage(planes: $0.planes, units: units, spacing: spacing) }
    }

    /// The meaning of samples that are compared with a record; `nil` where they may be shades of a window.
    ///
    /// Exports say nothing of units, or that there are none; so do images that never had any. Then samples are those of the record only if
    /// they can hold what it holds.
    func units(for record: ContentRecord, frame: MarkImage) -> ModalityUnits? {
        guard frame.planes.count == 1 else { return units }
        let isPlain = units.slope == 1 && units.intercept == 0 && units.name != "HU"
        guard isPlain else {
            // One that does not say its unit has the other's.
            guard units.name == "US" || record.units.name == "US" else { return units }
            return try? ModalityUnits(slope: units.slope, intercept: units.intercept, name: record.units.name)
        }
        let isOfRecord = units.slope == record.units.slope && units.intercept == record.units.intercept && units.name == record.units.name
        let range = frame.carrier.range
        // The record's extremes are rounded to 32 of its steps each.
        return isOfRecord && Double(range.upperBound) - Double(range.lowerBound) >= 0.75 * record.recordedRange ? units : nil
    }

    /// The distance of samples by the first of these headers that says it.
    static func spacing(_ headers: [DataSet]) -> SampleSpacing? {
        for tag in [Tag.pixelSpacing, .imagerPixelSpacing] {
            for header in headers {
                let values = header.decimals(tag)
                if values.count == 2, let spacing = SampleSpacing(rows: values[0], columns: values[1]) { return spacing }
            }
        }
        return nil
    }

    private static func windows(_ dataSet: DataSet) -> [ContentWindow] {
        let function: ContentWindow.Function
        switch dataSet.string(.voiLUTFunction) ?? "LINEAR" {
        case "LINEAR": function = .linear
        case "LINEAR_EXACT": function = .linearExact
        default: return []
        }
        return zip(dataSet.decimals(.windowCenter), dataSet.decimals(.windowWidth)).compactMap {
            ContentWindow(centre: $0, width: $1, function: function)
        }
    }
}

extension FilePixels {
    /// The samples of each frame, decoded even where the mark looks at bytes alone; `nil` where there are none, or none that show a picture.
    func shown(of file: DICOMFile) -> [MarkImage]? {
        guard file.dataSet.string(.photometricInterpretation) != "PALETTE COLOR", file.pixels != nil else { return nil }
        guard case .opaque = self else { return images }
        guard let (description, native) = try? PixelCodec.decode(file) else { return nil }
        return (try? StoredSamples(description, native))?.images
    }

    /// A content record for each frame; none where nothing is shown.
    ///
    /// - Parameter digests: what the strict mark says of each frame.
    func contentRecords(of file: DICOMFile, instance: String, digests: [[UInt8]]) throws -> [[UInt8]] {
        guard let frames = shown(of: file), let first = frames.first else { return [] }
        let content = FileContent(file.dataSet, isColour: first.planes.count > 1)
        return try zip(frames.indices, try content.images(frames, units: content.units)).map { frame, image in
            try ContentRecord(
                of: image, windows: content.windows, imageDigest: digests.indices.contains(frame) ? digests[frame] : digests.first ?? [],
                imageID: ImageIdentifier(instance: instance, frame: frame).bytes
            ).bytes
        }
    }
}
