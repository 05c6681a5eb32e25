import GRDB

/// The tables of the inbox, as named migrations; docs/delivery/inbox.md describes the columns.
enum InboxSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("studies and instances", migrate: makeStudiesAndInstances)
        migrator.registerMigration("forwarding", migrate: addForwarding)
        migrator.registerMigration("discarding") { database in
            try database.alter(table: "study") { table in table.add(column: "discarded", .integer) }
        }
        migrator.registerMigration("attempts", migrate: addAttempts)
        migrator.registerMigration("headings") { database in
            try database.alter(table: "study") { table in table.add(column: "heading", .text) }
        }
        migrator.registerMigration("accepting", migrate: addAccepting)
        migrator.registerMigration("folders") { database in
            try database.create(table: "folder") { table in
                table.primaryKey("path", .text)
                table.column("mark", .text).notNull()
            }
        }
        migrator.registerMigration("journal bytes", migrate: addJournalBytes)
        // What the clinic asked: JSON.
        migrator.registerMigration("orders") { database in
            try database.alter(table: "study") { table in table.add(column: "clinicalOrder", .text) }
        }
        migrator.registerMigration("places") { database in
            try database.alter(table: "study") { table in table.add(column: "place", .text) }
            try database.execute(sql: "CREATE INDEX studyPlace ON study (place) WHERE place IS NOT NULL")
        }
        return migrator
    }

    private static func addJournalBytes(_ database: Database) throws {
        try database.alter(table: "study") { table in table.add(column: "journalBytes", .integer).notNull().defaults(to: 0) }
        try database.execute(
            sql: """
                UPDATE study SET journalBytes = length(manifest)
                    + 310 * (SELECT count(*) FROM instance WHERE instance.transfer = study.transfer) WHERE state != 'complete';
                CREATE INDEX studyOpen ON study (sender) WHERE state != 'complete';
                """)
    }

    private static func makeStudiesAndInstances(_ database: Database) throws {
        try database.create(table: "study") { table in
            table.primaryKey("transfer", .text)
            table.column("studyUID", .text).notNull()
            table.column("sender", .text).notNull()
            table.column("peer", .text).notNull()
            table.column("manifest", .text).notNull()
            table.column("manifestDigest", .blob).notNull()
            table.column("key", .blob)
            table.column("codecs", .text).notNull().defaults(to: "")
            table.column("state", .text).notNull()
            table.column("opened", .integer).notNull()
            table.column("finished", .integer)
            table.column("announced", .integer)
        }
        try database.create(table: "instance") { table in
            table.column("transfer", .text).notNull().references("study", onDelete: .cascade)
            table.column("position", .integer).notNull()
            table.column("path", .text).notNull()
            table.column("byteCount", .integer).notNull()
            table.column("digest", .blob).notNull()
            table.column("state", .text).notNull()
            table.column("stegoDigest", .blob)
            table.column("stegoBytes", .integer)
            table.column("segment", .integer)
            table.column("start", .integer)
            table.column("durable", .integer)
            table.column("exactness", .text)
            table.column("restoredDigest", .blob)
            table.column("failureCode", .integer)
            table.column("reason", .text)
            table.column("settled", .integer)
            table.column("published", .text)
            table.column("sopInstanceUID", .text)
            table.primaryKey(["transfer", "position"])
        }
        // What is still to come, by study; where the spool is still needed; what is known by its content and by its UID.
        try database.execute(
            sql: """
                CREATE INDEX instanceOpen ON instance (transfer) WHERE state IN ('awaited', 'arriving', 'arrived');
                CREATE INDEX instanceSpooled ON instance (transfer, segment) WHERE state IN ('arriving', 'arrived');
                CREATE INDEX instanceDigest ON instance (digest) WHERE state = 'restored';
                CREATE INDEX instanceUID ON instance (sopInstanceUID) WHERE sopInstanceUID IS NOT NULL;
                CREATE INDEX studyUnfinished ON study (state) WHERE announced IS NULL;
                """)
    }

    private static func addAttempts(_ database: Database) throws {
        try database.alter(table: "instance") { table in table.add(column: "attempts", .integer).notNull().defaults(to: 0) }
    }

    /// `accepted`: when a person made a file that was set aside the current version; `setAside`: where it was until then; `replaced`: the
    /// SHA-256 of the file that has taken the place of this one.
    private static func addAccepting(_ database: Database) throws {
        try database.alter(table: "instance") { table in
            table.add(column: "accepted", .integer)
            table.add(column: "setAside", .text)
            table.add(column: "replaced", .blob)
        }
        try database.execute(
            sql: """
                DROP INDEX instanceDigest;
                CREATE INDEX instanceDigest ON instance (digest) WHERE state = 'restored' OR accepted IS NOT NULL;
                CREATE INDEX instanceSetAside ON instance (published) WHERE state = 'failed' AND published IS NOT NULL;
                CREATE INDEX instanceAccepted ON instance (setAside) WHERE setAside IS NOT NULL;
                """)
    }

    private static func addForwarding(_ database: Database) throws {
        try database.alter(table: "study") { table in
            table.add(column: "forwarding", .text)
            table.add(column: "forwardingAttempts", .integer).notNull().defaults(to: 0)
            table.add(column: "forwardingReason", .text)
        }
        try database.alter(table: "instance") { table in
            table.add(column: "forwarded", .integer)
            table.add(column: "forwardingNote", .text)
        }
        try database.execute(sql: "CREATE INDEX studyForwarding ON study (announced) WHERE forwarding = 'waiting'")
    }
}
