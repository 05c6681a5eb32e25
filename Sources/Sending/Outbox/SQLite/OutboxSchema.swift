import GRDB

/// The outbox's tables. Migrations are named and only ever appended; a released one never changes.
///
/// | table | a row for each |
/// | --- | --- |
/// | `study` | transfer: one study to one receiver |
/// | `instance` | file of a transfer, by its place in the manifest |
/// | `forgotten` | transfer that was closed so long ago that nothing else is known of it |
/// | `commitment` | modality's request for storage commitment that is not answered yet |
/// | `taken` | instance that a modality has sent, by folder and UID |
/// | `filed` | file that a watcher has moved away a short while ago |
/// | `link` | receiver's address: what the link to it carried, so that the next study need not find out |
/// | `terms` | receiver: what it said in the last greeting, so that sealing need not wait for the next |
enum OutboxSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 outbox") { database in
            try database.create(table: "study") { table in
                table.primaryKey("transferID", .text)
                table.column("contentDigest", .text).notNull()
                table.column("peer", .text).notNull()
                table.column("peerName", .text).notNull()
                table.column("address", .text)
                table.column("priority", .text).notNull()
                table.column("state", .text).notNull()
                table.column("studyUID", .text).notNull()
                table.column("originalStudyUID", .text).notNull()
                table.column("choices", .text).notNull()
                table.column("fileCount", .integer).notNull()
                table.column("manifest", .text)
                table.column("studyKey", .blob)
                table.column("source", .text)
                table.column("isFiled", .boolean).notNull().defaults(to: false)
                table.column("attempts", .integer).notNull().defaults(to: 0)
                table.column("lastError", .text)
                table.column("created", .datetime).notNull()
                table.column("closed", .datetime)
                table.column("receipts", .text)
                table.column("subject", .text)
            }
            try database.create(indexOn: "study", columns: ["state"])
            try database.create(table: "instance") { table in
                table.column("transferID", .text).notNull().references("study", onDelete: .cascade)
                table.column("position", .integer).notNull()
                table.column("path", .text).notNull()
                table.column("name", .text).notNull()
                table.column("originalBytes", .integer).notNull()
                table.column("originalDigest", .text).notNull()
                table.column("state", .text).notNull()
                table.column("sealedBytes", .integer)
                table.column("sealedDigest", .text)
                table.column("codec", .text)
                table.column("hasCapsule", .boolean).notNull().defaults(to: false)
                table.column("report", .text)
                table.column("acknowledgedBytes", .integer).notNull().defaults(to: 0)
                table.column("receipt", .text)
                table.column("exactness", .text)
                table.column("failure", .text)
                table.column("failureKind", .text)
                table.column("attempts", .integer).notNull().defaults(to: 0)
                table.primaryKey(["transferID", "position"])
            }
            try database.create(table: "filed") { table in
                table.primaryKey("place", .text)
                table.column("origin", .text).notNull()
                table.column("source", .text).notNull()
                table.column("stamp", .text).notNull()
                table.column("digest", .text).notNull()
                table.column("filed", .datetime).notNull()
            }
            try database.create(table: "terms") { table in
                table.primaryKey("peer", .text)
                table.column("codecs", .text).notNull()
                table.column("keepsStego", .boolean).notNull()
                table.column("innerStages", .text).notNull()
            }
            try database.create(table: "link") { table in
                table.primaryKey("address", .text)
                table.column("bytesPerSecond", .double).notNull()
                table.column("measured", .datetime).notNull()
            }
        }
        migrator.registerMigration("2 door") { database in
            try database.create(table: "taken") { table in
                table.column("source", .text).notNull()
                table.column("sopInstanceUID", .text).notNull()
                table.column("digest", .text).notNull()
                table.column("path", .text).notNull()
                table.column("taken", .datetime).notNull()
                table.primaryKey(["source", "sopInstanceUID"])
            }
            try database.create(indexOn: "instance", columns: ["path"])
        }
        migrator.registerMigration("3 due orders") { database in
            try database.alter(table: "study") { $0.add(column: "due", .datetime) }
        }
        migrator.registerMigration("4 replies after years") { database in
            try database.create(table: "forgotten") { table in
                table.primaryKey("transferID", .text)
                table.column("peer", .text).notNull()
                table.column("originalStudyUID", .text).notNull()
            }
        }
        migrator.registerMigration("5 storage commitment") { database in
            try database.create(table: "commitment") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("transactionUID", .text).notNull()
                table.column("caller", .text).notNull()
                table.column("called", .text).notNull()
                table.column("source", .text).notNull()
                table.column("instances", .text).notNull()
                table.column("asked", .datetime).notNull()
                table.uniqueKey(["caller", "called", "transactionUID"], onConflict: .ignore)
            }
        }
        migrator.registerMigration("6 outstanding proofs") { database in
            try database.alter(table: "instance") { $0.add(column: "proof", .text) }
        }
        return migrator
    }
}
