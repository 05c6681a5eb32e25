import DICOM

/// An original that is being sealed, and what several ways of sealing need to know of it.
struct Original {
    let file: DICOMFile
    let digest: InstanceDigest
    /// How its data set was deflated, found out once for all ways of sealing; `nil` when it is not deflated or shows no image.
    private let deflation: Result<Record.Deflation, any Error>?

    /// - Parameter isEnclosed: nothing of it will be taken apart.
    init(file: DICOMFile, isEnclosed: Bool = false) {
        self.file = file
        digest = InstanceDigest(of: file.bytes)
        deflation = file.transferSyntax.isDeflated && file.pixels != nil && !isEnclosed ? Result { try Self.deflation(of: file) } : nil
    }

    /// A record with everything but the pixel value.
    ///
    /// - Throws: ``StegoError`` `.notReversible` for a deflated file whose stream no known deflate setting reproduces.
    func record(restoration: Record.Restoration, pixelDigest: InstanceDigest?) throws -> Record {
        let pixelRange = file.pixelDataRange ?? file.expanded.endIndex..<file.expanded.endIndex
        return Record(
            restoration: restoration, originalByteCount: file.bytes.count, originalDigest: digest, pixelDigest: pixelDigest,
            deflation: try deflation?.get(), header: Array(file.expanded[..<pixelRange.lowerBound]),
            trailer: Array(file.expanded[pixelRange.upperBound...]))
    }

    /// A record that is the whole original.
    var enclosingRecord: Record {
        Record(
            restoration: .enclosed, originalByteCount: file.bytes.count, originalDigest: digest, pixelDigest: nil, deflation: nil,
            header: file.bytes, trailer: [])
    }

    private static func deflation(of file: DICOMFile) throws -> Record.Deflation {
        let offset = file.dataSetOffset
        let inflated = Array(file.expanded[offset...])
        guard let parameters = try DeflatedStream.parameters(reproducing: file.bytes[offset...], inflated: inflated) else {
            throw StegoError(.notReversible, "No deflate setting that was tried reproduces its compressed data set byte for byte.")
        }
        return Record.Deflation(parameters: parameters, dataSetOffset: offset)
    }
}
