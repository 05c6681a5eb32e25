import Basics
import Foundation
import Protocol
import StegoKit

/// One file of a study on its way: a row of the outbox.
package struct OutboxInstance: Codable, Sendable, Equatable {
    /// ```
    /// planned ──► sealed ──► sending ──► acknowledged
    ///    │           │          ├──────► failed
    ///    └───────────┴──────────┴──────► withdrawn
    /// ```
    package enum State: String, Codable, Sendable, CaseIterable {
        /// Nothing but the original exists.
        case planned
        /// The stego file is on the disk, whole. From here on it is this file that is sent, whatever becomes of the original, unless its
        /// proof is outstanding and fails.
        case sealed
        /// Some of it may have reached the receiver.
        case sending
        /// Restored at the receiver, and the signed receipt is here.
        case acknowledged
        /// The receiver's signed statement that it could not be restored is here.
        case failed
        /// It could not be read or sealed, or was discarded with its study.
        case withdrawn
    }

    /// What is known of a stego file that is on the disk before it is proven.
    package enum Proof: String, Codable, Sendable {
        /// It has not been reversed and compared with its original yet. The end of it must not be sent.
        case outstanding
        /// The one before was not exact, or proving it ended the program. The next one is proven before it is on the disk.
        case failed
    }

    /// Attempts that a file may have in company, before it is suspect of ending the program.
    static let attemptsInCompany = 2

    package let transferID: TransferID
    /// Place in the manifest.
    let position: Int
    /// Where the original is.
    package let path: String
    package let name: String
    package let originalBytes: Int
    let originalDigest: ContentDigest
    package var state: State
    var sealedBytes: Int?
    /// SHA-256 of the stego file; `nil` where there is none.
    var sealedDigest: ContentDigest?
    package var codec: StegoCodec?
    /// Whether the study key, sealed to the receiver's long-term key, rides in the stego file.
    var hasCapsule: Bool
    /// ``SealReport`` as JSON.
    package var report: SealReport?
    /// Bytes of the stego file that the receiver said it has, when it was last asked.
    var acknowledgedBytes: Int
    /// The receiver's signed receipt, armoured.
    package var receipt: String?
    var exactness: InstanceOutcome.Exactness?
    package var failure: String?
    var failureKind: FailureKind?
    /// How often sealing it, or proving what was sealed, was begun since this program last ended in order.
    var attempts = 0
    /// `nil` where the stego file is proven, and where there is none.
    var proof: Proof?
}

extension OutboxInstance {
    init(transferID: TransferID, position: Int, _ planned: PlannedInstance) {
        self.init(
            transferID: transferID, position: position, path: planned.path, name: planned.name,
            originalBytes: Int(clamping: planned.entry.byteCount), originalDigest: planned.entry.digest, state: .planned,
            hasCapsule: false, acknowledgedBytes: 0)
    }

    /// Whether the failure may pass: another attempt is worth it.
    var mayBeTriedAgain: Bool { failureKind ?? .temporary == .temporary }
}

extension OutboxInstance {
    /// The receiver that the study goes to now has nothing of it. A file whose capsule only the earlier receiver opens is sealed anew; other
    /// sealed files stay. A failure of the earlier receiver is forgotten. A file that it has restored stays acknowledged until the new one
    /// is asked.
    mutating func beginAnew() {
        switch state {
        case .planned, .acknowledged, .withdrawn: return
        case .sealed, .sending, .failed: break
        }
        acknowledgedBytes = 0
        receipt = nil
        failure = nil
        failureKind = nil
        guard hasCapsule || sealedDigest == nil else { return state = .sealed }
        state = .planned
        sealedBytes = nil
        sealedDigest = nil
        codec = nil
        hasCapsule = false
        report = nil
        if proof == .outstanding { proof = nil }
    }
}

/// The facts of a stego file on the disk.
package struct SealedFile: Sendable, Equatable {
    package let byteCount: Int
    package let digest: ContentDigest
    package let codec: StegoCodec
    let hasCapsule: Bool
    package let report: SealReport
    /// Whether it was reversed and compared with its original.
    var isProven = true
}
