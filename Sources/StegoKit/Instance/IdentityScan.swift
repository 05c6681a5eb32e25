import DICOM

/// Looks for a patient's identity in bytes that are to travel in the open.
///
/// Codestreams that pass through untouched may carry comments of the software that made them.
struct IdentityScan {
    /// Shorter texts occur in compressed data by chance.
    private static let shortestText = 5

    private let texts: [[UInt8]]

    /// Looks for the names and numbers by which a data set identifies its patient and study.
    init(of dataSet: DataSet) {
        let tags: [Tag] = [.patientName, .patientID, .accessionNumber, .studyInstanceUID, .sopInstanceUID, .institutionName]
        texts = tags.flatMap { tag -> [[UInt8]] in
            guard let value = dataSet[tag]?.bytes else { return [] }
            return value.split { $0 == UInt8(ascii: "^") || $0 == UInt8(ascii: "\\") || $0 == 0x20 || $0 == 0 }.map(Array.init)
        }
        .filter { $0.count >= Self.shortestText }
    }

    /// Whether one of the texts occurs in `bytes`. Time proportional to the bytes times the number of texts.
    func finds(in bytes: ArraySlice<UInt8>) -> Bool {
        texts.contains { text in
            bytes.indices.contains { start in
                bytes[start] == text[0] && bytes[start...].starts(with: text)
            }
        }
    }
}
