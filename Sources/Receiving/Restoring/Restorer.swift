import Basics
import DICOM
import Files
import Foundation
import Logging
import Protocol
import StegoKit

/// Restores arrived stego files. It blocks, for as long as the file takes.
protocol InstanceRestoring: Sendable {
    func restore(_ instance: ArrivedInstance, key: StudyKey, within charge: Int) throws -> Restoration

    /// Whether the last attempt, which did not come to its end, got further than the one before.
    func hasAdvanced(_ instance: ArrivedInstance) -> Bool
}

extension InstanceRestoring {
    func hasAdvanced(_ instance: ArrivedInstance) -> Bool { false }
}

/// The outcome of an attempt to restore a file.
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
    private static let log = Logger(label: "veilray.restore")

    /// Restores the file that the manifest's entry announced, and writes it, without a name yet, to its file system.
    ///
    /// - Parameter charge: bytes of pixels that the caller has made room for.
    /// - Throws: `StegoError` for a file that will never be restored; ``ReceivingError`` `.spoolLoss` when it has to come again; other
    ///   ``ReceivingError``s and `FileError` when it can be tried again.
    func restore(_ instance: ArrivedInstance, key: StudyKey, within charge: Int) throws -> Restoration {
        // Before the work that would be for nothing.
        for folder in [publisher.root, stegoKeeper?.root].compactMap(\.self) { _ = try folder.open() }
        if max(instance.stegoBytes, instance.byteCount) >= InstanceSealer.leastFramedByteCount,
            let restored = try restoredByFrames(instance, key)
        {
            return .restored(restored)
        }
        let stego = try spool.read(instance)
        do {
            let parsed = try StegoFile(stego, name: instance.path)
            // A short file of long samples: of many frames, a few are in memory.
            let isLarge = parsed.file.pixels.map { InstanceSealer.isLarge($0) } ?? false
            let isOfOneFrame = parsed.file.pixels?.frames == 1
            if isLarge, !isOfOneFrame, let restored = try restoredByFrames(instance, key) { return .restored(restored) }
            let pixelBytes = pixelBytes(of: parsed.file)
            guard pixelBytes <= charge else { return .needsRoom(bytes: pixelBytes) }
            if isLarge, isOfOneFrame, let restored = try restoredByFrames(instance, key) { return .restored(restored) }
            return .restored(try restore(instance, parsed, key))
        } catch {
            guard Self.isVerdict(error) else { throw error }
            // A verdict for good, which only the file that came may be given, not whatever lies in its place.
            guard ContentDigest(of: stego) == instance.stegoDigest else { throw ReceivingError.spoolLoss }
            throw error
        }
    }

    func hasAdvanced(_ instance: ArrivedInstance) -> Bool {
        (try? publisher.root.open()).map { UnfinishedRestoration(in: $0, instance).hasAdvanced } ?? false
    }

    /// - Returns: `nil` where it has to be restored as a whole.
    private func restoredByFrames(_ instance: ArrivedInstance, _ key: StudyKey) throws -> RestoredFile? {
        let source = try spool.source(instance)
        let unfinished = UnfinishedRestoration(in: try publisher.root.open(), instance)
        do {
            let revealed = try InstanceRevealer().revealFrames(
                of: source, name: instance.path, as: expectation(of: instance), checkpoint: unfinished.checkpoint()
            ) { _ in
                key
            } into: {
                PendingSink(try publisher.make(for: path(instance, nil)))
            }
            guard let (restored, sink) = revealed else { return nil }
            if restored.takenFrames > 0 {
                Self.log.notice(
                    "a file's restoring went on where it was ended",
                    metadata: ["file": "\(instance.path)", "frames": "\(restored.takenFrames)"])
            }
            guard restored.originalDigest == instance.digest else { throw Self.another }
            if let stegoKeeper, let stego = try FramedFile(source, name: instance.path) {
                try stegoKeeper.keep(source, stego.file.dataSet, of: instance)
            }
            let file = try FramedFile(sink.file.store, name: instance.path)?.file
            var result = restoredFile(
                instance, file, sink.file, digest: restored.originalDigest, exactness: restored.exactness, placement: restored.placement)
            result.unfinished = unfinished
            return result
        } catch {
            guard Self.isVerdict(error) else { throw error }
            unfinished.remove()
            guard try source.digest() == instance.stegoDigest else { throw ReceivingError.spoolLoss }
            throw error
        }
    }

    private func expectation(of instance: ArrivedInstance) -> Expectation {
        Expectation(codecs: instance.codecs, originalByteCount: instance.byteCount, pixels: pixels)
    }

    private static let another = StegoError(.digestMismatch, "it is not the file that the manifest announced")

    /// Whether trying again would not help.
    static func isVerdict(_ error: any Error) -> Bool { error is StegoError }

    /// The bytes that a stego file's image takes natively; 0 where nothing is decoded.
    private func pixelBytes(of file: DICOMFile) -> Int {
        guard let description = file.pixels, let range = file.pixelDataRange, file.isPixelDataEncapsulated,
            (try? pixels.check(description, codestreamByteCount: range.count)) != nil
        else { return 0 }
        return description.byteCount
    }

    private func restore(_ instance: ArrivedInstance, _ stego: StegoFile, _ key: StudyKey) throws -> RestoredFile {
        let revealed = try InstanceRevealer().reveal(stego, as: expectation(of: instance)) { _ in key }
        guard revealed.originalDigest.bytes == instance.digest.bytes, revealed.exactness != .unproven else {
            throw Self.another
        }
        try stegoKeeper?.keep(stego, of: instance)
        let file = try? DICOMFile(bytes: revealed.bytes, name: instance.path)
        // Of the original's bytes the digest was taken when they were compared with it.
        let digest = revealed.exactness == .bytes ? revealed.originalDigest : ContentDigest(of: revealed.bytes)
        return restoredFile(
            instance, file, try publisher.write(revealed.bytes, for: path(instance, file)), digest: digest, exactness: revealed.exactness,
            placement: revealed.placement)
    }

    /// Where an original belongs, below the folder of restored files.
    private func path(_ instance: ArrivedInstance, _ original: DICOMFile?) -> String {
        instance.place.map { "\($0)/\(Layout.flat.path(for: instance.path, of: nil))" }
            ?? publisher.layout.path(for: instance.path, of: original)
    }

    /// - Parameter original: `nil` where it cannot be read as DICOM.
    private func restoredFile(
        _ instance: ArrivedInstance, _ original: DICOMFile?, _ file: PendingFile, digest: ContentDigest, exactness: Exactness,
        placement: RecordPlacement
    ) -> RestoredFile {
        RestoredFile(
            relativePath: path(instance, original), spare: SpareName(instance), digest: digest, byteCount: file.store.byteCount,
            exactness: exactness == .bytes ? .bytes : .pixelsAndElements, placement: placement,
            sopInstanceUID: original?.dataSet.string(.sopInstanceUID), heading: original.map { StudyHeading($0.dataSet) }, file: file)
    }
}
