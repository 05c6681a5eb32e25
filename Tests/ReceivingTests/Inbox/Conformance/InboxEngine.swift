import Foundation
import TestSupport
import Testing

@testable import Receiving

/// A database engine that an ``InboxStore`` is made with. Every suite of this folder runs against each of ``all``: to try another engine, add
/// it there.
struct InboxEngine: Sendable, CustomTestStringConvertible {
    let name: String
    /// Opens the journal in a folder, which it makes where there is none. Called several times for one folder, it opens the same journal,
    /// beside the stores that are open already.
    let open: @Sendable (URL) throws -> any InboxStore

    var testDescription: String { name }

    static let all = [InboxEngine(name: "SQLite") { try SQLiteInbox(state: $0) }]
}

/// A journal in a folder of its own, which goes with the test.
struct TestJournal: Sendable {
    private let engine: InboxEngine
    private let folder: TemporaryFolder

    init(_ engine: InboxEngine) throws {
        self.engine = engine
        folder = try TemporaryFolder()
    }

    /// The journal opened anew, as after a crash: a change that it has is on the disk.
    func reopened() throws -> any InboxStore { try engine.open(folder.url) }

    func states(of study: TestStudy) async throws -> [InstanceState] {
        try await reopened().instances(of: study.transfer).map(\.state)
    }

    func announce(_ study: TestStudy, moved: [Int: String] = [:], forwards: Bool = false) async throws {
        let finished = try #require(try await reopened().finishedStudy(study.transfer))
        #expect(try await reopened().reported(finished, moved: moved, forwards: forwards))
    }
}
