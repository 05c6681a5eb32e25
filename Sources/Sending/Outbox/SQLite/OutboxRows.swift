import Basics
import Foundation
import GRDB
import Protocol
import StegoKit

// How the outbox's values are rows and columns of its SQLite database.

extension Priority: DatabaseValueConvertible {}
extension OutboxStudy.State: DatabaseValueConvertible {}
extension OutboxInstance.State: DatabaseValueConvertible {}
extension OutboxInstance.Proof: DatabaseValueConvertible {}
extension InstanceOutcome.Exactness: Codable, DatabaseValueConvertible {}
extension StegoCodec: DatabaseValueConvertible {}

extension TransferID: TextValue {
    public init?(column text: String) { self.init(hexadecimal: text) }
}

extension StudyUID: TextValue {
    public init?(column text: String) { try? self.init(text) }
}

extension Fingerprint: TextValue {
    public init?(column text: String) { try? self.init(text) }
}

extension PeerName: TextValue {
    public init?(column text: String) { try? self.init(found: text) }
}

extension PeerAddress: TextValue {
    public init?(column text: String) { try? self.init(text) }
}

extension ContentDigest: TextValue {
    public init?(column text: String) {
        guard let bytes = [UInt8](hexadecimal: text) else { return nil }
        self.init(bytes: bytes)
    }
}

/// A value whose column, and whose JSON, is its description.
protocol TextValue: Codable, CustomStringConvertible, DatabaseValueConvertible {
    /// `nil` for any other text.
    init?(column text: String)
}

extension TextValue {
    public var databaseValue: DatabaseValue { description.databaseValue }

    public static func fromDatabaseValue(_ value: DatabaseValue) -> Self? { String.fromDatabaseValue(value).flatMap { Self(column: $0) } }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(column: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "this is no \(Self.self)")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension OutboxStudy: FetchableRecord, PersistableRecord {
    package static let databaseTableName = "study"
}

extension OutboxInstance: FetchableRecord, PersistableRecord {
    package static let databaseTableName = "instance"
}

extension ForgottenStudy: FetchableRecord, PersistableRecord {
    static let databaseTableName = "forgotten"
}

extension AskedCommitment: FetchableRecord, PersistableRecord {
    static let databaseTableName = "commitment"
}

extension FiledFile: FetchableRecord, PersistableRecord {
    static let databaseTableName = "filed"
}

extension TakenInstance: FetchableRecord, PersistableRecord {
    static let databaseTableName = "taken"
}

extension QueuedStudy: FetchableRecord {}
extension DeliveryDirections: FetchableRecord {}
extension OutboxStateSum: FetchableRecord {}

/// A receiver's terms.
struct TermsRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "terms"

    let peer: Fingerprint
    /// Names, separated by spaces.
    let codecs: String
    let keepsStego: Bool
    /// Names, separated by spaces.
    let innerStages: String

    init(peer: Fingerprint, _ terms: SealingTerms) {
        self.peer = peer
        codecs = terms.codecs.map(\.rawValue).joined(separator: " ")
        keepsStego = terms.keepsStego
        innerStages = terms.innerStages.sorted().joined(separator: " ")
    }

    var terms: SealingTerms {
        SealingTerms(
            codecs: codecs.split(separator: " ").compactMap { StegoCodec(rawValue: String($0)) }, keepsStego: keepsStego,
            innerStages: Set(innerStages.split(separator: " ").map(String.init)))
    }
}

/// The rate of the link to one address.
struct LinkRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "link"

    /// Of the receiver.
    let address: PeerAddress
    let bytesPerSecond: Double
    let measured: Date
}
