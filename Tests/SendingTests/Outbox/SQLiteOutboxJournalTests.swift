import Foundation
import Testing

@testable import Sending

@Suite struct SQLiteOutboxJournalTests {
    @Test(.timeLimit(.minutes(1)), arguments: OutboxJournalCheck.all) func keepsTheRules(_ check: OutboxJournalCheck) async throws {
        let site = try ExampleHome()
        let path = site.folder + "/outbox.sqlite"
        try await check.run(OutboxJournalFixture(site: site) { try SQLiteOutboxJournal(at: path) })
    }
}
