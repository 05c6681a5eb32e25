import Basics
import Foundation
import Protocol
import Testing

@testable import Sending

// MARK: Studies

extension OutboxJournalCheck {
    static let studies = [
        OutboxJournalCheck("a study is there whole") { fixture in
            let (study, instances) = try fixture.rows(address: "192.0.2.1:1")
            #expect(try await fixture.open().insert(study, instances) == nil)
            #expect(try await fixture.instances(study) == instances)
            let found = try await fixture.found(study)
            #expect((found.manifest, found.studyKey, found.address) == (study.manifest, study.studyKey, study.address))
            #expect(abs(found.created.timeIntervalSince(study.created)) < 0.01)
            #expect(try await fixture.open().transferIDs() == [study.transferID])
        },
        OutboxJournalCheck("the same order joins a queued study") { fixture in
            let study = try await fixture.take()
            let journal = try fixture.open()
            let address = try PeerAddress("192.0.2.2:2")
            let (again, instances) = try fixture.rows(["a", "b", "c"], .stat, address: "\(address)")
            let joined = try #require(try await journal.join(OutboxJoining(again)))
            #expect((joined.transferID, joined.priority, joined.address) == (study.transferID, .stat, address))
            #expect(try await journal.directions(of: study.transferID) == DeliveryDirections(priority: .stat, address: address))
            let (later, _) = try fixture.rows()
            #expect(try await journal.join(OutboxJoining(later))?.priority == .stat, "no order makes it routine again")
            #expect(try await journal.directions(of: study.transferID)?.address == address, "nor takes its address away")
            #expect(try await journal.insert(again, instances)?.transferID == study.transferID)
            #expect(try await journal.transferIDs() == [study.transferID])
            for (names, source) in [(["a"], nil), (["a", "b", "c"], "/watched")] as [([String], String?)] {
                #expect(try await journal.join(OutboxJoining(fixture.rows(names, source: source).0)) == nil)
            }
            try await journal.close(study.transferID, receipts: nil, at: Date())
            #expect(try await journal.join(OutboxJoining(again)) == nil, "a closed one")
        },
        OutboxJournalCheck("of many that take the same study in one makes a transfer") { fixture in
            let journals = [try fixture.open(), try fixture.open()]
            let rows = try (0..<8).map { _ in try fixture.rows() }
            let new = try await withThrowingTaskGroup(of: Bool.self) { group in
                for (number, row) in rows.enumerated() {
                    group.addTask { try await journals[number % 2].insert(row.0, row.1) == nil }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(new == 1)
            #expect(try await fixture.open().transferIDs().count == 1)
        },
        OutboxJournalCheck("urgent studies come first, then the oldest") { fixture in
            var expected: [TransferID] = []
            for (number, priority) in [Priority.routine, .stat, .routine, .stat].enumerated() {
                expected.append(try await fixture.take(["\(number)"], priority).transferID)
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(try await fixture.open().queuedStudies().map(\.transferID) == [1, 3, 0, 2].map { expected[$0] })
        },
        OutboxJournalCheck("it is known when answers are needed, but to discarded studies") { fixture in
            let due = Date(timeIntervalSince1970: 1_800_000_000)
            var (study, instances) = try fixture.rows(["a"])
            study.due = due
            #expect(try await fixture.open().insert(study, instances) == nil)
            _ = try await fixture.take(["b"])
            #expect(try await fixture.open().dueTimes() == [study.transferID: due])
            try await fixture.open().close(study.transferID, receipts: nil, at: Date())
            #expect(try await fixture.open().dueTimes() == [study.transferID: due])
            var (other, others) = try fixture.rows(["c"])
            other.due = due
            #expect(try await fixture.open().insert(other, others) == nil)
            try await fixture.open().discard(other.transferID, receipts: nil, at: Date())
            #expect(try await fixture.open().dueTimes() == [study.transferID: due])
        },
        OutboxJournalCheck("an attempt leaves its marks") { fixture in
            let study = try await fixture.take { try $0.make(.sealed(.example())) }
            let journal = try fixture.open()
            try await journal.failedAttempt(study.transferID, because: "cut")
            #expect(try await fixture.found(study).lastError == "cut")
            try await journal.opened(study.transferID, acknowledgedBytes: [1: 3])
            let found = try await fixture.found(study)
            #expect(found.lastError == nil && found.attempts == 1)
            #expect(try await fixture.instances(study).map(\.acknowledgedBytes) == [0, 3, 0])
        },
        OutboxJournalCheck("a closed study has no key, and is closed once") { fixture in
            for (outcome, state) in [(nil, OutboxStudy.State.delivered), (.failed(InstanceFailure(.tampered, "")), .incomplete)]
                as [(InstanceOutcome?, OutboxStudy.State)]
            {
                let study = try await fixture.take(["\(state)"])
                let journal = try fixture.open()
                let receipt = try InstanceTransition.answered(by: fixture.site.receipt(study, 0, outcome))
                try await journal.make(receipt, of: study.transferID, [0])
                let now = Date()
                try await journal.close(study.transferID, receipts: "/receipts", at: now)
                let found = try await fixture.found(study)
                #expect(found.state == state && found.receipts == "/receipts")
                #expect(found.studyKey == nil && found.manifest == nil && found.lastError == nil)
                #expect(abs(try #require(found.closed).timeIntervalSince(now)) < 0.01)
                #expect(try await journal.queuedStudies().isEmpty)
                await #expect(throws: OutboxError.self) { try await journal.close(study.transferID, receipts: nil, at: now) }
                await #expect(throws: OutboxError.self) { try await journal.discard(study.transferID, receipts: nil, at: now) }
                await #expect(throws: OutboxError.self) { try await journal.rebind(study.transferID, to: fixture.site.peer) }
                #expect(try await fixture.found(study).receipts == "/receipts")
            }
        },
        OutboxJournalCheck("discarding withdraws all files that are not receipted for good") { fixture in
            let (study, planned) = try fixture.rows(["0", "1", "2", "3", "4", "5", "6"])
            var rows = planned
            for (index, state) in OutboxInstance.State.allCases.enumerated() {
                rows[index] = try fixture.row(planned[index], in: state, of: study)
            }
            try rows[6].make(.sealed(.example()))
            try rows[6].make(.answered(by: fixture.site.receipt(study, 6, .failed(InstanceFailure(.tampered, "odd")))))
            let journal = try fixture.open()
            #expect(try await journal.insert(study, rows) == nil)
            try await journal.discard(study.transferID, receipts: "/receipts", at: Date())
            let found = try await fixture.instances(study)
            for (row, before) in zip(found, rows) {
                switch (before.state, before.mayBeTriedAgain) {
                case (.acknowledged, _), (.withdrawn, _), (.failed, false): #expect(row == before)
                default: #expect((row.state, row.failure, row.failureKind) == (.withdrawn, Outbox.discardedReason, .temporary))
                }
            }
            let closed = try await fixture.found(study)
            #expect(closed.state == .discarded && closed.studyKey == nil && closed.manifest == nil)
        },
        OutboxJournalCheck("a study can go to another identity of its receiver") { fixture in
            let (study, planned) = try fixture.rows(["0", "1", "2", "3", "4", "5"])
            let states = OutboxInstance.State.allCases
            var rows = try zip(planned, states).map { try fixture.row($0, in: $1, of: study) }
            rows[1].hasCapsule = true
            let journal = try fixture.open()
            #expect(try await journal.insert(study, rows) == nil)
            try await journal.failedAttempt(study.transferID, because: "not trusted")
            let renewed = TrustedPeer(card: try Identity.create(name: PeerName("Radiologist")).card())
            #expect(try await journal.studies(under: renewed.name, besides: renewed.fingerprint).map(\.transferID) == [study.transferID])
            try await journal.rebind(study.transferID, to: renewed)
            let found = try await fixture.found(study)
            #expect((found.peer, found.peerName) == (renewed.fingerprint, renewed.name))
            #expect(found.attempts == 0 && found.lastError == nil && found.manifest == study.manifest)
            #expect(try await journal.studies(under: renewed.name, besides: renewed.fingerprint).isEmpty)
            #expect(try await journal.studies(for: renewed.fingerprint).map(\.transferID) == [study.transferID])
            var expected = rows
            for index in expected.indices { expected[index].beginAnew() }
            #expect(try await fixture.instances(study) == expected)
        },
        OutboxJournalCheck("a receiver's new name goes to its queued studies") { fixture in
            let (queued, closed) = (try await fixture.take(["a"]), try await fixture.take(["b"]))
            let journal = try fixture.open()
            try await journal.close(closed.transferID, receipts: nil, at: Date())
            let peer = fixture.site.peer
            try await journal.rename(TrustedPeer(name: try PeerName("Dr. Lee"), card: peer.card), from: [peer.name])
            #expect(try await fixture.found(queued).peerName.text == "Dr. Lee")
            #expect(try await fixture.found(closed).peerName == peer.name)
            let renewed = try Identity.create(name: PeerName("Radiologist")).card()
            let earlier = TrustedPeer(name: try PeerName("Lee"), card: renewed)
            try await journal.rename(earlier, from: [try PeerName("Dr. Lee")])
            #expect(try await fixture.found(queued).peerName.text == "Lee", "studies for an earlier identity under that name, too")
        },
    ]
}
