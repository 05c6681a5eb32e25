import Basics
import DICOM
public import Marks

/// Says what became of an instance from one version to another: of headers, pixels and documents.
///
/// Marks are taken off both sides before anything is compared. A pure function of bytes and issuers.
public struct FileComparer: Sendable {
    private let directory: IssuerDirectory

    /// - Parameter directory: the issuers whose records are believed.
    public init(directory: IssuerDirectory) { self.directory = directory }

    /// Compares a file with another version of its instance: a file, or the record that a mark has left.
    ///
    /// - Parameters:
    ///   - bytes: the version that is judged.
    ///   - reference: what it is compared with.
    /// - Throws: `DICOMError`, `MarkedImagesError`, `MarksError`.
    public func compare(
        _ bytes: [UInt8], path: String, name: String, with reference: [UInt8], name referenceName: String
    ) throws -> InstanceComparison {
        let version = try Version(try DICOMFile(bytes: bytes, name: name), directory)
        var comparison: InstanceComparison
        if TravellingRecord.isClaimed(by: reference) {
            comparison = try compare(version, with: try TravellingRecord(bytes: reference, name: referenceName))
        } else {
            comparison = try compare(version, with: try Version(try DICOMFile(bytes: reference, name: referenceName), directory))
        }
        (comparison.path, comparison.file, comparison.reference) = (path, name, referenceName)
        return comparison
    }

    /// A file and its pixels without its mark.
    private struct Version {
        let file: DICOMFile
        let header: HeaderValues
        /// `nil` where there are no pixels, or none that show a picture.
        let images: [MarkImage]?
        let content: FileContent
        let isLossy: Bool
        /// The bytes that a mark signs of pixels which it does not look at; `nil` where it looks at samples.
        let opaque: [UInt8]?

        init(_ file: DICOMFile, _ directory: IssuerDirectory) throws {
            self.file = file
            header = HeaderReader.values(file.dataSet)
            let reading = try FileReading(file, directory)
            if case .opaque(let bytes, _) = reading.pixels {
                (images, opaque) = (reading.pixels.shown(of: file), bytes)
            } else {
                opaque = nil
                images = zip(reading.pixels.images, reading.frames).map { image, frame in
                    frame.isLost ? image : frame.strict?.restored ?? image
                }
            }
            content = FileContent(file.dataSet, isColour: images?.first.map { $0.planes.count > 1 } ?? false)
            isLossy = file.transferSyntax.isLossless == false || file.dataSet.string(.lossyImageCompression) == "01"
        }
    }

    private func compare(_ version: Version, with reference: Version) throws -> InstanceComparison {
        var frames: [InstanceComparison.Frame] = []
        if let images = version.images, let originals = reference.images {
            let comparer = FrameComparer(images: images, content: version.content, isLossy: version.isLossy && !reference.isLossy)
            frames = try zip(images.indices, originals).map { try comparer.compare($0, with: $1, reference.content) }
            frames += Self.unpaired(images.count, originals.count)
        } else if version.file.pixels != nil || reference.file.pixels != nil {
            frames = [Self.raw(version.file, reference.file)]
        }
        let transformation = Self.transformation(frames, isLossy: version.isLossy && !reference.isLossy)
        let header = HeaderDifferences.between(
            version.header, originals: HeaderReader.originals(version.file.dataSet), and: reference.header, transformation)
        let elements = ElementDifferences(version.file.dataSet, with: reference.file.dataSet).found
        return Self.comparison(
            version, frames, transformation, header: header, elements: elements, isIdentical: version.file.bytes == reference.file.bytes)
    }

    private func compare(_ version: Version, with record: TravellingRecord) throws -> InstanceComparison {
        var (frames, judgement) = ([InstanceComparison.Frame](), IssuerDirectory.Judgement?.none)
        var bodies: [MarkBody] = []
        let comparer = FrameComparer(
            images: version.images ?? [], content: version.content, isLossy: version.isLossy)
        for (number, carried) in record.element.bodies.enumerated() {
            let (body, signed) = try MarkBody.read(carried.carried, height: carried.rows, width: carried.columns, directory)
            if judgement == nil || !signed.isBelieved { judgement = signed }
            bodies.append(body)
            if let opaque = version.opaque, (try? OpaqueMark.read(opaque, carried: carried.carried, directory))?.isIntact == true {
                frames = version.file.pixels == nil ? [] : [.same(0)]
                continue
            }
            guard comparer.images.indices.contains(number) else { continue }
            let content = record.element.record(of: number, body.binding)
            frames.append(try comparer.compare(number, with: carried.carried, body, content, directory))
        }
        if record.element.bodies.first?.rows != 0 { frames += Self.unpaired(version.images?.count ?? 0, bodies.count) }
        let transformation = Self.transformation(frames, isLossy: comparer.isLossy)
        let blind = HeaderBlind(bytes: record.element.blind)
        let header = bodies.first.flatMap { body in
            blind.map {
                HeaderDifferences.between(
                    version.header, originals: HeaderReader.originals(version.file.dataSet), and: body.binding.header, $0, transformation)
            }
        }
        return Self.comparison(version, frames, transformation, header: header, elements: [], isIdentical: false, judgement: judgement)
    }

