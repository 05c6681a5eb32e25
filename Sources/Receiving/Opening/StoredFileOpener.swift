import Basics
import Crypto
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
            if try openFrames(file, &report) { return (report, nil) }
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

    /// Opens a large file by frames.
    ///
    /// - Returns: `false` where it has to be opened as a whole.
    private func openFrames(_ file: FoundFile, _ report: inout ReceiverEvent.Instance) throws -> Bool {
        let source = try FileSource(file.path)
        guard try InstanceSealer.isLarge(source, name: file.name) else { return false }
        report.stegoBytes = source.byteCount
        let revealed = try InstanceRevealer().revealFrames(of: source, name: file.name) {
            try keys.key(for: $0)
        } into: {
            try publisher.makeStore(for: file.name)
        }
        guard let (restored, store) = revealed else { return false }
        let dicom = publisher.layout == .patient ? try FramedFile(store, name: file.name)?.file : nil
        report.path = try publisher.publish(store, name: file.name, of: dicom, digest: restored.originalDigest)
        report.status = .restored
        report.exact = restored.exactness.rawValue
        report.record = restored.placement.rawValue
        report.restoredBytes = restored.byteCount
        return true
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

/// Finds the study key of a stored stego file: in its capsule, or else in the keyring.
package struct StudyKeyFinder: Sendable {
    private let identity: Identity
    private let keyring: Keyring

    package init(identity: Identity, keyring: Keyring) {
        self.identity = identity
        self.keyring = keyring
    }

    /// - Throws: ``ProtocolError`` with `capsuleNotForUs`, `capsuleDamaged`, …; `nil` when there is neither capsule nor known key.
    func key(for stego: StegoIdentity) throws -> StudyKey? {
        guard let studyUID = try? StudyUID(stego.studyUID) else { return nil }
        if let bytes = stego.capsule {
            let key = try Capsule(bytes: bytes).open(with: identity, studyUID: studyUID)
            return try StudyKey(bytes: key.withUnsafeBytes { Array($0) })
        }
        do {
            return try StudyKey(bytes: keyring.key(for: studyUID).withUnsafeBytes { Array($0) })
        } catch let error as ProtocolError where error.code == .studyKeyUnknown {
            return nil
        }
    }
}
