import Basics
import DICOM
import Marks

/// What a volume's identity code is made of.
public enum VolumeIdentity: String, CaseIterable, Sendable {
    /// Patient ID.
    case patient
    /// Study Instance UID.
    case study
}

/// Puts a site's shells into the slices of one volume.
public struct VolumeMarker: Sendable {
    private let mark: VolumeMark

    /// - Parameters:
    ///   - siteKey: 32 secret bytes.
    ///   - slices: all of one volume.
    /// - Throws: `MarksError`, and `MarkedImagesError` where the slices do not say whose they are.
    public init(siteKey: [UInt8], slices: [VolumeSlice], identity: VolumeIdentity) throws {
        guard let first = slices.first, slices.allSatisfy({ $0.volume == first.volume }) else {
            throw MarkedImagesError(.badData, "the slices are not of one volume")
        }
        let names = Set(slices.map { identity == .patient ? $0.patient : $0.study })
        guard names.count == 1, let name = names.first, !name.isEmpty else {
            throw MarkedImagesError(
                .badData,
                "the slices of the volume \(first.volume.frameOfReference) do not agree on one "
                    + "\(identity == .patient ? "Patient ID" : "Study Instance UID"); mark it without --volume")
        }
        let units: Double
        if let known = first.unitsToSample {
            units = known
        } else {
            // As if the values that are used were the 4096 of computed tomography.
            let (least, greatest) = (slices.map(\.usedRange.lowerBound).min() ?? 0, slices.map(\.usedRange.upperBound).max() ?? 0)
            units = 4096 / Double(max(1, greatest - least))
        }
        mark = try .tomography(
            key: try VolumeMarkKey(siteKey: siteKey, series: first.volume.frameOfReference), identity: name, unitsToSample: units,
            height: first.volume.height, width: first.volume.width, slices: slices.map(\.geometry))
    }

    /// A slice's file with the mark, and the note that takes it off again in a private element. Proven on the result.
    ///
    /// - Throws: `DICOMError`, `MarksError`, and `MarkedImagesError` where the file would not come back.
    public func mark(_ bytes: [UInt8], name: String, siteKey: [UInt8]) throws -> [UInt8] {
        let file = try DICOMFile(bytes: bytes, name: name)
        let slice = try VolumeSlice(file)
        let samples = try VolumeSlice.samples(file)
        let (marked, note) = mark.embed(in: samples.images[0].carrier, at: slice.geometry)
        let element = VolumeElement(note: note, originalDigest: ContentDigest(of: bytes))
        let result = try file.bytes(
            adding: element.elements(for: file.dataSet),
            pixelData: file.nativePixelOrder.map { $0.stored(samples.native(carrying: [MarkImage(marked)])) })
        guard try VolumeUnmarker.restore(result, name: name, siteKey: siteKey).bytes == bytes else {
            throw MarkedImagesError(.badData, "\(name): the file would not come back byte for byte, so it gets no volume mark")
        }
        return result
    }
}
