import Basics
import DICOM

/// An original that is being sealed, and what several ways of sealing need to know of it.
struct Original {
    /// Without its pixel value, where it is read by frames.
    let file: DICOMFile
    let byteCount: Int
    let digest: ContentDigest
    /// Finds what identifies the patient in what is to travel in the open; `nil` when nothing of the file does.
    let scan: IdentityScan?
    /// How its data set was deflated, found out once for all ways of sealing; `nil` when it is not deflated or shows no image.
    private let deflation: Result<Record.Deflation, any Error>?

    /// - Parameter isEnclosed: nothing of it will be taken apart.
    init(file: DICOMFile, isEnclosed: Bool = false) {
        self.init(file: file, byteCount: file.bytes.count, digest: ContentDigest(of: file.bytes), isEnclosed: isEnclosed)
    }

    /// - Parameters:
    ///   - byteCount: of the whole file.
    ///   - digest: of the whole file.
    init(file: DICOMFile, byteCount: Int, digest: ContentDigest, isEnclosed: Bool = false) {
        self.file = file
        self.byteCount = byteCount
        self.digest = digest
        scan = file.pixels != nil && !isEnclosed ? IdentityScan(of: file) : nil
        deflation = file.transferSyntax.isDeflated && file.pixels != nil && !isEnclosed ? Result { try Self.deflation(of: file) } : nil
    }

    /// One whose digest was found out while its frames were looked at.
    init(surveyed original: Original, digest: ContentDigest) {
        file = original.file
        byteCount = original.byteCount
        self.digest = digest
        scan = original.scan
        deflation = original.deflation
    }

    /// The part of codestreams that decoding needs must hold nothing that identifies the patient.
    ///
    /// - Throws: ``StegoError`` `.notReversible`.
    func requireNothingIdentifying(inCodestreams texts: [ArraySlice<UInt8>]) throws(StegoError) {
        try Self.requireNothingIdentifying(inCodestreams: texts, by: scan)
    }

    /// - Parameter total: how many bytes of codestreams there are in all, where these are those of one frame.
    static func requireNothingIdentifying(
        inCodestreams texts: [ArraySlice<UInt8>], by scan: IdentityScan?, of total: Int? = nil
    ) throws(StegoError) {
        guard scan?.finds(in: texts, of: total) != true else {
            throw StegoError(.notReversible, "Something that identifies the patient stands in what its codestreams need.")
        }
    }

    /// Nor must samples. Some scanners write a header into the first rows, and a damaged file has anything there.
    ///
    /// - Parameter total: how many bytes of samples there are in all, where these are those of one frame.
    /// - Throws: ``StegoError`` `.identifying`; `DICOMError` for words that are no whole bytes.
    func requireNothingIdentifying(inSamples native: [UInt8], _ description: PixelDescription, of total: Int? = nil) throws {
        try Self.requireNothingIdentifying(native, description, by: scan, of: total)
    }

    static func requireNothingIdentifying(
        _ native: [UInt8], _ description: PixelDescription, by scan: IdentityScan?, of total: Int? = nil
    ) throws {
        // What stands above the stored bits is taken out in any case.
        guard let scan, scan.finds(in: [native[...]], of: total),
            scan.finds(in: [try StoredBits.cleared(native, description)[...]], of: total)
        else { return }
        throw StegoError(.identifying, "Something that identifies the patient stands as text in its samples.")
    }

    /// A record with everything but the pixel value.
    ///
    /// - Throws: ``StegoError`` `.notReversible` for a deflated file whose stream no known deflate setting reproduces.
    /// - Parameter redaction: as of ``Record/redaction``.
    func record(restoration: Record.Restoration, pixelDigest: ContentDigest?, redaction: [UInt8]? = nil) throws -> Record {
        let pixelRange = file.pixelDataRange ?? file.expanded.endIndex..<file.expanded.endIndex
        return Record(
            restoration: restoration, originalByteCount: byteCount, originalDigest: digest, pixelDigest: pixelDigest,
            deflation: try deflation?.get(), header: Array(file.expanded[..<pixelRange.lowerBound]),
            trailer: Array(file.expanded[pixelRange.upperBound...]), redaction: redaction)
    }

    /// A record that is the whole original.
    ///
    /// - Parameter bytes: all of it.
    func enclosingRecord(_ bytes: [UInt8]) -> Record {
        Record(
            restoration: .enclosed, originalByteCount: byteCount, originalDigest: digest, pixelDigest: nil, deflation: nil,
            header: bytes, trailer: [])
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
