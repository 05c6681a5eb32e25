import Basics
import DICOM
import Files
import Protocol
import StegoKit

/// Restores one stored stego file; runs on a worker thread.
package struct StoredFileOpener: Sendable {
    private let keys: StudyKeyFinder
    private let publisher: Publisher

    package init(keys: StudyKeyFinder, publisher: Publisher) {
        self.keys = keys
        self.publisher = publisher
    }

    /// - Returns: the file's event, and what its failure asks for where it has failed.
    package func open(_ file: FoundFile) -> (ReceiverEvent.Instance, FailureKind?) {
        var report = ReceiverEvent.Instance(name: file.name, status: .failed)
        do {
            let stego = try WholeFile.read(file.path)
            report.stegoBytes = stego.count
            let revealed = try InstanceRevealer().reveal(stego, name: file.name) { try keys.key(for: $0) }
            report.path = try publisher.publish(revealed.bytes, name: file.name, digest: ContentDigest(of: revealed.bytes))
            report.add(revealed)
            return (report, revealed.exactness == .unproven ? .badData : nil)
        } catch {
            report.reason = (error as? StegoError)?.reason ?? "\(error)"
            return (report, Self.kind(of: error))
        }
    }

    private static func kind(of error: any Error) -> FailureKind {
        guard let error = error as? StegoError else { return FailureKind(of: error) }
        return error.code == .wrongKey ? .notTrusted : .badData
    }
}

extension ReceiverEvent.Instance {
    fileprivate mutating func add(_ revealed: RevealedInstance) {
        status = .restored
        exact = revealed.exactness.rawValue
        record = revealed.placement.rawValue
        restoredBytes = revealed.bytes.count
        unproven = revealed.unproven.isEmpty ? nil : revealed.unproven
    }
}
