import Basics
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Receiving

/// How large the journal in SQLite gets, and how many files open studies may have.
@Suite struct JournalLimitTests {
    private let folder: TemporaryFolder
    private let inbox: SQLiteInbox

    init() throws {
        folder = try TemporaryFolder()
        inbox = try SQLiteInbox(state: folder.url)
    }

    /// What the journal's file grows by is about what a manifest is counted as; what is forgotten is used again.
    @Test func theJournalDoesNotGrow() async throws {
        func fileBytes() -> Int {
            ["", "-wal"].reduce(0) { sum, suffix in
                let path = SQLiteInbox.path(in: folder.url) + suffix
                return sum + ((try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0)
            }
        }
        let names = (0..<2_000).map { "series-\($0 % 10)/IM\($0).dcm" }
        let first = try TestStudy(names)
        let bytes = JournalLimits.bytes(of: first.manifest)
        let limits = JournalLimits(senderBytes: bytes * 2, bytes: bytes * 1_000)
        func open(_ study: TestStudy) async throws {
            _ = try await inbox.makeRoom(for: study.manifest, limits: limits) { _ in false }
            _ = try await inbox.open(study.manifest, peer: "clinic", key: nil, limits: limits)
        }
        try await open(first)
        await inbox.overwriteTraces()
        let one = fileBytes()
        #expect((bytes / 3...bytes * 3 / 2).contains(one), "\(one) bytes, counted as \(bytes)")
        for _ in 0..<8 { try await open(try TestStudy(names)) }
        await inbox.overwriteTraces()
        let many = fileBytes()
        #expect(many < one * 3, "\(one) bytes with one, \(many) with nine")
    }
}
