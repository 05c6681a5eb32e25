import DICOMNetwork
import Foundation

/// A modality's request for storage commitment that was not answered yet: a row of the outbox.
struct AskedCommitment: Codable, Sendable, Equatable {
    /// Its row; `nil` before it has one.
    var id: Int64?
    let transactionUID: String
    /// Application entity titles: who asked, and of whom.
    let caller: String
    let called: String
    /// The folder that the called title's instances are taken into.
    let source: String
    /// JSON: the instances.
    let instances: String
    let asked: Date

    init(_ request: CommitmentRequest, caller: String, called: String, source: String, asked: Date) throws {
        transactionUID = request.transactionUID
        (self.caller, self.called, self.source, self.asked) = (caller, called, source, asked)
        instances = String(decoding: try JSONEncoder().encode(request.instances), as: UTF8.self)
    }

    var requested: [CommitmentRequest.Instance] {
        (try? JSONDecoder().decode([CommitmentRequest.Instance].self, from: Data(instances.utf8))) ?? []
    }
}

/// What is known of an instance that a modality asks about.
enum TakenOutcome: Sendable, Equatable {
    /// It was never taken in, or is forgotten.
    case unknown
    case underWay
    /// The receiver's signed receipt for it is here.
    case receipted
    /// It could not be delivered.
    case failed
}
