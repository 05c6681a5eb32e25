import Basics
import Foundation
import GRDB
import Protocol

/// Which file is the one of a SOPInstanceUID.
///
/// Instances of one transfer may share a UID: that is its sender's word. What differs between transfers is a conflict, unless a person
/// has accepted the one in place of the other.
extension SQLiteInbox {
    /// Claims UIDs, all in one transaction. A claim stands from here on, while its instance has arrived or is restored; it goes when the
    /// instance fails, is withdrawn or has to come again.
    ///
    /// - Returns: for each claim the different file of another transfer that was here before, or whose claim was; `nil` where there is none
    ///   and the claim stands.
    func claim(_ claims: [UIDClaim?]) async throws -> [String?] {
        guard claims.contains(where: { $0 != nil }) else { return claims.map { _ in nil } }
        return try await database.write { database in
            try claims.map { try $0.flatMap { try Self.claim(database, $0) } }
        }
    }

    private static func claim(_ database: Database, _ claim: UIDClaim) throws -> String? {
        let other = try String.fetchOne(
            database,
            sql: """
                SELECT ifnull(published, path) FROM instance
                WHERE sopInstanceUID = ? AND digest != ? AND transfer != ?
                    AND (state = 'arrived'
                        OR (published IS NOT NULL AND replaced IS NULL AND (state = 'restored' OR accepted IS NOT NULL)))
                ORDER BY state = 'arrived' LIMIT 1
                """, arguments: [claim.uid, Data(claim.digest.bytes), claim.transfer.description])
        guard other == nil else { return other }
        try database.execute(
            sql: "UPDATE instance SET sopInstanceUID = ? WHERE transfer = ? AND position = ? AND state = 'arrived'",
            arguments: [claim.uid, claim.transfer.description, claim.position])
        return nil
    }
}
