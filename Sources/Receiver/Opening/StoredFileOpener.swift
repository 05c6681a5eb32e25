import CommandLineSupport
import DICOM
import Protocol
import StegoKit

/// Restores one stored stego file; runs on a worker thread.
struct StoredFileOpener: Sendable {
    let keys: StudyKeyFinder
    let publisher: Publisher

    func open(_ file: FoundFile) -> (ReceiverReport.Instance, ExitStatus) {
        var report = ReceiverReport.Instance(name: file.name, status: .failed)
        do {
            let stego = try WholeFile.read(file.path)
            report.stegoBytes = stego.count
            let revealed = try InstanceRevealer().reveal(stego, name: file.name) { try keys.key(for: $0) }
            report.path = try publisher.publish(revealed.bytes, name: file.name, digest: InstanceDigest(of: revealed.bytes))
            report.add(revealed)
            return (report, revealed.exactness == .unproven ? .badData : .success)
        } catch {
            report.reason = (error as? StegoError)?.reason ?? "\(error)"
            return (report, ExitStatus(opening: error))
        }
    }
}

extension ExitStatus {
    fileprivate init(opening error: any Error) {
        if let error = error as? StegoError {
            self = error.code == .wrongKey ? .notTrusted : .badData
        } else {
            self.init(of: error)
        }
    }
}

extension ReceiverReport.Instance {
    fileprivate mutating func add(_ revealed: RevealedInstance) {
        status = .restored
        exact = revealed.exactness.rawValue
        record = revealed.placement.rawValue
        restoredBytes = revealed.bytes.count
        unproven = revealed.unproven.isEmpty ? nil : revealed.unproven
    }
}
