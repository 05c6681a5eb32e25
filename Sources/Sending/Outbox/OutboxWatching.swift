import GRDB

/// What a watcher asks the outbox.
extension Outbox {
    /// Where the originals are that came from a watched folder and have not been moved away yet.
    func takenPaths(from source: String) async throws -> Set<String> {
        try await database.read { database in
            try String.fetchSet(
                database, sql: "SELECT path FROM instance JOIN study USING (transferID) WHERE source = ? AND NOT isFiled",
                arguments: [source])
        }
    }

    /// Closed studies whose files are still in the watched folder.
    func unfiledStudies(from source: String) async throws -> [OutboxStudy] {
        try await database.read { database in
            try OutboxStudy.filter(
                Column("source") == source && Column("isFiled") == false && Column("state") != OutboxStudy.State.queued
            ).order(Column("closed")).fetchAll(database)
        }
    }

    /// The files of a closed study have been moved away.
    package func filed(_ transferID: String) async throws {
        try await database.write { database in
            try database.execute(sql: "UPDATE study SET isFiled = TRUE WHERE transferID = ?", arguments: [transferID])
        }
    }

    // MARK: Files that were moved away

    /// Notes files that were moved, or that look otherwise by now.
    func remember(_ files: [FiledFile]) async throws {
        guard !files.isEmpty else { return }
        try await database.write { database in
            for file in files { try file.save(database) }
        }
    }

    func forget(_ files: [FiledFile]) async throws {
        guard !files.isEmpty else { return }
        try await database.write { database in
            for file in files { _ = try FiledFile.deleteOne(database, key: file.place) }
        }
    }

    /// Files that were moved out of a folder and not forgotten yet, from old to new.
    func filedFiles(from source: String) async throws -> [FiledFile] {
        try await database.read { database in
            try FiledFile.filter(Column("source") == source).order(Column("filed")).fetchAll(database)
        }
    }
}
