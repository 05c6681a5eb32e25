import Basics
import DICOM
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

/// Files that a person makes the current versions of their SOPInstanceUIDs.
///
/// The row of such a file stays `failed`, as its receipt says, with the time of its acceptance and the place where it is now; the rows of
/// the files that it replaces stay `restored`, with its digest in `replaced`.
extension SQLiteInbox {
    /// The rows of versions of a UID that were made public: of other transfers, or accepted.
    private static let versions = """
        sopInstanceUID = :uid AND published IS NOT NULL AND (accepted IS NOT NULL OR (state = 'restored' AND transfer != :transfer))
        """

    /// Everything that was ever set aside, oldest first.
    func setAsideFiles() async throws -> [SetAsideFile] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT instance.*, study.studyUID, study.peer, study.heading FROM instance JOIN study USING (transfer)
                    WHERE instance.state = 'failed' AND instance.failureCode = ? AND instance.published IS NOT NULL
                        AND instance.sopInstanceUID IS NOT NULL
                    ORDER BY instance.settled, transfer, position
                    """, arguments: [Int64(InstanceFailure.Code.conflict.rawValue)]
            ).map { row in
                // Without a digest of its own it is, byte for byte, what the manifest announced, or cannot be told from another file.
                let digest: Data = row["restoredDigest"] ?? row["digest"]
                let published: String = row["published"]
                let setAside: String? = row["setAside"]
                return SetAsideFile(
                    transfer: try TransferID(hexadecimal: row["transfer"]).orDamaged(), studyUID: row["studyUID"], peer: row["peer"],
                    name: row["path"], path: setAside ?? published, accepted: setAside == nil ? nil : published,
                    digest: try ContentDigest(bytes: digest).orDamaged(), sopInstanceUID: row["sopInstanceUID"],
                    heading: StudyHeading(text: row["heading"]))
            }
        }
    }

    /// Where versions of a file's UID were published, oldest first, and by which transfers.
    func places(ofVersionsOf file: SetAsideFile) async throws -> [(path: String, transfers: [TransferID])] {
        try await database.read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT published, transfer FROM instance WHERE \(Self.versions) ORDER BY settled",
                arguments: ["uid": file.sopInstanceUID, "transfer": file.transfer.description])
            var places: [(path: String, transfers: [TransferID])] = []
            for row in rows {
                let (path, transfer): (String, TransferID) = (
                    row["published"], try TransferID(hexadecimal: row["transfer"]).orDamaged()
                )
                if let index = places.firstIndex(where: { $0.path == path }) {
                    places[index].transfers.append(transfer)
                } else {
                    places.append((path, [transfer]))
                }
            }
            return places
        }
    }

    /// Notes that a file has become the current version of its UID, and has it forwarded where the version before was.
    ///
    /// - Parameter place: where it is now.
    /// - Returns: whether it is forwarded.
    func accept(_ file: SetAsideFile, at place: String) async throws -> Bool {
        try await database.write { database in
            let digest = Data(file.digest.bytes)
            let own: StatementArguments = ["uid": file.sopInstanceUID, "transfer": file.transfer.description]
            // Also what another transfer brought and found there, set aside already.
            try database.execute(
                sql: """
                    UPDATE instance SET accepted = ?, setAside = published, published = ?, replaced = NULL,
                        restoredDigest = ifnull(restoredDigest, digest), exactness = ifnull(exactness, ?)
                    WHERE state = 'failed' AND failureCode = ? AND published = ? AND sopInstanceUID = ? AND accepted IS NULL
                    """,
                arguments: [
                    Timestamp.now, place, InstanceOutcome.Exactness.bytes.rawValue, Int64(InstanceFailure.Code.conflict.rawValue),
                    file.path, file.sopInstanceUID,
                ])
            guard database.changesCount > 0 else { return false }
            try database.execute(
                sql: "UPDATE instance SET replaced = CASE restoredDigest WHEN :digest THEN NULL ELSE :digest END WHERE \(Self.versions)",
                arguments: own &+ ["digest": digest])
            return try Self.forwardAgain(database, own)
        }
    }

    /// The one study that was forwarded last with a version of the UID is forwarded again, with this file alone.
    private static func forwardAgain(_ database: Database, _ own: StatementArguments) throws -> Bool {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT instance.transfer, position FROM instance JOIN study ON study.transfer = instance.transfer
                WHERE sopInstanceUID = :uid AND published IS NOT NULL AND instance.state = 'restored' AND instance.transfer != :transfer
                    AND forwarding IN ('waiting', 'done', 'refused')
                ORDER BY announced DESC LIMIT 1
                """, arguments: own)
        guard let row else { return false }
        let (transfer, position): (String, Int) = (row["transfer"], row["position"])
        try database.execute(
            sql: "UPDATE instance SET forwarded = NULL, forwardingNote = NULL WHERE transfer = ? AND position = ?",
            arguments: [transfer, position])
        try database.execute(
            sql: "UPDATE study SET forwarding = 'waiting', forwardingAttempts = 0, forwardingReason = NULL WHERE transfer = ?",
            arguments: [transfer])
        return true
    }
}
