import Foundation
import GRDB
import Journal
import Testing

@Suite final class GroupCommitTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "veilray-journal-\(UUID().uuidString).sqlite").path
    private let pool: DatabasePool

    init() throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("first") { database in
            try database.create(table: "item") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("number", .integer).notNull().unique()
            }
        }
        pool = try JournalDatabase.open(at: path, migrator: migrator)
    }

    deinit {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }

    private static func insert(_ number: Int) -> GroupCommit.Change {
        { database in try database.execute(sql: "INSERT INTO item (number) VALUES (?)", arguments: [number]) }
    }

    private func numbers() throws -> [Int] {
        // Through a connection of its own: only what was committed counts.
        try DatabaseQueue(path: path).read { try Int.fetchAll($0, sql: "SELECT number FROM item ORDER BY id") }
    }

    @Test func aChangeIsThereWhenTheCallReturns() async throws {
        let commits = GroupCommit(pool)
        for number in 0..<5 {
            try await commits.commit(Self.insert(number))
            #expect(try numbers() == Array(0...number))
        }
    }

    @Test func manyAtOnceShareTransactions() async throws {
        let commits = GroupCommit(pool)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 { group.addTask { try await commits.commit(Self.insert(number)) } }
            try await group.waitForAll()
        }
        #expect(try numbers().sorted() == Array(0..<200))
    }

    @Test func anErrorUndoesItsTransactionAndNoOther() async throws {
        let commits = GroupCommit(pool)
        try await commits.commit(Self.insert(1))
        await #expect(throws: DatabaseError.self) { try await commits.commit(Self.insert(1)) }
        try await commits.commit(Self.insert(2))
        #expect(try numbers() == [1, 2])
    }

    /// Changes that share a transaction with a faulty one are made all the same.
    @Test func anErrorIsNobodyElses() async throws {
        let commits = GroupCommit(pool)
        try await commits.commit(Self.insert(1))
        let failures = await withTaskGroup(of: Bool.self) { group in
            for number in 2..<100 {
                for number in [number, 1] {
                    group.addTask {
                        do {
                            try await commits.commit(Self.insert(number))
                            return false
                        } catch {
                            return true
                        }
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 98)
        #expect(try numbers().sorted() == Array(1..<100))
    }
}
