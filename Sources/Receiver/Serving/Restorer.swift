import CommandLineSupport
import Crypto
import DICOM
import Protocol
import StegoKit

/// Restores one arrived stego file and publishes it; runs on a worker thread.
struct Restorer: Sendable {
    let publisher: Publisher
    /// Where stego files are kept as they came; `nil` where they are not.
    let stegoFolder: String?

    /// What became of a file.
    struct Result: Sendable {
        let outcome: InstanceOutcome
        let report: ReceiverReport.Instance
    }

    /// Restores the file that the manifest's entry announced.
    func restore(_ stego: [UInt8], _ entry: ManifestEntry, key: StudyKey, study: String, peer: String) -> Result {
        var report = ReceiverReport.Instance(name: entry.path, status: .failed, study: study, peer: peer, stegoBytes: stego.count)
        do {
            let revealed = try InstanceRevealer().reveal(stego, name: entry.path) { _ in key }
            let outcome = try verified(revealed, entry)
            if let stegoFolder { try keep(stego, in: stegoFolder, as: entry.path) }
            report.path = try publisher.publish(revealed.bytes, name: entry.path, digest: InstanceDigest(of: revealed.bytes))
            report = report.restored(revealed)
            return Result(outcome: outcome, report: report)
        } catch {
            let failure = InstanceFailure(of: error)
            report.reason = failure.text
            return Result(outcome: .failed(failure), report: report)
        }
    }

    /// The sender's record and its signed manifest must name the same original.
    private func verified(_ revealed: RevealedInstance, _ entry: ManifestEntry) throws -> InstanceOutcome {
        guard revealed.originalDigest.bytes == entry.digest.bytes, revealed.exactness != .unproven else {
            throw StegoError(.digestMismatch, "it is not the file that the manifest announced")
        }
        return .restored(
            digest: ContentDigest(of: revealed.bytes), exactness: revealed.exactness == .bytes ? .bytes : .pixelsAndElements)
    }

    private func keep(_ stego: [UInt8], in folder: String, as name: String) throws {
        _ = try Publisher(folder: folder, layout: .flat).publish(stego, name: name, digest: InstanceDigest(of: stego))
    }
}

extension ReceiverReport.Instance {
    func restored(_ revealed: RevealedInstance) -> ReceiverReport.Instance {
        ReceiverReport.Instance(
            name: name, status: .restored, study: study, peer: peer, path: path, exact: revealed.exactness.rawValue,
            record: revealed.placement.rawValue, stegoBytes: stegoBytes, restoredBytes: revealed.bytes.count,
            unproven: revealed.unproven.isEmpty ? nil : revealed.unproven)
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