    /// Pixels of which no picture can be shown: the bytes.
    private static func raw(_ file: DICOMFile, _ reference: DICOMFile) -> InstanceComparison.Frame {
        func bytes(_ file: DICOMFile) -> ArraySlice<UInt8>? {
            if let native = try? PixelCodec.decode(file).1 { return native[...] }
            return file.pixelDataRange.map { file.expanded[$0] }
        }
        return bytes(file) == bytes(reference) ? .same(0) : .differs(0, obstacle: nil)
    }

    /// Frames that one version alone has.
    private static func unpaired(_ count: Int, _ originals: Int) -> [InstanceComparison.Frame] {
        guard count != originals else { return [] }
        return (min(count, originals)..<max(count, originals)).map { number in
            .differs(number, obstacle: count > originals ? "the frame was added" : "the frame is missing")
        }
    }

    private static func transformation(_ frames: [InstanceComparison.Frame], isLossy: Bool) -> HeaderDifferences.Transformation {
        var transformation = HeaderDifferences.Transformation(isTransformed: isLossy)
        for frame in frames where frame.changedSamples == nil && frame.cells.isEmpty {
            guard let content = frame.content, content.tone != nil else { continue }
            transformation.isTransformed = true
            if !content.placement.isIdentity { transformation.placement = content.placement }
        }
        return transformation
    }

    private static func comparison(
        _ version: Version, _ frames: [InstanceComparison.Frame], _ transformation: HeaderDifferences.Transformation,
        header: [InstanceComparison.Attribute]?, elements: [InstanceComparison.Element], isIdentical: Bool,
        judgement: IssuerDirectory.Judgement? = nil
    ) -> InstanceComparison {
        let order: [InstanceComparison.PixelVerdict] = [.differs, .notAssessable, .alike, .same]
        let pixels = order.first { verdict in frames.contains { $0.verdict == verdict } }
        let isDocument = version.file.pixels == nil
        let isHeaderOther = header?.contains { !$0.verdict.isExplained } ?? false
        let isOther = elements.contains { !$0.isNeutral }
        let verdict: InstanceComparison.Verdict =
            if isIdentical { .identical } else if pixels == .differs || isDocument && isOther { .differs } else if isHeaderOther || isOther
            {
                .headerDiffers
            } else if pixels == .notAssessable { .notAssessable } else if pixels == .alike { .alike } else { .same }
        return InstanceComparison(
            instance: version.file.instanceName, verdict: verdict, pixels: pixels, frames: frames,
            transformations: Self.words(transformation, frames), isHeaderChecked: header != nil, header: header ?? [], elements: elements,
            judgement: judgement)
    }

    private static func words(_ transformation: HeaderDifferences.Transformation, _ frames: [InstanceComparison.Frame]) -> [String] {
        var words: [String] = []
        let placement = transformation.placement
        if placement.orientation != .upright { words.append("turned or mirrored") }
        if placement.isResampled {
            words.append("resampled by \(placement.rowScale.shortText)")
        } else if placement.top != 0 || placement.left != 0 {
            words.append("a part, from row \(Int(-placement.top)) and column \(Int(-placement.left)) on")
        }
        if let tone = frames.lazy.compactMap(\.content?.tone).first(where: { $0 != .sameUnits }) { words.append(tone.words) }
        if transformation.isTransformed, words.isEmpty { words.append("samples of another form, or coded with loss") }
        return words
    }
}

extension InstanceComparison.Frame {
    /// Nothing more is to be said of it.
    fileprivate static func same(_ number: Int) -> Self {
        Self(
            number: number, verdict: .same, changedSamples: 0, largestChange: 0, unit: "", differences: [], isExact: true, cells: [],
            content: nil, obstacle: nil)
    }

    /// As a whole.
    fileprivate static func differs(_ number: Int, obstacle: String?) -> Self {
        Self(
            number: number, verdict: .differs, changedSamples: nil, largestChange: nil, unit: "", differences: [], isExact: true,
            cells: [], content: nil, obstacle: obstacle)
    }
}

extension IssuerDirectory.Judgement {
    /// Whether an issuer who is believed has signed.
    public var isBelieved: Bool { if case .signed = self { true } else { false } }
}

extension FileReading.Frame {
    /// Whether what is left of the mark does not allow to take it off.
    var isLost: Bool { strict.map { $0.provingBlocks == 0 && !$0.isExact } ?? false }
}

extension ContentTone {
    /// For a person.
    var words: String {
        switch self {
        case .sameUnits: "the same units"
        case .recordedWindow(let window), .knownWindow(let window):
            "shades of the window \(window.centre.shortText)/\(window.width.shortText)"
        case .foundWindow(let black, let white): "shades of a window from \(black.shortText) to \(white.shortText)"
        }
    }
}

extension Double {
    /// At most three significant decimals, without idle zeros.
    var shortText: String {
        let rounded = abs(self) >= 100 ? self.rounded() : (self * 1000).rounded() / 1000
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    }
}
