import Basics
import DICOM
import Marks

/// A file as a slice of a volume that is to get a volume mark.
public struct VolumeSlice: Sendable {
    /// By what slices of one volume are known: the Frame of Reference UID and the size.
    public struct Volume: Hashable, Sendable {
        let frameOfReference: String
        let height: Int
        let width: Int
    }

    public let volume: Volume
    /// Patient ID and Study Instance UID.
    let patient: String
    let study: String
    let geometry: SliceGeometry
    /// Modality units to a stored sample of computed tomography; `nil` for other images.
    let unitsToSample: Double?
    /// The least and the greatest stored sample.
    let usedRange: ClosedRange<Int32>

    /// - Throws: `DICOMError`, `MarksError`, and `MarkedImagesError` for what is no slice of a volume, or has such a mark.
    public init(_ bytes: [UInt8], name: String) throws {
        try self.init(try DICOMFile(bytes: bytes, name: name))
    }

    init(_ file: DICOMFile) throws {
        let (name, dataSet) = (file.name, file.dataSet)
        let plane = try Self.samples(file).images[0].carrier
        guard VolumeElement(in: dataSet) == nil else {
            throw MarkedImagesError(.badData, "\(name): it carries a volume mark already; 'unmark --volume' takes it off")
        }
        guard let reference = dataSet.string(.frameOfReferenceUID), !reference.isEmpty,
            let spacing = FileContent(dataSet, isColour: false).spacing
        else {
            throw MarkedImagesError(
                .badData,
                "\(name): without a Frame of Reference UID and a Pixel Spacing it is no slice of a volume; mark it without --volume")
        }
        geometry = try SliceGeometry(
            position: dataSet.decimals(.imagePositionPatient), orientation: dataSet.decimals(.imageOrientationPatient), spacing: spacing)
        volume = Volume(frameOfReference: reference, height: plane.height, width: plane.width)
        (patient, study) = (dataSet.string(.patientID) ?? "", dataSet.string(.studyInstanceUID) ?? "")
        unitsToSample = dataSet.string(.modality) == "CT" ? abs(dataSet.decimal(.rescaleSlope) ?? 1) : nil
        usedRange = (plane.samples.min() ?? 0)...(plane.samples.max() ?? 0)
    }

    /// One frame of grey samples that may be changed.
    static func samples(_ file: DICOMFile) throws -> StoredSamples {
        switch try FilePixels(of: file) {
        case .carrying(let samples) where samples.images.count == 1 && samples.images[0].planes.count == 1: return samples
        case .carrying:
            throw MarkedImagesError(
                .badData, "\(file.name): a volume mark takes slices of one frame and of grey samples; mark it without --volume")
        case .signed(_, let obstacle), .opaque(_, let obstacle):
            throw MarkedImagesError(.badData, "\(file.name): it takes no volume mark, since \(obstacle); mark it without --volume")
        }
    }
}
