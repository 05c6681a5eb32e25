import Basics
import DICOM
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Receiving

/// Files that are known, and files that claim a UID.
@Suite struct UIDConformanceTests {
    @Test(arguments: InboxEngine.all) func sameOriginalOfTheSameSenderIsKnown(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let first = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await journal.reopened().open(first.manifest, peer: "clinic", key: first.key)
        _ = try await journal.reopened().commit([first.restored(0, uid: "1.2.3"), first.failed(1)])
        let second = try TestStudy(["moved/a.dcm", "b.dcm", "new.dcm"], contents: ["moved/a.dcm": "a.dcm"])
        _ = try await journal.reopened().open(second.manifest, peer: "clinic", key: second.key)
        let known = try await journal.reopened().knownInstances(of: second.transfer)
        #expect(known.map(\.position) == [0])
        #expect(known.first?.path == "/studies/a.dcm")
        #expect(known.first?.sopInstanceUID == "1.2.3")
    }

    /// "You need not send it" would tell one clinic what another one has sent.
    @Test(arguments: InboxEngine.all) func anotherSendersOriginalIsNotTold(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let first = try TestStudy(["a.dcm"])
        _ = try await journal.reopened().open(first.manifest, peer: "clinic", key: first.key)
        _ = try await journal.reopened().commit([first.restored(0)])
        let second = try TestStudy(["a.dcm"], sender: try Identity.create(name: PeerName("Other Clinic")))
        _ = try await journal.reopened().open(second.manifest, peer: "other", key: second.key)
        #expect(try await journal.reopened().knownInstances(of: second.transfer).isEmpty)
    }

    @Test(arguments: InboxEngine.all) func differentFilesUnderOneUIDAreAConflictAcrossTransfers(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let first = try TestStudy(["a.dcm"])
        _ = try await journal.reopened().open(first.manifest, peer: "clinic", key: first.key)
        _ = try await journal.reopened().commit([first.restored(0, uid: "1.2.3")])
        let other = try TestStudy(["changed"])
        let inbox = try journal.reopened()
        #expect(try await inbox.claim([claim(other)]) == ["/studies/a.dcm"])
        #expect(try await inbox.claim([claim(first, ContentDigest(of: [1]))]) == [nil])
        #expect(try await inbox.claim([claim(other, first.manifest.entries[0].digest)]) == [nil])
        #expect(try await inbox.claim([claim(other, uid: "1.2.4"), nil]) == [nil, nil])
    }

    /// Two connections to one journal at the same moment: one of them gets the UID, whichever it is.
    @Test(arguments: InboxEngine.all) func aUIDIsClaimedByOne(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let studies = try (0..<8).map { try TestStudy(["file-\($0)"]) }
        for study in studies {
            _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
            try await journal.reopened().advance([(0, study.part(0, durable: 100), true)], of: study.transfer)
        }
        let inboxes = try [journal.reopened(), journal.reopened()]
        let claims = studies.map { claim($0) }
        let others = try await withThrowingTaskGroup(of: String?.self) { group in
            for (index, claim) in claims.enumerated() {
                group.addTask { try await inboxes[index % 2].claim([claim])[0] }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(others.count { $0 == nil } == 1)
        #expect(Set(others.compactMap(\.self)).count == 1)
        // Whoever has to come again lets go of it.
        for study in studies { try await inboxes[0].reset(0, of: study.transfer) }
        #expect(try await inboxes[1].claim([claim(try TestStudy(["late"]))]) == [nil])
    }

    private func claim(_ study: TestStudy, _ digest: ContentDigest? = nil, uid: String = "1.2.3") -> UIDClaim {
        UIDClaim(transfer: study.transfer, position: 0, digest: digest ?? study.manifest.entries[0].digest, uid: uid)
    }
}
