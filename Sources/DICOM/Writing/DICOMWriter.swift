/// Writes Part 10 files strictly: explicit VR little endian, ascending tags, even lengths, defined lengths, no group lengths outside of
/// the file meta information. The same input gives the same bytes.
public struct DICOMWriter {
    /// The pixel data of a file to write.
    public enum Pixels: Sendable {
        case none
        /// Native values, little endian.
        case native([UInt8])
        case encapsulated(EncapsulatedPixels)
    }

    /// Names this software in the files that it writes (PS3.7 §D.3.3.2).
    public static let implementationClassUID = UniqueIdentifier.named("implementation class")
    /// At most 16 characters.
    public static let implementationVersionName = "VEILRAY_1"

    /// A whole file: preamble, file meta information, data set, pixel data.
    ///
    /// - Parameters:
    ///   - dataSet: must hold SOP Class UID and SOP Instance UID. A Pixel Data element or group 0002 in it is ignored.
    ///   - transferSyntax: explicit VR little endian for native or absent pixels, or the syntax of the encapsulated pixels.
    /// - Throws: `invalidValue` for a missing SOP UID, a value too long for its element, or text that cannot be written;
    ///   `unsupportedTransferSyntax` when the syntax does not go with the pixels.
    public static func write(dataSet: DataSet, transferSyntax: TransferSyntax, pixels: Pixels = .none) throws(DICOMError) -> [UInt8] {
        try check(pixels, transferSyntax)
        var encoder = try start(of: dataSet, transferSyntax)
        encoder.bytes.reserveCapacity(estimatedSize(dataSet, pixels))
        let (before, after) = try elements(of: dataSet)
        for element in before { try encoder.append(element) }
        try encoder.append(pixels, allocated: dataSet.integer(.bitsAllocated) ?? 16)
        for element in after { try encoder.append(element) }
        return encoder.bytes
    }

    /// The bytes before a data set that is kept as it came: preamble and file meta information.
    ///
    /// - Parameter source: the application that sent it.
    /// - Throws: `invalidValue` for a text that its element cannot hold.
    public static func prologue(
        sopClass: String, sopInstance: String, transferSyntax: TransferSyntax, source: ApplicationEntityTitle
    ) throws(DICOMError) -> [UInt8] {
        let meta = try metaInformation(sopClass, sopInstance, transferSyntax, source: source)
        var encoder = ElementEncoder()
        try append(meta, to: &encoder)
        return encoder.bytes
    }

    private static func append(_ meta: DataSet, to encoder: inout ElementEncoder) throws(DICOMError) {
        encoder.bytes += [UInt8](repeating: 0, count: 128)
        encoder.bytes += Array("DICM".utf8)
        try encoder.append(meta)
    }

    /// The bytes before and behind the pixel value in a file whose value is written apart from it, piece by piece.
    ///
    /// - Parameter nativeByteCount: the length of native values, an even number; `nil` for encapsulated ones.
    /// - Throws: as ``write(dataSet:transferSyntax:pixels:)``.
    public static func surroundings(
        dataSet: DataSet, transferSyntax: TransferSyntax, nativeByteCount: Int?
    ) throws(DICOMError) -> (before: [UInt8], behind: [UInt8]) {
        guard nativeByteCount == nil ? transferSyntax.isEncapsulated : transferSyntax == .explicitLittleEndian else {
            throw DICOMError(.unsupportedTransferSyntax, "\(transferSyntax) does not go with the pixels", tag: .transferSyntaxUID)
        }
        var encoder = try start(of: dataSet, transferSyntax)
        let (before, after) = try elements(of: dataSet)
        for element in before { try encoder.append(element) }
        try encoder.appendPixelDataHeader(allocated: dataSet.integer(.bitsAllocated) ?? 16, nativeByteCount: nativeByteCount)
        var behind = ElementEncoder()
        for element in after { try behind.append(element) }
        return (encoder.bytes, behind.bytes)
    }

    private static func start(of dataSet: DataSet, _ syntax: TransferSyntax) throws(DICOMError) -> ElementEncoder {
        let meta = try metaInformation(of: dataSet, syntax)
        var encoder = ElementEncoder()
        try append(meta, to: &encoder)
        return encoder
    }

    private static func elements(
        of dataSet: DataSet
    ) throws(DICOMError) -> (before: ArraySlice<DataElement>, after: ArraySlice<DataElement>) {
        let isPixelData: (DataElement) -> Bool = { $0.tag == .pixelData }
        let elements = try CharacterSetRule.applied(to: dataSet).filter { $0.tag.group > 2 && !$0.tag.isGroupLength && !isPixelData($0) }
        return (elements.prefix { $0.tag < .pixelData }, elements.drop { $0.tag < .pixelData })
    }

    private static func estimatedSize(_ dataSet: DataSet, _ pixels: Pixels) -> Int {
        switch pixels {
        case .none: 4096
        case .native(let bytes): 16384 + bytes.count
        case .encapsulated(let encapsulated): 16384 + encapsulated.fragments.reduce(0) { $0 + 12 + $1.count }
        }
    }

    private static func check(_ pixels: Pixels, _ syntax: TransferSyntax) throws(DICOMError) {
        switch pixels {
        case .none, .native:
            guard syntax == .explicitLittleEndian else {
                throw DICOMError(
                    .unsupportedTransferSyntax, "native files are written as \(TransferSyntax.explicitLittleEndian) only",
                    tag: .transferSyntaxUID)
            }
        case .encapsulated(let encapsulated):
            guard syntax.isEncapsulated else {
                throw DICOMError(
                    .unsupportedTransferSyntax, "the pixel data comes in fragments, which \(syntax) does not have", tag: .transferSyntaxUID)
            }
            guard syntax == encapsulated.transferSyntax else {
                throw DICOMError(
                    .unsupportedTransferSyntax, "the pixels are encoded as \(encapsulated.transferSyntax), not as \(syntax)",
                    tag: .transferSyntaxUID)
            }
        }
    }

    /// Group 0002 (PS3.10 Table 7.1-1).
    private static func metaInformation(of dataSet: DataSet, _ syntax: TransferSyntax) throws(DICOMError) -> DataSet {
        guard let sopClass = dataSet.uid(.sopClassUID) else {
            throw DICOMError(.invalidValue, "a file needs a valid SOP Class UID", tag: .sopClassUID)
        }
        guard let sopInstance = dataSet.uid(.sopInstanceUID) else {
            throw DICOMError(.invalidValue, "a file needs a valid SOP Instance UID", tag: .sopInstanceUID)
        }
        return try metaInformation(sopClass, sopInstance, syntax)
    }

    private static func metaInformation(
        _ sopClass: String, _ sopInstance: String, _ syntax: TransferSyntax, source: ApplicationEntityTitle? = nil
    ) throws(DICOMError) -> DataSet {
        var meta = DataSet()
        meta.set(DataElement(.fileMetaInformationVersion, .OB, bytes: [0, 1]))
        meta.set(.mediaStorageSOPClassUID, .UI, sopClass)
        meta.set(.mediaStorageSOPInstanceUID, .UI, sopInstance)
        meta.set(.transferSyntaxUID, .UI, syntax.uid)
        meta.set(.implementationClassUID, .UI, implementationClassUID)
        meta.set(.implementationVersionName, .SH, implementationVersionName)
        if let source { meta.set(.sourceApplicationEntityTitle, .AE, source.text) }
        var measure = ElementEncoder()
        try measure.append(meta)
        meta.set(.fileMetaInformationGroupLength, .UL, integers: [measure.bytes.count])
        return meta
    }
}
