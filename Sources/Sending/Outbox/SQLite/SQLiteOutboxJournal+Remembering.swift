import Foundation
import GRDB
import Protocol

/// Watched folders, receivers, links, and forgetting.
extension SQLiteOutboxJournal {
    // MARK: Watched folders

    func takenPaths(from source: String) async throws -> Set<String> {
        try await database.read { database in
            try String.fetchSet(
                database, sql: "SELECT path FROM instance JOIN study USING (transferID) WHERE source = ? AND NOT isFiled",
                arguments: [source])
        }
    }

    func unfiledStudies(from source: String) async throws -> [OutboxStudy] {
        try await database.read { database in
            try OutboxStudy.filter(
                Column("source") == source && Column("isFiled") == false && Column("state") != OutboxStudy.State.queued
            ).order(Column("closed")).fetchAll(database)
        }
    }

    func filed(_ transferID: TransferID) async throws {
        try await database.write { database in
            try database.execute(sql: "UPDATE study SET isFiled = TRUE WHERE transferID = ?", arguments: [transferID])
        }
    }

    func remember(_ files: [FiledFile]) async throws {
        guard !files.isEmpty else { return }
        try await database.write { database in
            for file in files { try file.save(database) }
        }
    }

    func filedFiles(from source: String) async throws -> [FiledFile] {
        try await database.read { database in
            try FiledFile.filter(Column("source") == source).order(Column("filed")).fetchAll(database)
        }
    }

    func forget(_ files: [FiledFile]) async throws {
        guard !files.isEmpty else { return }
        try await database.write { database in
            for file in files { _ = try FiledFile.deleteOne(database, key: file.place) }
        }
    }

    // MARK: Receivers and links

    func terms(of peer: Fingerprint) async throws -> SealingTerms? {
        try await database.read { try TermsRow.fetchOne($0, key: peer)?.terms }
    }

    func remember(_ terms: SealingTerms, of peer: Fingerprint) async throws {
        let row = TermsRow(peer: peer, terms)
        try await commits.commit { try row.save($0) }
    }

    func lastAddress(of peer: Fingerprint) async throws -> PeerAddress? {
        try await database.read { database in
            try PeerAddress.fetchOne(
                database, sql: "SELECT address FROM study WHERE peer = ? AND address IS NOT NULL ORDER BY created DESC LIMIT 1",
                arguments: [peer])
        }
    }

    func link(to address: PeerAddress) async throws -> MeasuredLink? {
        try await database.read { database in
            try LinkRow.fetchOne(database, key: address).map { MeasuredLink(bytesPerSecond: $0.bytesPerSecond, measured: $0.measured) }
        }
    }

    func remember(_ link: MeasuredLink, to address: PeerAddress) async throws {
        try await database.write { database in
            try LinkRow(address: address, bytesPerSecond: link.bytesPerSecond, measured: link.measured).save(database)
        }
    }

    // MARK: Cleaning

    func transfers(closedBefore date: Date) async throws -> [TransferID] {
        try await database.read { database in
            try TransferID.fetchAll(
                database, sql: "SELECT transferID FROM study WHERE closed < ? AND (source IS NULL OR isFiled)", arguments: [date])
        }
    }

    func forget(_ transferID: TransferID) async throws {
        try await database.write { database in
            guard let study = try OutboxStudy.fetchOne(database, key: transferID) else { return }
            try ForgottenStudy(transferID: transferID, peer: study.peer, originalStudyUID: study.originalStudyUID).save(database)
            try study.delete(database)
        }
    }

    func forgottenStudy(_ transferID: TransferID) async throws -> ForgottenStudy? {
        try await database.read { try ForgottenStudy.fetchOne($0, key: transferID) }
    }

    func archivedTransfers(closedBefore date: Date) async throws -> [(transferID: TransferID, receipts: String)] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT transferID, receipts FROM study
                    WHERE closed < ? AND receipts IS NOT NULL AND (source IS NULL OR isFiled) AND EXISTS (
                        SELECT 1 FROM instance WHERE instance.transferID = study.transferID AND (receipt IS NOT NULL OR report IS NOT NULL))
                    """, arguments: [date]
            ).map { (transferID: $0["transferID"], receipts: $0["receipts"]) }
        }
    }

    func forgetReceipts(of transferID: TransferID) async throws {
        try await database.write { database in
            try database.execute(sql: "UPDATE instance SET receipt = NULL, report = NULL WHERE transferID = ?", arguments: [transferID])
        }
    }
}
