import Basics
import DICOM
public import Marks

/// Verifies files.
public struct FileVerifier: Sendable {
    private let directory: IssuerDirectory
    private let own: MarkIssuer?
    private let searches: Bool

    /// - Parameters:
    ///   - directory: the issuers that are believed.
    ///   - own: this side's issuer, which knows the blinds of its own marks.
    ///   - searches: whether a mark is looked for in parts and in turned images where it is not in its place.
    public init(directory: IssuerDirectory, own: MarkIssuer? = nil, searches: Bool = true) {
        (self.directory, self.own, self.searches) = (directory, own, searches)
    }

    /// Whether a file, or its beginning, may have a mark's private elements. Without them a mark may still be in the pixels.
    public static func claimsMark(_ bytes: [UInt8]) -> Bool {
        bytes.contains(bytes: Array(MarkElement.creator.utf8))
    }

    /// - Throws: `DICOMError` for what is no DICOM file.
    public func verify(_ bytes: [UInt8], path: String, name: String) throws -> FileVerification {
        let file = try DICOMFile(bytes: bytes, name: name)
        let reading = try FileReading(file, directory)
        let frames = reading.frames.enumerated().map { frame($1, $0, reading) }
        let signed = reading.frames.first { if case .signed = $0.judgement { true } else { false } }
        let body = (signed ?? reading.frames.first { $0.body != nil })?.body
        let header = HeaderReader.values(file.dataSet)
        let blind = blind(reading, body)
        let findings = body.flatMap { body in
            blind.map { body.binding.header.findings(header, $0, originals: HeaderReader.originals(file.dataSet)) }
        }
        let chain = reading.chain
        let chainFindings = body.map { body in
            chain.findings(
                directory, head: body.binding.custodyHead,
                imageDigest: FileMarker.digest(ofFrames: reading.frames.map { $0.body?.imageDigest ?? [] }))
        }
        return FileVerification(
            path: path, name: name, verdict: verdict(reading, frames, findings ?? [], chainFindings ?? []), frames: frames,
            judgement: (signed ?? reading.frames.first { $0.judgement != nil })?.judgement, binding: body?.binding,
            isHeaderChecked: findings != nil, headerFindings: findings ?? [], header: header, chain: chain,
            chainFindings: chainFindings ?? [], manifest: manifest(reading, body), present: present(reading, name),
            series: file.dataSet.string(.seriesInstanceUID) ?? "", place: SeriesPlace(of: file.dataSet),
            isRestorable: reading.element.map { _ in (try? FileUnmarker.restore(reading))?.isExact ?? false })
    }

    /// The element's blind, or the one that this side derives for its own mark of the instance that the header names.
    private func blind(_ reading: FileReading, _ body: MarkBody?) -> HeaderBlind? {
        if let element = reading.element, let blind = HeaderBlind(bytes: element.blind) { return blind }
        guard let own, let body, body.binding.issuer == own.identifier else { return nil }
        return try? HeaderBlind(issuer: own, instance: reading.file.instanceName)
    }

    /// The element's manifest, if it is the one whose root was signed.
    private func manifest(_ reading: FileReading, _ body: MarkBody?) -> SeriesManifest? {
        guard let body, let element = reading.element, let manifest = try? SeriesManifest(bytes: element.manifest),
            manifest.root == body.binding.seriesRoot
        else { return nil }
        return manifest
    }

    private func present(_ reading: FileReading, _ name: String) -> [SeriesManifest.Present] {
        reading.frames.enumerated().map { index, frame in
            SeriesManifest.Present(
                file: name, instance: reading.file.instanceName, frame: index, markedDigest: frame.body?.imageDigest,
                seriesRoot: frame.body?.binding.seriesRoot)
        }
    }

    private func frame(_ frame: FileReading.Frame, _ index: Int, _ reading: FileReading) -> FileVerification.Frame {
        let isLost = frame.verdict == .notMarked || frame.verdict == .unreadable
        let image = reading.pixels.images.indices.contains(index) ? reading.pixels.images[index] : nil
        let rearrangement =
            if searches, isLost, frame.strict?.provingBlocks == 0, let image {
                rearrangement(image, reading.element.flatMap { $0.bodies.indices.contains(index) ? $0.bodies[index] : nil })
            } else { nil as FileVerification.Rearrangement? }
        return FileVerification.Frame(number: index, reading: frame.strict, verdict: frame.verdict, rearrangement: rearrangement)
    }

    private func rearrangement(_ image: MarkImage, _ body: MarkElement.Body?) -> FileVerification.Rearrangement? {
        if let orientation = OrientationSearch.find(image) {
            let turned = StrictReader(directory: directory).read(image.mapped(orientation.applied))
            return FileVerification.Rearrangement(
                orientation: orientation, origin: nil, identifier: turned.identifier, provingBlocks: turned.provingBlocks)
        }
        guard let crop = CropSearch.find(image) else { return nil }
        let columns = body.map { MarkGrid(height: $0.rows, width: $0.columns).columns } ?? crop.gridColumns
        let origin = columns.flatMap { crop.origin(gridColumns: $0) }
        return FileVerification.Rearrangement(
            orientation: nil, origin: origin.map { [$0.row, $0.column] }, identifier: crop.identifier, provingBlocks: crop.blocks.count)
    }

    /// The worst of what was found; what nobody has signed is judged no further.
    private func verdict(
        _ reading: FileReading, _ frames: [FileVerification.Frame], _ header: [HeaderFinding], _ chain: [CustodyChain.Finding]
    ) -> FileVerification.Verdict {
        if frames.contains(where: { $0.rearrangement != nil }) { return .rearranged }
        let verdicts = Set(frames.map(\.verdict))
        if verdicts == [.notMarked] { return reading.element == nil ? .notMarked : .unreadable }
        let isUnknown = reading.frames.contains { if case .unknownIssuer = $0.judgement { true } else { false } }
        if verdicts.contains(.forged) { return .forged }
        if verdicts.contains(.foreign) { return .foreign }
        if verdicts.contains(.tampered) { return .tampered }
        if isUnknown { return .unknownIssuer }
        if verdicts.contains(.unreadable) || verdicts.contains(.notMarked) { return .unreadable }
        if header.contains(where: { $0.verdict != .coerced }) { return .headerChanged }
        let broken = chain.contains { if case .unknownService = $0 { false } else { true } }
        if broken { return .custodyBroken }
        return verdicts.contains(.markTouched) ? .markTouched : .intact
    }
}
