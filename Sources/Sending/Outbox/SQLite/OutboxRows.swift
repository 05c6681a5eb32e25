import Foundation
import GRDB
import Protocol
import StegoKit

// How the outbox's values are rows and columns of its SQLite database.

extension Priority: DatabaseValueConvertible {}
extension OutboxStudy.State: DatabaseValueConvertible {}
extension OutboxInstance.State: DatabaseValueConvertible {}

extension OutboxStudy: FetchableRecord, PersistableRecord {
    package static let databaseTableName = "study"
}

extension OutboxInstance: FetchableRecord, PersistableRecord {
    package static let databaseTableName = "instance"
}

extension FiledFile: FetchableRecord, PersistableRecord {
    static let databaseTableName = "filed"
}

extension QueuedStudy: FetchableRecord {}
extension DeliveryDirections: FetchableRecord {}
extension OutboxStateSum: FetchableRecord {}

/// A receiver's terms.
struct TermsRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "terms"

    let peer: String
    /// Names, separated by spaces.
    let codecs: String
    let keepsStego: Bool

    init(peer: String, _ terms: SealingTerms) {
        self.peer = peer
        codecs = terms.codecs.map(\.rawValue).joined(separator: " ")
        keepsStego = terms.keepsStego
    }

    var terms: SealingTerms {
        SealingTerms(codecs: codecs.split(separator: " ").compactMap { StegoCodec(rawValue: String($0)) }, keepsStego: keepsStego)
    }
}

/// The rate of the link to one address.
struct LinkRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "link"

    /// `HOST:PORT` of the receiver.
    let address: String
    let bytesPerSecond: Double
    let measured: Date
}
