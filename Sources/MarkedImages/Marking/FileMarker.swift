import Basics
import Crypto
import DICOM
import Foundation
public import Marks

/// Marks files.
public struct FileMarker: Sendable {
    /// A file with its mark, and what it cost.
    public struct Marked: Sendable {
        public let bytes: [UInt8]
        /// Why the pixels carry nothing; `nil` where they carry the mark.
        public let obstacle: String?
        /// Of the first frame: how the mark was put into the pixels.
        public let rung: MarkingRung?
        /// Of all frames, the worst: decibels against the range that is used; infinite where nothing was changed.
        public let peakRatio: Double
        /// The largest change of a sample in all frames.
        public let largestChange: Int32
        public let carryingBlocks: Int
        public let blockCount: Int
        public let frameCount: Int
        /// The mark without the image: to be kept apart, so that any copy can be compared with what was marked.
        public let record: TravellingRecord
    }

    private let issuer: MarkIssuer
    private let time: UInt64
    private let startPoint: MarkBinding.StartPoint
    private let operation: CustodyEntry.Operation?
    private let hasLongLeaves: Bool
    private let keepsRegion: Bool

    /// - Parameters:
    ///   - time: seconds since 1970.
    ///   - startPoint: what a first mark is put on.
    ///   - operation: what this service does; `nil` for `created` where there is no mark yet, and `received` where there is one.
    ///   - longLeaves: as in ``StrictMarker/init(issuer:longLeaves:)``.
    ///   - keepingRegion: whether the region of interest stays bit for bit as it is: blocks of 64 × 64 with a sample of it carry nothing.
    public init(
        issuer: MarkIssuer, time: UInt64, startPoint: MarkBinding.StartPoint, operation: CustodyEntry.Operation?, longLeaves: Bool = false,
        keepingRegion: Bool = false
    ) {
        (self.issuer, self.time, self.startPoint, self.operation) = (issuer, time, startPoint, operation)
        (hasLongLeaves, keepsRegion) = (longLeaves, keepingRegion)
    }

    /// Marks a file, and proves on the result that the file comes back byte for byte.
    ///
    /// - Parameter manifest: of the series that the file belongs to; it has the file's images.
    /// - Throws: `DICOMError`, `MarksError`, and `MarkedImagesError` where the file would not come back.
    public func mark(_ subject: MarkSubject, in manifest: SeriesManifest) throws -> Marked {
        let (file, pixels) = (subject.file, subject.pixels)
        let blind = try HeaderBlind(issuer: issuer, instance: subject.instance)
        let header = HeaderCommitment(HeaderReader.values(file.dataSet), blind)
        let digests = subject.digests
        let records = try pixels.contentRecords(of: file, instance: subject.instance, digests: digests)
        var chain = subject.chain
        chain.append(
            try CustodyEntry(
                operation ?? (chain.entries.isEmpty ? .created : .received), after: chain.entries.last, by: issuer, time: time,
                imageDigest: Self.digest(ofFrames: digests), header: header))
        let entries = Array(chain.entries.suffix(Self.entriesInPixels))
        func binding(_ layout: MarkLayout, frame: Int?) throws -> MarkBinding {
            try MarkBinding(
                layout: layout, entryCount: entries.count, startPoint: subject.startPoint ?? startPoint, header: header,
                seriesRoot: manifest.root,
                seriesIndex: manifest.images.firstIndex { $0.instance == subject.instance && $0.frame == frame ?? 0 } ?? 0,
                seriesCount: manifest.images.count, custodyHead: chain.head, issuer: issuer.identifier, time: time,
                contentRecordDigest: MarkElement.bound(records, frame: frame))
        }
        let region = try keepsRegion && pixels.obstacle == nil ? KeptRegion(of: file) : KeptRegion.none
        let obstacle = pixels.obstacle ?? region.obstacle
        let frames = try pixels.images.enumerated().map { frame, image in
            let identifier = ImageIdentifier(instance: subject.instance, frame: frame)
            return (
                identifier: identifier,
                marked: try StrictMarker(issuer: issuer, longLeaves: hasLongLeaves).mark(
                    image, as: identifier, entries: entries, digest: digests[frame], isUntouched: region.touches,
                    ladder: obstacle == nil ? MarkingRung.ladder : []
                ) { try binding($0, frame: frame) }
            )
        }
        var bodies = frames.map { MarkElement.Body(identifier: $0, rows: $1.image.height, columns: $1.image.width, bytes: $1.body.bytes) }
        if case .opaque(let bytes, _) = pixels {
            let identifier = ImageIdentifier(instance: subject.instance, frame: 0)
            let body = try OpaqueMark.body(for: bytes, as: identifier, signedBy: issuer, entries: entries) { try binding($0, frame: nil) }
            bodies = [MarkElement.Body(identifier: identifier, rows: 0, columns: 0, bytes: body.bytes)]
        }
        let element = MarkElement(
            bodies: bodies, blind: blind, chain: chain, manifest: manifest, originalDigest: ContentDigest(of: file.bytes),
            records: records)
        let marked = try file.bytes(
            adding: element.elements(for: file.dataSet), pixelData: Self.pixelData(file, pixels, frames.map(\.1.image)))
        try prove(marked, file, element, frames)
        return Self.summary(
            marked, TravellingRecord(instance: subject.instance, element: element), pixels,
            obstacle ?? "its pixels have too little room for a mark\(keepsRegion ? " outside its region of interest" : "")", frames.map(\.1)
        )
    }

