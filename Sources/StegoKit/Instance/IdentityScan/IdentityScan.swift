import DICOM
import Glibc

/// Looks for what identifies a patient in bytes that are to travel in the open: the second net, behind taking out whatever decoding
/// does not need.
///
/// Every text, name, number, date and UID of the original counts, at any depth of its sequences: what PS3.15 Table E.1-1 lists is text of
/// these kinds, and so is what it does not list yet.
struct IdentityScan {
    /// One in a million is the chance that noise is taken for a text.
    private static let bitsOfCertainty = 20.0

    private let texts: Set<[UInt8]>

    init(of file: DICOMFile) { self.init(of: [file.metaInformation, file.dataSet]) }

    init(of dataSets: [DataSet]) {
        var identifying = IdentifyingTexts()
        for dataSet in dataSets { identifying.collect(dataSet, CharacterRepertoire(of: dataSet)) }
        texts = identifying.texts
    }

    /// Whether one of the texts occurs in the bytes, its ASCII letters in either case. One pass.
    ///
    /// Texts that are so short that they occur in as many random bytes by chance are not looked for.
    func finds(in bytes: [ArraySlice<UInt8>]) -> Bool {
        let count = bytes.reduce(0) { $0 + $1.count }
        guard count > 0, !texts.isEmpty else { return false }
        let needed = log2(Double(count)) + log2(Double(texts.count)) + Self.bitsOfCertainty
        let search = TextSearch(texts.filter { TextSearch.bits(of: $0) >= needed })
        return bytes.contains { search.finds(in: $0) }
    }
}
