import GRDB
import Protocol

/// Where studies belong whose places are not their layout's.
extension SQLiteInbox {
    func place(of transfer: TransferID) async throws -> String? {
        try await database.read { database in
            try String.fetchOne(database, sql: "SELECT place FROM study WHERE transfer = ?", arguments: [transfer.description])
        }
    }

    /// Two studies never share a place: the second one's name has its transfer's number.
    ///
    /// - Throws: ``ReceivingError`` `.folderIsFull`
    static func give(_ place: StudyPlace, to transfer: TransferID, _ database: Database) throws {
        let folder = SafeName.make(place.folder, otherwise: "study")
        // Everything below the folder, and nothing else: "0" is the character behind "/".
        let inFolder = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM study WHERE place >= ? AND place < ?", arguments: ["\(folder)/", "\(folder)0"])
        guard (inFolder ?? 0) < place.limit else { throw ReceivingError.folderIsFull(place.limit) }
        let path = "\(folder)/\(SafeName.make(place.name, otherwise: "reply"))"
        let isTaken = try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM study WHERE place = ?)", arguments: [path])
        try database.execute(
            sql: "UPDATE study SET place = ? WHERE transfer = ?",
            arguments: [isTaken == true ? "\(path)-\(transfer.short)" : path, transfer.description])
    }
}
