import Foundation
import Protocol

/// What is to be known of each study that waits, however many there are: neither its manifest nor its key.
struct QueuedStudy: Decodable, Sendable {
    let transferID: TransferID
    let studyUID: StudyUID
    let peer: Fingerprint
    let priority: Priority
    let source: String?
    let created: Date
}

/// What another order of the same study may change while it is being delivered.
struct DeliveryDirections: Decodable, Sendable, Equatable {
    let priority: Priority
    /// Where to find the receiver; `nil` for what its card says.
    let address: PeerAddress?
}
