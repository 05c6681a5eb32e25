import Basics
import DICOM
import Files
import Foundation
import Protocol
import StegoKit

/// Restores arrived stego files. It blocks, for as long as the file takes.
protocol InstanceRestoring: Sendable {
    func restore(_ instance: ArrivedInstance, key: StudyKey, within charge: Int) throws -> RestoredFile
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
    /// - Throws: ``LargerThanCharged`` before anything large was decoded; ``StegoError`` for what will never be restored; ``SpoolLoss`` when
    ///   it has to come again; ``FileError`` and ``FolderAway`` when it can be tried again.
    func restore(_ instance: ArrivedInstance, key: StudyKey, within charge: Int) throws -> RestoredFile {
        // Before the work that would be for nothing.
        for folder in [publisher.root, stegoKeeper?.root].compactMap(\.self) { _ = try folder.open() }
        let stego = try spool.read(instance)
        do {
            let pixelBytes = pixelBytes(of: stego, instance.path)
            guard pixelBytes <= charge else { throw LargerThanCharged(bytes: pixelBytes) }
            return try restore(instance, stego, key)
        } catch {
            guard Self.isVerdict(error) else { throw error }
            // A verdict for good, which only the file that came may be given, not whatever lies in its place.
            guard ContentDigest(of: stego) == instance.stegoDigest else { throw SpoolLoss() }
            throw error
        }
    }

    /// Whether trying again would not help.
    static func isVerdict(_ error: any Error) -> Bool { error is StegoError }

    /// What a stego file's image takes natively; 0 where nothing is decoded.
    private func pixelBytes(of stego: [UInt8], _ name: String) -> Int {
        guard !DICOMFile.isDeflated(stego), let file = try? DICOMFile(bytes: stego, name: name), let description = file.pixels,
            let range = file.pixelDataRange, file.isPixelDataEncapsulated,
            (try? pixels.check(description, codestreamByteCount: range.count)) != nil
        else { return 0 }
        return description.byteCount
    }

    private func restore(_ instance: ArrivedInstance, _ stego: [UInt8], _ key: StudyKey) throws -> RestoredFile {
        let revealed = try InstanceRevealer().reveal(
            stego, name: instance.path, as: Expectation(codecs: instance.codecs, originalByteCount: instance.byteCount, pixels: pixels)
        ) { _ in key }
        guard revealed.originalDigest.bytes == instance.digest.bytes, revealed.exactness != .unproven else {
            throw StegoError(.digestMismatch, "it is not the file that the manifest announced")
        }
        try stegoKeeper?.keep(stego, of: instance)
        let file = try? DICOMFile(bytes: revealed.bytes, name: instance.path)
        let path = publisher.layout.path(for: instance.path, of: file)
        return RestoredFile(
            relativePath: path, spare: SpareName(instance), digest: ContentDigest(of: revealed.bytes), byteCount: revealed.bytes.count,
            exactness: revealed.exactness == .bytes ? .bytes : .pixelsAndElements, placement: revealed.placement,
            sopInstanceUID: file?.dataSet.string(.sopInstanceUID), heading: file.map { StudyHeading($0.dataSet) },
            file: try publisher.write(revealed.bytes, for: path))
    }
}

/// What has to be decoded is larger than what there is room for yet.
struct LargerThanCharged: Error {
    /// Of the pixels.
    let bytes: Int
}

extension InstanceFailure {
    /// What the sender is told about an error. Paths of this side are not among it.
    init(of error: any Error) {
        switch error {
        case let error as StegoError: self.init(Code(error.code), error.reason)
        case let error as FileError where error.isDiskFull: self = .diskFull
        case let error as FileError: self.init(.storageFailure, "the receiver \(error.reason)")
        case is FolderAway: self = .folderAway
        case is PublishingConflict: self.init(.conflict, "another file has this name and digest at the receiver")
        default: self.init(.other, "something failed at the receiver")
        }
    }

    static let diskFull = InstanceFailure(.storageFull, "the receiver's disk is full")

    /// Which folder is for the receiver alone to know.
    static let folderAway = InstanceFailure(.storageFailure, "the receiver's folder is not there for the moment")

    /// The program has ended again and again while it was restoring this file.
    static let endsTheReceiver = InstanceFailure(
        .unsupported, "the receiver's program ended several times while it was restoring this file alone")
}

extension InstanceFailure.Code {
    init(_ code: StegoError.Code) {
        self =
            switch code {
            case .unreadable, .notStego, .elementMissing: .notStego
            case .wrongKey: .wrongKey
            case .tampered: .tampered
            case .malformedRecord, .unexpectedCodec, .tooLarge: .unsupported
            case .digestMismatch, .notReversible, .identifying: .digestMismatch
            }
    }
}