    /// Entries of the chain in the pixels; the element has all of them.
    private static let entriesInPixels = 8

    /// The digest that a chain's entry names: that of the only frame, or SHA-256 over those of all frames.
    static func digest(ofFrames digests: [[UInt8]]) -> [UInt8] {
        digests.count == 1 ? digests[0] : Array(SHA256.hash(data: digests.flatMap { $0 }))
    }

    private static func pixelData(_ file: DICOMFile, _ pixels: FilePixels, _ images: [MarkImage]) -> [UInt8]? {
        guard case .carrying(let samples) = pixels, let order = file.nativePixelOrder else { return nil }
        return order.stored(samples.native(carrying: images))
    }

    /// Reads the mark in the file's pixels alone and takes it off again; the element has to be there as it was made, and the file as it was before.
    private func prove(
        _ marked: [UInt8], _ original: DICOMFile, _ element: MarkElement,
        _ frames: [(identifier: ImageIdentifier, marked: StrictMarker.Marked)]
    ) throws {
        let file = try DICOMFile(bytes: marked, name: original.name)
        let pixels = try FilePixels(of: file)
        let images = zip(pixels.images, frames).compactMap { image, frame in
            frame.marked.rung == nil ? image : image.proven(as: frame.identifier, frame.marked.body)
        }
        guard images.count == frames.count, MarkElement(in: file.dataSet) == element,
            try FileUnmarker.unmarkedBytes(file, pixels, images) == original.bytes
        else {
            throw MarkedImagesError(.badData, "\(original.name): the file would not come back byte for byte, so it is not marked")
        }
    }

    /// - Parameter obstacle: why the pixels carry nothing, if they do not.
    private static func summary(
        _ bytes: [UInt8], _ record: TravellingRecord, _ pixels: FilePixels, _ obstacle: String, _ frames: [StrictMarker.Marked]
    ) -> Marked {
        let ratios = zip(pixels.images, frames).map { image, marked -> Double in
            let (least, greatest) = image.carrier.samples.reduce((Int32.max, Int32.min)) { (min($0.0, $1), max($0.1, $1)) }
            let range = Double(max(1, greatest - least))
            return marked.meanSquaredChange == 0 ? .infinity : 10 * log10(range * range / marked.meanSquaredChange)
        }
        let isCarried = frames.contains { $0.rung != nil }
        return Marked(
            bytes: bytes, obstacle: isCarried ? nil : obstacle,
            rung: frames.first?.rung, peakRatio: ratios.min() ?? .infinity, largestChange: frames.map(\.largestChange).max() ?? 0,
            carryingBlocks: frames.reduce(0) { $0 + $1.carryingBlocks }, blockCount: frames.reduce(0) { $0 + $1.blockCount },
            frameCount: frames.count, record: record)
    }
}
