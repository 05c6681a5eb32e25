import Basics
import Foundation
import Protocol
import Testing

@testable import Sending

/// One rule that every journal of an outbox keeps, in whatever database it is.
///
/// To try another database, run all of them with a fixture that opens it, as `SQLiteOutboxJournalTests` does.
struct OutboxJournalCheck: Sendable, CustomTestStringConvertible {
    let name: String
    let run: @Sendable (OutboxJournalFixture) async throws -> Void

    var testDescription: String { name }

    init(_ name: String, _ run: @escaping @Sendable (OutboxJournalFixture) async throws -> Void) {
        self.name = name
        self.run = run
    }

    static let all = transitions + studies + memory
}

/// A journal that is empty at first, and studies for it.
final class OutboxJournalFixture: Sendable {
    let site: ExampleHome
    /// Opens the journal as another process does.
    let open: @Sendable () throws -> any OutboxJournal

    init(site: ExampleHome, open: @escaping @Sendable () throws -> any OutboxJournal) {
        self.site = site
        self.open = open
    }

    /// Rows of a new study that is in no journal yet.
    func rows(
        _ names: [String] = ["a", "b", "c"], _ priority: Priority = .routine, address: String? = nil, source: String? = nil
    ) throws -> (OutboxStudy, [OutboxInstance]) {
        let order = try site.order(names, priority: priority, address: address, source: source)
        return try order.rows(content: order.contentDigest, signedBy: site.identity)
    }

    /// Puts a new study into the journal.
    func take(
        _ names: [String] = ["a", "b", "c"], _ priority: Priority = .routine, source: String? = nil,
        changing change: (inout OutboxInstance) throws -> Void = { _ in }
    ) async throws -> OutboxStudy {
        var (study, instances) = try rows(names, priority, source: source)
        for index in instances.indices { try change(&instances[index]) }
        #expect(try await open().insert(study, instances) == nil)
        return study
    }

    /// A row as it looks in a state.
    func row(
        _ row: OutboxInstance, in state: OutboxInstance.State, of study: OutboxStudy, isProven: Bool = true
    ) throws -> OutboxInstance {
        var row = row
        let restored = try InstanceTransition.answered(by: site.receipt(study, row.position))
        let failed = try InstanceTransition.answered(
            by: site.receipt(study, row.position, .failed(InstanceFailure(.storageFull, "full"))))
        let sealed = InstanceTransition.sealed(.example(isProven: isProven))
        let way: [InstanceTransition] =
            switch state {
            case .planned: []
            case .sealed: [sealed]
            case .sending: [sealed, .sending]
            case .acknowledged: [sealed, .sending, restored]
            case .failed: [sealed, .sending, failed]
            case .withdrawn: [.withdrawn(reason: "gone", kind: .fileAccess)]
            }
        for transition in way { try row.make(transition) }
        return row
    }

    /// Looks with other eyes: a change that was made is there for another process, too.
    func instances(_ study: OutboxStudy) async throws -> [OutboxInstance] { try await open().instances(of: study.transferID) }

