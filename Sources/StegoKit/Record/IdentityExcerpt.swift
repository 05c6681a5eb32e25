import DICOM

/// Who and what an instance is, in little: what goes into the pixels when the whole record does not fit there.
///
/// The whole record then rides in the sealed private element. Where an archive has stripped that element, this much still opens
/// from the pixels: the patient, the study, and digests that prove the pixel values.
struct IdentityExcerpt: Equatable, Sendable {
    var originalDigest: InstanceDigest
    var pixelDigest: InstanceDigest
    /// A small DICOM file of the identifying elements.
    var file: [UInt8]

    /// The elements that say who and what (PS3.3 Patient, General Study, General Series and SOP Common modules).
    static let tags: [Tag] = [
        .specificCharacterSet, .sopClassUID, .sopInstanceUID, .studyDate, .studyTime, .accessionNumber, .modality,
        .institutionName, .referringPhysicianName, .studyDescription, .patientName, .patientID, .patientBirthDate, .patientSex,
        .studyInstanceUID, .seriesInstanceUID, .studyID, .seriesNumber, .instanceNumber,
    ]

    /// The excerpt's elements of a data set.
    static func elements(of dataSet: DataSet) -> DataSet {
        var excerpt = DataSet()
        for tag in tags {
            excerpt[tag] = dataSet[tag]
        }
        return excerpt
    }
}
