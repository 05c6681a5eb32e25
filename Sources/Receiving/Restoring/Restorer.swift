import Basics
import DICOM
import Files
import Foundation
import Protocol
import StegoKit

/// Restores arrived stego files. It blocks, for as long as the file takes.
protocol InstanceRestoring: Sendable {
    func restore(_ instance: ArrivedInstance, key: StudyKey, within charge: Int) throws -> Restoration
}

/// How an attempt to restore a file went.
enum Restoration: Sendable {
    case restored(RestoredFile)
    /// Its pixels take more bytes than there is room for yet: these. Nothing large was decoded.
    case needsRoom(bytes: Int)
}

/// Restores one arrived stego file; runs on a thread of its own.
struct Restorer: InstanceRestoring {
    let spool: SpoolFolder
    let publisher: Publisher
    /// Where stego files are kept as they came; `nil` where they are not.
    let stegoKeeper: StegoKeeper?
    /// How large an image may be that is decoded.
    var pixels = DecodingLimit()

    /// Restores the file that the manifest's entry announced, and writes it, without a name yet, to its file system.
    ///
    /// - Parameter charge: bytes of pixels that the caller has made room for.
    /// - Throws: `StegoError` for a file that will never be restored; ``ReceivingError`` `.spoolLoss` when it has to come again; other
    ///   ``ReceivingError``s and `FileError` when it can be tried again.
    func restore(_ instance: ArrivedInstance, key: StudyKey, within charge: Int) throws -> Restoration {
        // Before the work that would be for nothing.
        for folder in [publisher.root, stegoKeeper?.root].compactMap(\.self) { _ = try folder.open() }
        let stego = try spool.read(instance)
        do {
            let parsed = try StegoFile(stego, name: instance.path)
            let pixelBytes = pixelBytes(of: parsed.file)
            guard pixelBytes <= charge else { return .needsRoom(bytes: pixelBytes) }
            return .restored(try restore(instance, parsed, key))
        } catch {
            guard Self.isVerdict(error) else { throw error }
            // A verdict for good, which only the file that came may be given, not whatever lies in its place.
            guard ContentDigest(of: stego) == instance.stegoDigest else { throw ReceivingError.spoolLoss }
            throw error
        }
    }

    /// Whether trying again would not help.
    static func isVerdict(_ error: any Error) -> Bool { error is StegoError }

    /// What a stego file's image takes natively; 0 where nothing is decoded.
    private func pixelBytes(of file: DICOMFile) -> Int {
        guard let description = file.pixels, let range = file.pixelDataRange, file.isPixelDataEncapsulated,
            (try? pixels.check(description, codestreamByteCount: range.count)) != nil
        else { return 0 }
        return description.byteCount
    }

    private func restore(_ instance: ArrivedInstance, _ stego: StegoFile, _ key: StudyKey) throws -> RestoredFile {
        let revealed = try InstanceRevealer().reveal(
            stego, as: Expectation(codecs: instance.codecs, originalByteCount: instance.byteCount, pixels: pixels)
        ) { _ in key }
        guard revealed.originalDigest.bytes == instance.digest.bytes, revealed.exactness != .unproven else {
            throw StegoError(.digestMismatch, "it is not the file that the manifest announced")
        }
        try stegoKeeper?.keep(stego, of: instance)
        let file = try? DICOMFile(bytes: revealed.bytes, name: instance.path)
        let path =
            instance.place.map { "\($0)/\(Layout.flat.path(for: instance.path, of: nil))" }
            ?? publisher.layout.path(for: instance.path, of: file)
        return RestoredFile(
            relativePath: path, spare: SpareName(instance), digest: ContentDigest(of: revealed.bytes), byteCount: revealed.bytes.count,
            exactness: revealed.exactness == .bytes ? .bytes : .pixelsAndElements, placement: revealed.placement,
            sopInstanceUID: file?.dataSet.string(.sopInstanceUID), heading: file.map { StudyHeading($0.dataSet) },
            file: try publisher.write(revealed.bytes, for: path))
    }
}
