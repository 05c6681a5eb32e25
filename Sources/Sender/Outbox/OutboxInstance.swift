import CommandLineSupport
import Foundation
import GRDB
import Protocol
import StegoKit

/// One file of a study on its way: a row of the outbox.
struct OutboxInstance: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "instance"

    /// ```
    /// planned ──► sealed ──► sending ──► acknowledged
    ///    │           │          ├──────► failed
    ///    └───────────┴──────────┴──────► withdrawn
    /// ```
    enum State: String, Codable, Sendable, CaseIterable, DatabaseValueConvertible {
        /// Nothing but the original exists.
        case planned
        /// The stego file is on the disk, whole. From here on it is this file that is sent, whatever becomes of the original.
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

    let transferID: String
    /// Place in the manifest.
    let position: Int
    /// Where the original is.
    let path: String
    let name: String
    let originalBytes: Int
    let originalDigest: Data
    var state: State
    var sealedBytes: Int?
    var sealedDigest: Data?
    var codec: String?
    /// Whether the study key, sealed to the receiver's long-term key, rides in the stego file.
    var hasCapsule: Bool
    /// ``SealReport`` as JSON.
    var report: SealReport?
    /// Bytes of the stego file that the receiver said it has, when it was last asked.
    var acknowledgedBytes: Int
    /// The receiver's signed receipt, armoured.
    var receipt: String?
    var exactness: String?
    var failure: String?
    var failureStatus: Int32?
    /// How often sealing it was begun since this program last ended in order.
    var attempts = 0
}

extension OutboxInstance {
    init(transferID: String, position: Int, _ planned: PlannedInstance) {
        self.init(
            transferID: transferID, position: position, path: planned.path, name: planned.name,
            originalBytes: Int(clamping: planned.entry.byteCount), originalDigest: Data(planned.entry.digest.bytes), state: .planned,
            hasCapsule: false, acknowledgedBytes: 0)
    }

    /// What the failure asks a script to do.
    var status: ExitStatus { failureStatus.flatMap(ExitStatus.init) ?? .tryAgain }
}

/// What is known of a stego file on the disk.
struct SealedFile: Sendable, Equatable {
    let byteCount: Int
    let digest: ContentDigest
    let codec: StegoCodec
    let hasCapsule: Bool
    let report: SealReport
}
