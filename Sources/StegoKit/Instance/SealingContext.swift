import DICOM

/// What a sealed part is bound to, so that it opens in its own file only (the associated data of AES-GCM).
enum SealingContext {
    private static let label = Array("veilray/1 instance".utf8)

    /// Label ‖ digest of the anonymous header ‖ stego StudyInstanceUID.
    static func associatedData(of header: DataSet) -> [UInt8] {
        label + PublicHeader.digest(of: header) + Array((header.string(.studyInstanceUID) ?? "").utf8)
    }
}
