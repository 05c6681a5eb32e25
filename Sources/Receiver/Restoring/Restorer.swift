import CommandLineSupport
import DICOM
import Protocol
import StegoKit

/// Restores one arrived stego file; runs on a worker thread.
struct Restorer: Sendable {
    let spool: SpoolFolder
    let publisher: Publisher
    /// Where stego files are kept as they came; `nil` where they are not.
    let stegoFolder: String?

    /// Restores the file that the manifest's entry announced, and writes it, without a name yet, to its file system.
    ///
    /// - Throws: ``StegoError`` for what will never be restored; ``FileError`` when it can be tried again.
    func restore(_ instance: ArrivedInstance, key: StudyKey) throws -> RestoredFile {
        let stego = try spool.read(instance)
        let revealed = try InstanceRevealer().reveal(stego, name: instance.path) { _ in key }
        guard revealed.originalDigest.bytes == instance.digest.bytes, revealed.exactness != .unproven else {
            throw StegoError(.digestMismatch, "it is not the file that the manifest announced")
        }
        if let stegoFolder { try keep(stego, in: stegoFolder, as: instance.path) }
        let file = try? DICOMFile(bytes: revealed.bytes, name: instance.path)
        let path = publisher.layout.path(for: instance.path, of: file)
        return RestoredFile(
            relativePath: path, digest: ContentDigest(of: revealed.bytes), byteCount: revealed.bytes.count,
            exactness: revealed.exactness == .bytes ? .bytes : .pixelsAndElements, placement: revealed.placement,
            sopInstanceUID: file?.dataSet.string(.sopInstanceUID), file: try publisher.write(revealed.bytes, for: path))
    }

    private func keep(_ stego: [UInt8], in folder: String, as name: String) throws {
        _ = try Publisher(folder: folder, layout: .flat).publish(stego, name: name, digest: InstanceDigest(of: stego))
    }
}

extension InstanceFailure {
    /// What the sender is told about an error. Paths of this side are not among it.
    init(of error: any Error) {
        switch error {
        case let error as StegoError: self.init(Code(error.code), error.reason)
        case let error as FileError where error.isDiskFull: self.init(.storageFull, "the receiver's disk is full")
        case let error as FileError: self.init(.storageFailure, "the receiver \(error.reason)")
        case is PublishingConflict: self.init(.conflict, "another file has this name and digest at the receiver")
        default: self.init(.other, "something failed at the receiver")
        }
    }
}

extension InstanceFailure.Code {
    init(_ code: StegoError.Code) {
        self =
            switch code {
            case .unreadable, .notStego, .elementMissing: .notStego
            case .wrongKey: .wrongKey
            case .tampered: .tampered
            case .malformedRecord: .unsupported
            case .digestMismatch, .notReversible: .digestMismatch
            }
    }
}
