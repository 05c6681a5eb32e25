import DICOM

/// The identity of a phantom study: who it is about, obviously nobody, and its UIDs, all of them from seed and modality.
struct SyntheticStudy: Sendable {
    static let patientName = "SYNTHETIC^PHANTOM"
    static let patientIdentifier = "VEILRAY-DEMO-0001"
    static let institution = "Veilray Demonstration (synthetic)"

    let seed: UInt64
    let studyUID: String
    let seriesUID: String
    let frameOfReferenceUID: String

    private let modality: PhantomModality

    init(seed: UInt64, modality: PhantomModality) {
        self.seed = seed
        self.modality = modality
        studyUID = Self.uid("study", seed, modality)
        seriesUID = Self.uid("series", seed, modality)
        frameOfReferenceUID = Self.uid("frame of reference", seed, modality)
    }

    /// - Parameter number: the instance number, from 1.
    func instanceUID(_ number: Int) -> String {
        Self.uid("instance \(number)", seed, modality)
    }

    private static func uid(_ role: String, _ seed: UInt64, _ modality: PhantomModality) -> String {
        UniqueIdentifier.named("phantom \(modality.code) \(seed) \(role)")
    }
}
