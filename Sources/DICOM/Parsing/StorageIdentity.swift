/// What a file is called when it is handed to another application (PS3.4 Annex B), and where the data set that is sent begins.
public struct StorageIdentity: Sendable, Hashable {
    public let sopClassUID: String
    public let sopInstanceUID: String
    /// Of the data set as it stands in the file.
    public let transferSyntaxUID: String
    /// Bytes of preamble, prefix and file meta information, which are not sent.
    public let dataSetOffset: Int

    /// Reads the file meta information, and the data set where that does not say enough.
    ///
    /// - Parameter bytes: the file, or its beginning: then only what the file meta information says is found.
    /// - Throws: ``DICOMError``; `malformed` where the file does not say what it is.
    public init(of bytes: [UInt8]) throws(DICOMError) {
        let prologue = try FilePrologue(bytes)
        var (sopClass, instance) = (
            prologue.metaInformation.string(.mediaStorageSOPClassUID), prologue.metaInformation.string(.mediaStorageSOPInstanceUID)
        )
        if sopClass == nil || instance == nil {
            let dataSet = try DICOMFile(bytes: bytes, name: "").dataSet
            (sopClass, instance) = (sopClass ?? dataSet.string(.sopClassUID), instance ?? dataSet.string(.sopInstanceUID))
        }
        guard let sopClass, let instance, UniqueIdentifier.isValid(sopClass), UniqueIdentifier.isValid(instance) else {
            throw DICOMError(.malformed, "the file names no SOP class and instance")
        }
        sopClassUID = sopClass
        sopInstanceUID = instance
        transferSyntaxUID = prologue.transferSyntax.uid
        dataSetOffset = prologue.dataSetOffset
    }
}
