import GRDB

// Folders that files are received into.
extension SQLiteInbox {
    func folderMark(of path: String) throws -> FolderMark? {
        try database.read { database in
            try String.fetchOne(database, sql: "SELECT mark FROM folder WHERE path = ?", arguments: [path])
        }.map { try FolderMark($0).orDamaged() }
    }

    func accept(_ mark: FolderMark, as path: String) throws {
        try database.write { database in
            try database.execute(
                sql: "INSERT INTO folder (path, mark) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET mark = excluded.mark",
                arguments: [path, mark.description])
        }
    }
}