    func found(_ study: OutboxStudy) async throws -> OutboxStudy { try #require(try await open().study(study.transferID)) }
}

// MARK: Files

extension OutboxJournalCheck {
    private static let transitions = [
        OutboxJournalCheck("a transition is made from the states that it leaves, and from no other") { fixture in
            let journal = try fixture.open()
            let rows = OutboxInstance.State.allCases.map { ($0, true) } + [.sealed, .sending, .failed].map { ($0, false) }
            for (state, isProven) in rows {
                for number in 0..<10 {
                    let (study, planned) = try fixture.rows(["\(state) \(isProven) \(number)"])
                    let row = try fixture.row(planned[0], in: state, of: study, isProven: isProven)
                    #expect(try await journal.insert(study, [row]) == nil)
                    let transition = try examples(fixture, study)[number]
                    var expected = row
                    do {
                        try expected.make(transition)
                        try await journal.make(transition, of: study.transferID, [0])
                    } catch is OutboxError {
                        await #expect(throws: OutboxError.self) {
                            try await journal.make(transition, of: study.transferID, [0])
                        }
                    }
                    #expect(try await fixture.instances(study) == [expected], "\(transition) from \(state)")
                }
            }
        },
        OutboxJournalCheck("a transition of several files is made of all or of none") { fixture in
            let study = try await fixture.take()
            let journal = try fixture.open()
            try await journal.make(.sealed(.example("first")), of: study.transferID, [1])
            await #expect(throws: OutboxError.self) {
                try await journal.make(.sealed(.example("second")), of: study.transferID, [0, 1, 2])
            }
            #expect(try await fixture.instances(study).map(\.state) == [.planned, .sealed, .planned])
            try await journal.make(.sending, of: study.transferID, [0, 1, 2])
            #expect(try await fixture.instances(study).map(\.state) == [.planned, .sending, .planned])
        },
        OutboxJournalCheck("of two transitions that exclude each other one is made") { fixture in
            let study = try await fixture.take(["a"])
            let journals = [try fixture.open(), try fixture.open()]
            let made = await withTaskGroup(of: String?.self) { group in
                for number in 0..<16 {
                    group.addTask {
                        let transition = InstanceTransition.sealed(.example("\(number)"))
                        do {
                            try await journals[number % 2].make(transition, of: study.transferID, [0])
                            return "\(number)"
                        } catch {
                            return nil
                        }
                    }
                }
                return await group.reduce(into: [String]()) { made, number in if let number { made.append(number) } }
            }
            #expect(made.count == 1)
            let winner = try #require(made.first)
            #expect(try await fixture.instances(study)[0].sealedDigest == SealedFile.example(winner).digest)
        },
        OutboxJournalCheck("a receipt is not undone by a transition that crosses it") { fixture in
            let names = (0..<12).map { "\($0)" }
            let study = try await fixture.take(names) { try $0.make(.sealed(.example())) }
            let journals = [try fixture.open(), try fixture.open()]
            try await withThrowingDiscardingTaskGroup { group in
                for position in names.indices {
                    let receipt = try InstanceTransition.answered(by: fixture.site.receipt(study, position))
                    group.addTask { try await journals[0].make(receipt, of: study.transferID, [position]) }
                    group.addTask { try await journals[1].make(.sending, of: study.transferID, [position]) }
                    group.addTask {
                        // It may find the file sealed anew already.
                        try? await journals[1].make(.unsealed, of: study.transferID, [position])
                    }
                }
            }
            #expect(try await fixture.instances(study).allSatisfy { $0.state == .acknowledged && $0.receipt != nil })
        },
        OutboxJournalCheck("files and transfers that are not there are errors") { fixture in
            let study = try await fixture.take(["a"])
            let journal = try fixture.open()
            for transition in [InstanceTransition.sealed(.example()), .sending, .unsealed] {
                await #expect(throws: OutboxError.self) { try await journal.make(transition, of: TransferID(), [0]) }
                await #expect(throws: OutboxError.self) { try await journal.make(transition, of: study.transferID, [0, 1]) }
            }
            #expect(try await fixture.instances(study)[0].state == .planned)
            await #expect(throws: OutboxError.self) { try await journal.close(TransferID(), receipts: nil, at: Date()) }
            await #expect(throws: OutboxError.self) { try await journal.discard(TransferID(), receipts: nil, at: Date()) }
            await #expect(throws: OutboxError.self) { try await journal.rebind(TransferID(), to: fixture.site.peer) }
            #expect(try await journal.study(TransferID()) == nil)
            #expect(try await journal.instances(of: TransferID()).isEmpty)
            #expect(try await journal.directions(of: TransferID()) == nil)
        },
        OutboxJournalCheck("attempts are counted for files that are to be sealed") { fixture in
            let study = try await fixture.take()
            let journal = try fixture.open()
            try await journal.make(.sealed(.example()), of: study.transferID, [2])
            for _ in 1...3 { try await journal.countAttempts(study.transferID, below: 2) }
            #expect(try await fixture.instances(study).map(\.attempts) == [2, 2, 0])
            #expect(try await journal.countAttempt(study.transferID, 1) == 3)
            try await journal.forgetAttempts(study.transferID)
            #expect(try await fixture.instances(study).map(\.attempts) == [0, 0, 0])
        },
        OutboxJournalCheck("attempts are counted for files whose proof is outstanding") { fixture in
            let study = try await fixture.take()
            let journal = try fixture.open()
            for position in 0..<2 {
                try await journal.make(.sealed(.example("\(position)", isProven: false)), of: study.transferID, [position])
            }
            #expect(try await fixture.instances(study).map(\.attempts) == [1, 1, 0], "the proof is begun at once")
            try await journal.make(.sending, of: study.transferID, [0])
            try await journal.make(.proven(SealedFile.example("1").digest), of: study.transferID, [1])
            try await journal.countAttempts(study.transferID, below: 2)
            #expect(try await fixture.instances(study).map(\.attempts) == [2, 1, 1])
            try await journal.forgetAttempts(study.transferID)
            #expect(try await fixture.instances(study).map(\.attempts) == [0, 1, 0])
        },
    ]

    /// One of each kind.
    private static func examples(_ fixture: OutboxJournalFixture, _ study: OutboxStudy) throws -> [InstanceTransition] {
        [
            .sealed(.example("other")), .sending, .unsealed, .missing, try .answered(by: fixture.site.receipt(study, 0)),
            .withdrawn(reason: "too large", kind: .badData), .withdrawnAfterFailure, .proven(SealedFile.example().digest),
            .refuted(SealedFile.example().digest), .proven(SealedFile.example("other").digest),
        ]
    }
}

@Suite struct SQLiteOutboxJournalTests {
    @Test(.timeLimit(.minutes(1)), arguments: OutboxJournalCheck.all) func keepsTheRules(_ check: OutboxJournalCheck) async throws {
        let site = try ExampleHome()
        let path = site.folder + "/outbox.sqlite"
        try await check.run(OutboxJournalFixture(site: site) { try SQLiteOutboxJournal(at: path) })
    }
}
