import Basics
import DICOM

/// The record that turns a stego instance back into its original: everything of the original but its pixel values, the digests that prove
/// the result, and the parameters of the way back. Format: docs/formats/record.md.
struct Record: Equatable, Sendable {
    /// How the original's pixel value is made again from the stego instance.
    enum Restoration: Equatable, Sendable {
        /// Native pixel data: the sample words, laid out and with the bytes ordered as the original had them.
        case native(SampleWords, NativePixelOrder)
        /// Losslessly encapsulated pixel data: the sample words, encoded again in the original's transfer syntax.
        /// With `edits` where the sender saw that these make the original's value of it, byte for byte.
        case reencoded(SampleWords, transferSyntax: String, edits: ByteEdits?)
        /// The stego file's pixel value, with what was taken out of it put back, its bytes ordered as the original had them.
        case verbatim(NativePixelOrder, ByteEdits)
        /// The whole original is in ``Record/header``; the stego file shows no image of it.
        case enclosed
    }

    /// How the original lays its samples out in words, where that differs from what the stego file says.
    struct SampleWords: Equatable, Sendable {
        var highBit: Int
        var colorByPlane: Bool
        var unusedBits: UnusedBits
    }

    /// The parameters that make a deflated file (PS3.5 §A.5) of its inflated form.
    struct Deflation: Equatable, Sendable {
        var parameters: DeflateParameters
        /// Where the data set begins: the file meta information before it is never deflated.
        var dataSetOffset: Int
    }

    var restoration: Restoration
    var originalByteCount: Int
    var originalDigest: ContentDigest
    /// Of the native little-endian pixel values; present where the file's digest alone cannot prove the result.
    var pixelDigest: ContentDigest?
    /// How the restored, still inflated file is deflated again; `nil` when the original is not deflated.
    var deflation: Deflation?
    /// The bytes of the original before its pixel value.
    var header: [UInt8]
    /// The bytes of the original after its pixel value.
    var trailer: [UInt8]
    /// The regions that were filled before the samples were shown (``RedactionCoding``), empty where the sealed element holds them; `nil`
    /// where nothing was filled.
    var redaction: [UInt8]?
    /// The keys that open the samples that the stego file shows, where they are enciphered.
    var pixelCipher: PixelCipherKeys?
    /// Optional parts of a later version, kept as they were read.
    var unknownParts: [NumberedParts.Part] = []
}

/// The identity of an instance in little: it goes into the pixels when the whole record does not fit there.
///
/// The whole record then rides in the sealed private element. Where an archive has stripped that element, this much still opens
/// from the pixels: the patient, the study, and digests that prove the pixel values.
struct IdentityExcerpt: Equatable, Sendable {
    var originalDigest: ContentDigest
    var pixelDigest: ContentDigest
    /// A small DICOM file of the identifying elements.
    var file: [UInt8]
    /// Optional parts of a later version, kept as they were read.
    var unknownParts: [NumberedParts.Part] = []

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
