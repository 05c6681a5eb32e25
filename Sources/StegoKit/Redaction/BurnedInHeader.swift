import DICOM

/// A header's statements about text in its image's pixels, and the suspicion with which the pixels are to be looked at.
///
/// What it says in favour of an image is not believed: Burned In Annotation `NO` is wrong too often (docs/redaction.md has the table).
struct BurnedInHeader {
    /// How closely the pixels are looked at.
    enum Suspicion {
        /// Not at all: the values are no picture that anybody writes upon.
        case none
        case counts, unsuspected, suspected, blurred
    }

    private let dataSet: DataSet
    private let description: PixelDescription
    private let transferSyntax: TransferSyntax
    private let modality: String
    private let imageType: [String]
    private let sopClass: String

    init(_ dataSet: DataSet, _ description: PixelDescription, _ transferSyntax: TransferSyntax) {
        self.dataSet = dataSet
        self.description = description
        self.transferSyntax = transferSyntax
        modality = dataSet.string(.modality)?.uppercased() ?? ""
        imageType = dataSet.strings(.imageType).map { $0.uppercased() }
        sopClass = dataSet.uid(.sopClassUID) ?? ""
    }

    // MARK: The whole image

    /// Why all of the image is text; `nil` where it is not known to be.
    var documentReason: String? {
        if ["DF", "DI", "SD"].contains(conversionType) { return "digitised document" }
        if modality == "DOC" { return "document" }
        if isSecondaryCapture, description.bitsStored == 1 { return "captured document" }
        if imageType.contains(where: { type in Self.reportTypes.contains { type.contains($0) } }) { return "report" }
        let series = dataSet.string(.seriesDescription)?.lowercased() ?? ""
        if !isPrimary, Self.reportWords.contains(where: { series.contains($0) }) { return "report" }
        return nil
    }

    private static let reportTypes = ["REPORTDATA", "DEMOGRAPHICDATA", "DOSE", "SCREEN SAVE"]
    private static let reportWords = ["dose", "report", "protocol", "ava", "capture"]

    // MARK: Looking

    var suspicion: Suspicion {
        if Self.valueClasses.contains(sopClass) { return .none }
        if isLossy { return .blurred }
        if isOftenWrittenUpon { return .suspected }
        return switch modality {
        case "NM", "PT": .counts
        case "CR", "DX", "MG", "XA": .suspected
        default: .unsuspected
        }
    }

    /// Whether a person should know that the image probably shows text.
    var isProbable: Bool {
        ["US", "IVUS", "SC", "DOC"].contains(modality) || isSecondaryCapture || saysSo || documentReason != nil
    }

    /// Burned In Annotation is `YES`.
    var saysSo: Bool { dataSet.string(.burnedInAnnotation)?.uppercased() == "YES" }

    var isUltrasound: Bool { ["US", "IVUS"].contains(modality) }

    /// Segmentations, label maps, doses, parametric maps: numbers of a program.
    private static let valueClasses = Set(["66.4", "66.7", "481.2", "30"].map { "1.2.840.10008.5.1.4.1.1." + $0 })

    private var conversionType: String { dataSet.string(.conversionType)?.uppercased() ?? "" }

    private var isSecondaryCapture: Bool {
        sopClass == Self.secondaryCapture || sopClass.hasPrefix(Self.secondaryCapture + ".")
    }

    private static let secondaryCapture = "1.2.840.10008.5.1.4.1.1.7"

    private var isPrimary: Bool { imageType.starts(with: ["ORIGINAL", "PRIMARY"]) }

    /// Its text was compressed with loss, or may have been before the image became what it is.
    private var isLossy: Bool {
        dataSet.string(.lossyImageCompression) == "01" || transferSyntax.isLossless == false
            || transferSyntax.isEncapsulated && transferSyntax.isLossless == nil
            || description.bitsStored <= 8 && Self.screenModalities.contains(modality)
    }

    private var isOftenWrittenUpon: Bool {
        Self.screenModalities.contains(modality) || isSecondaryCapture || ["DV", "DRW", "SYN", "WSD"].contains(conversionType)
            || imageType.isEmpty || imageType.contains { $0 == "DERIVED" || $0 == "SECONDARY" }
            || Self.captureDevice.contains { dataSet[$0] != nil } || description.samplesPerPixel > 1
            || description.photometricInterpretation == "PALETTE COLOR"
    }

    private static let screenModalities: Set = ["US", "IVUS", "ES", "GM", "XC", "OT", "OP", "SM", "RF", "SC", ""]

    /// Secondary Capture Device ID, Manufacturer, Manufacturer's Model Name, Software Versions; Hardcopy and Video Image Format Acquired.
    private static let captureDevice = [0x1010, 0x1016, 0x1018, 0x1019, 0x101A, 0x1022, 0x1023].map { Tag(0x0018, $0) }
}
