import Basics
import DICOM
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Receiving

/// Studies that are forwarded.
@Suite struct ForwardingConformanceTests {
    @Test(arguments: InboxEngine.all) func whatWasAcceptedIsNotForwardedAgain(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm", "b.dcm", "c.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await journal.reopened().commit([study.restored(0), study.restored(1), study.restored(2)])
        try await journal.announce(study, forwards: true)
        #expect(try await journal.reopened().waitingForForwarding() == [study.transfer])
        let files = try #require(try await journal.reopened().forwardingStudy(study.transfer)?.files)
        let accepted = files.map { AcceptedFile(file: $0, note: $0.position == 2 ? "status B000" : nil) }
        #expect(try journal.reopened().forwarded([accepted[0], accepted[2]], of: study.transfer) == false)
        try await journal.reopened().forwardingFailed(study.transfer, reason: "the PACS is away", notes: [:], isOver: false)
        #expect(try await journal.reopened().forwardingStudy(study.transfer)?.files.map(\.position) == [1])
        #expect(try await journal.reopened().studies(limit: 0).first?.forwardingReason == "the PACS is away")
        #expect(try journal.reopened().forwarded([accepted[1]], of: study.transfer))
        #expect(try await journal.reopened().forwardingNotes(of: study.transfer).map(\.note) == ["status B000"])
        #expect(try await journal.reopened().waitingForForwarding().isEmpty)
        #expect(try await journal.reopened().studies(limit: 1).first?.forwarding == .done)
    }

    /// What was given up waits for a person, who has it tried again or ends it.
    @Test(arguments: InboxEngine.all) func handingOnIsGivenUpTakenUpAndDropped(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await journal.reopened().commit([study.restored(0), study.restored(1)])
        try await journal.announce(study, forwards: true)
        let files = try #require(try await journal.reopened().forwardingStudy(study.transfer)?.files)
        #expect(try await !journal.reopened().retryForwarding(study.transfer))
        try await journal.reopened().forwardingFailed(study.transfer, reason: "no", notes: [1: "it is not there"], isOver: true)
        #expect(try await journal.reopened().waitingForForwarding().isEmpty)
        #expect(try await journal.reopened().studies(limit: 0).first?.forwarding == .refused)
        #expect(try await journal.reopened().forwardingNotes(of: study.transfer).map(\.path) == ["/studies/b.dcm"])
        #expect(try await journal.reopened().retryForwarding(study.transfer))
        #expect(try await journal.reopened().forwardingStudy(study.transfer)?.attempts == 0)
        #expect(try await journal.reopened().dropForwarding(study.transfer))
        #expect(try await !journal.reopened().dropForwarding(study.transfer))
        // What was under way when it was dropped does not bring it back.
        try await journal.reopened().forwardingFailed(study.transfer, reason: "no", notes: [1: "it is not there"], isOver: false)
        #expect(try journal.reopened().forwarded(files.map { AcceptedFile(file: $0, note: nil) }, of: study.transfer) == false)
        #expect(try await journal.reopened().studies(limit: 1).first?.forwarding == .dropped)
    }
}
