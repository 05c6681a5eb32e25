import Foundation
import GRDB

/// What a link carried when it was last used.
struct RememberedLink: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "link"
    /// How long a rate is believed.
    static let memory: TimeInterval = 86_400

    /// `HOST:PORT` of the receiver.
    let address: String
    let bytesPerSecond: Double
    let measured: Date
}

extension Outbox {
    /// The rate of the link to an address, measured within the last day.
    func bytesPerSecond(to address: String, now: Date = Date()) async throws -> Double? {
        try await database.read { database in
            guard let link = try RememberedLink.fetchOne(database, key: address),
                abs(now.timeIntervalSince(link.measured)) < RememberedLink.memory
            else { return nil }
            return link.bytesPerSecond
        }
    }

    func remember(bytesPerSecond: Double, to address: String, at date: Date = Date()) async throws {
        try await database.write { try RememberedLink(address: address, bytesPerSecond: bytesPerSecond, measured: date).save($0) }
    }
}
