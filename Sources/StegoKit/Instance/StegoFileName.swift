import DICOM

/// What a stego file is called where it is kept: names at the clinic are names of patients often enough.
public enum StegoFileName {
    /// `<StudyInstanceUID>/<SOPInstanceUID>.dcm`, of the stego file's own anonymous UIDs.
    ///
    /// - Parameter stego: the file's bytes.
    /// - Throws: ``DICOMError`` when this is no DICOM file, or one without these UIDs.
    public static func path(of stego: [UInt8]) throws -> String {
        let dataSet = try DICOMFile(bytes: stego, name: "the stego file").dataSet
        guard let study = dataSet.uid(.studyInstanceUID), let instance = dataSet.uid(.sopInstanceUID) else {
            throw DICOMError(.malformed, "there are no UIDs to name the stego file by")
        }
        return "\(study)/\(instance).dcm"
    }
}
