import Foundation
import GRDB
import Synchronization
import Testing

@testable import Journal

@Suite(.timeLimit(.minutes(1))) struct JournalNoticeTests {
    /// A new database and each transaction are told, whichever connection makes them.
    @Test func writesAreTold() async throws {
        let folder = NSTemporaryDirectory() + "veilray-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (told, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let notice = try JournalNotice(of: folder + "/journal.sqlite") { continuation.yield() }
        var news = told.makeAsyncIterator()
        let database = try DatabasePool(path: folder + "/journal.sqlite")
        try await database.write { try $0.execute(sql: "CREATE TABLE number (value INTEGER)") }
        await news.next()
        let other = try DatabasePool(path: folder + "/journal.sqlite")
        for number in 1...3 {
            try await other.write { try $0.execute(sql: "INSERT INTO number VALUES (?)", arguments: [number]) }
            await news.next()
        }
        withExtendedLifetime(notice) {}
    }

    @Test func aFolderThatIsNotThere() {
        #expect(throws: (any Error).self) { try JournalNotice(of: "/nowhere/at/all/journal.sqlite") {} }
    }
}
