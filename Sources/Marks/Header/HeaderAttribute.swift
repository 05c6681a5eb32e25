/// An attribute of an image's header that a mark binds to the pixels.
public struct HeaderAttribute: Hashable, Sendable {
    /// The subject of an attribute. A difference weighs as much as its group does.
    public enum Group: String, Sendable, CaseIterable {
        case patient = "P"
        case study = "S"
        /// Geometry, and what the values mean.
        case geometry = "G"
        case acquisition = "A"
    }

    /// How two spellings of one value are recognised.
    public enum Kind: Sendable {
        case text
        case number
        case person
        case time
    }

    /// Group and element number (PS3.6), the group in the upper half.
    public let tag: UInt32
    /// The standard's keyword.
    public let keyword: String
    public let group: Group
    public let kind: Kind

    private init(_ tag: UInt32, _ keyword: String, _ group: Group, _ kind: Kind = .text) {
        (self.tag, self.keyword, self.group, self.kind) = (tag, keyword, group, kind)
    }

    /// All 51, in the order in which a mark has them: group by group.
    public static let all: [HeaderAttribute] = patient + study + geometry + acquisition

    private static let patient = [
        HeaderAttribute(0x0010_0020, "PatientID", .patient),
        HeaderAttribute(0x0010_0010, "PatientName", .patient, .person),
        HeaderAttribute(0x0010_0030, "PatientBirthDate", .patient),
        HeaderAttribute(0x0010_0040, "PatientSex", .patient),
        HeaderAttribute(0x0010_0021, "IssuerOfPatientID", .patient),
    ]

    private static let study = [
        HeaderAttribute(0x0020_000D, "StudyInstanceUID", .study),
        HeaderAttribute(0x0020_000E, "SeriesInstanceUID", .study),
        HeaderAttribute(0x0008_0018, "SOPInstanceUID", .study),
        HeaderAttribute(0x0008_0016, "SOPClassUID", .study),
        HeaderAttribute(0x0008_0050, "AccessionNumber", .study),
        HeaderAttribute(0x0008_0020, "StudyDate", .study),
        HeaderAttribute(0x0008_0030, "StudyTime", .study, .time),
        HeaderAttribute(0x0008_0060, "Modality", .study),
        HeaderAttribute(0x0020_0013, "InstanceNumber", .study, .number),
        HeaderAttribute(0x0020_0011, "SeriesNumber", .study, .number),
        HeaderAttribute(0x0008_0023, "ContentDate", .study),
        HeaderAttribute(0x0008_0033, "ContentTime", .study, .time),
        HeaderAttribute(0x0008_0022, "AcquisitionDate", .study),
        HeaderAttribute(0x0008_0032, "AcquisitionTime", .study, .time),
    ]

    private static let geometry = [
        HeaderAttribute(0x0028_0010, "Rows", .geometry, .number),
        HeaderAttribute(0x0028_0011, "Columns", .geometry, .number),
        HeaderAttribute(0x0028_0008, "NumberOfFrames", .geometry, .number),
        HeaderAttribute(0x0028_0002, "SamplesPerPixel", .geometry, .number),
        HeaderAttribute(0x0028_0004, "PhotometricInterpretation", .geometry),
        HeaderAttribute(0x0028_0100, "BitsAllocated", .geometry, .number),
        HeaderAttribute(0x0028_0101, "BitsStored", .geometry, .number),
        HeaderAttribute(0x0028_0102, "HighBit", .geometry, .number),
        HeaderAttribute(0x0028_0103, "PixelRepresentation", .geometry, .number),
        HeaderAttribute(0x0028_0120, "PixelPaddingValue", .geometry, .number),
        HeaderAttribute(0x0028_1052, "RescaleIntercept", .geometry, .number),
        HeaderAttribute(0x0028_1053, "RescaleSlope", .geometry, .number),
        HeaderAttribute(0x0028_1054, "RescaleType", .geometry),
        HeaderAttribute(0x0028_0030, "PixelSpacing", .geometry, .number),
        HeaderAttribute(0x0018_1164, "ImagerPixelSpacing", .geometry, .number),
        HeaderAttribute(0x0018_0050, "SliceThickness", .geometry, .number),
        HeaderAttribute(0x0020_0032, "ImagePositionPatient", .geometry, .number),
        HeaderAttribute(0x0020_0037, "ImageOrientationPatient", .geometry, .number),
        HeaderAttribute(0x0020_0052, "FrameOfReferenceUID", .geometry),
        HeaderAttribute(0x0020_0020, "PatientOrientation", .geometry),
        HeaderAttribute(0x0020_0060, "Laterality", .geometry),
        HeaderAttribute(0x0020_0062, "ImageLaterality", .geometry),
        HeaderAttribute(0x0018_0015, "BodyPartExamined", .geometry),
        HeaderAttribute(0x0018_5100, "PatientPosition", .geometry),
        HeaderAttribute(0x0018_5101, "ViewPosition", .geometry),
    ]

    private static let acquisition = [
        HeaderAttribute(0x0018_0060, "KVP", .acquisition, .number),
        HeaderAttribute(0x0008_0070, "Manufacturer", .acquisition),
        HeaderAttribute(0x0008_1090, "ManufacturerModelName", .acquisition),
        HeaderAttribute(0x0018_1000, "DeviceSerialNumber", .acquisition),
        HeaderAttribute(0x0018_1210, "ConvolutionKernel", .acquisition),
        HeaderAttribute(0x0018_0080, "RepetitionTime", .acquisition, .number),
        HeaderAttribute(0x0018_0081, "EchoTime", .acquisition, .number),
    ]
}
