import DICOM

/// An original that is being sealed, and what several ways of sealing need to know of it.
struct Original {
    let file: DICOMFile
    let digest: InstanceDigest

    init(file: DICOMFile) {
        self.file = file
        digest = InstanceDigest(of: file.bytes)
    }

    /// A record with everything but the pixel value.
    ///
    /// - Throws: ``StegoError`` `.notReversible` for a deflated file whose stream no known deflate setting reproduces.
    func record(restoration: Record.Restoration, pixelDigest: InstanceDigest?) throws -> Record {
        let pixelRange = file.pixelDataRange ?? file.expanded.endIndex..<file.expanded.endIndex
        return Record(
            restoration: restoration, originalByteCount: file.bytes.count, originalDigest: digest, pixelDigest: pixelDigest,
            deflation: try deflation(), header: Array(file.expanded[..<pixelRange.lowerBound]),
            trailer: Array(file.expanded[pixelRange.upperBound...]))
    }

    /// A record that is the whole original.
    var enclosingRecord: Record {
        Record(
            restoration: .enclosed, originalByteCount: file.bytes.count, originalDigest: digest, pixelDigest: nil, deflation: nil,
            header: file.bytes, trailer: [])
    }

    private func deflation() throws -> Record.Deflation? {
        guard file.transferSyntax.isDeflated else { return nil }
        let offset = file.dataSetOffset
        guard let parameters = DeflatedStream.parameters(reproducing: file.bytes[offset...], inflated: Array(file.expanded[offset...]))
        else {
            throw StegoError(.notReversible, "No deflate setting reproduces its compressed data set byte for byte.")
        }
        return Record.Deflation(parameters: parameters, dataSetOffset: offset)
    }
}
