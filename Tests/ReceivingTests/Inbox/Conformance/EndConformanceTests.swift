import Basics
import DICOM
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Receiving

/// Files and studies that come to their end, and studies that are announced.
@Suite struct EndConformanceTests {
    @Test(arguments: InboxEngine.all) func theFirstFileSaysWhichStudyItIs(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm", "b.dcm", "c.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        #expect(try await journal.reopened().study(study.transfer)?.heading == nil)
        var (first, second) = (study.restored(0, at: "/in/P/S/1/a.dcm"), study.restored(1, at: "/in/P/S/2/b.dcm"))
        first.heading = StudyHeading(DataSet([DataElement(.patientName, .PN, strings: ["ONE^PATIENT"])]))
        second.heading = StudyHeading(DataSet([DataElement(.patientName, .PN, strings: ["TWO^PATIENT"])]))
        _ = try await journal.reopened().commit([first])
        _ = try await journal.reopened().commit([second])
        let status = try #require(try await journal.reopened().study(study.transfer))
        #expect(status.heading?.patientName == "ONE^PATIENT")
        #expect(status.folder == "/in/P/S")
        #expect(try Fingerprint(status.sender.description) == study.manifest.sender)
    }

    @Test(arguments: InboxEngine.all) func completeOnlyWithTheLastInstance(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        #expect(try await journal.reopened().commit([study.restored(0)]).finished.isEmpty)
        #expect(try await journal.reopened().unreported().isEmpty)
        #expect(try await journal.reopened().commit([study.restored(1)]).finished == [study.transfer: .complete])
        #expect(try await journal.reopened().unreported() == [study.transfer])
        let finished = try #require(try await journal.reopened().finishedStudy(study.transfer))
        #expect(finished.state == .complete)
        #expect(finished.instances.map(\.path) == ["/studies/a.dcm", "/studies/b.dcm"])
        // Committed twice, by a run that was killed before it could tell anybody: the study ends once.
        #expect(try await journal.reopened().commit([study.restored(1)]).finished.isEmpty)
    }

    @Test(arguments: InboxEngine.all) func failuresAndWithdrawalsMakeItIncomplete(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm", "b.dcm", "c.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await journal.reopened().commit([study.restored(0), study.failed(1)])
        #expect(try await journal.reopened().withdraw(2, of: study.transfer, reason: "unreadable") == .incomplete)
        let finished = try #require(try await journal.reopened().finishedStudy(study.transfer))
        #expect(finished.state == .incomplete)
        #expect((finished.failed, finished.withdrawn) == (1, 1))
        let failure = try await journal.reopened().instances(of: study.transfer)[1].outcome
        #expect(failure?.outcome == .failed(InstanceFailure(.tampered, "no good")))
    }

    @Test(arguments: InboxEngine.all) func whatWasWithdrawnMayComeAfterAll(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await journal.reopened().commit([study.restored(0)])
        _ = try await journal.reopened().withdraw(1, of: study.transfer, reason: "busy")
        try await journal.announce(study)
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        try await journal.reopened().advance([(1, study.part(1, durable: 100), true)], of: study.transfer)
        #expect(try await journal.states(of: study) == [.restored, .arrived])
        #expect(try await journal.reopened().commit([study.restored(1)]).finished == [study.transfer: .complete])
        #expect(try await journal.reopened().unreported() == [study.transfer])
    }

    /// Restored before the spool's next group: the journal has never seen it arrive.
    @Test(arguments: InboxEngine.all) func whatWasWithdrawnMayComeAtOnce(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        #expect(try await journal.reopened().withdraw(0, of: study.transfer, reason: "busy") == .incomplete)
        #expect(try await journal.reopened().commit([study.restored(0)]).finished == [study.transfer: .complete])
    }

    @Test(arguments: InboxEngine.all) func announcedOnce(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await journal.reopened().commit([study.restored(0)])
        try await journal.announce(study, moved: [0: "/elsewhere/a.dcm"], forwards: true)
        #expect(try await journal.reopened().unreported().isEmpty)
        #expect(try await journal.reopened().finishedStudy(study.transfer) == nil)
        #expect(try await journal.reopened().forwardingStudy(study.transfer)?.files.map(\.path) == ["/elsewhere/a.dcm"])
    }

    /// What was told is not what it is any more: it has to be told again.
    @Test(arguments: InboxEngine.all) func anEndThatHasPassedIsNotAnnounced(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await journal.reopened().commit([study.restored(0)])
        _ = try await journal.reopened().withdraw(1, of: study.transfer, reason: "busy")
        let told = try #require(try await journal.reopened().finishedStudy(study.transfer))
        #expect(told.state == .incomplete)
        try await journal.reopened().advance([(1, study.part(1, durable: 100), true)], of: study.transfer)
        #expect(try await !journal.reopened().reported(told, moved: [0: "/elsewhere/a.dcm"], forwards: false))
        #expect(try await journal.reopened().commit([study.restored(1)]).finished == [study.transfer: .complete])
        #expect(try await !journal.reopened().reported(told, moved: [:], forwards: false))
        let finished = try #require(try await journal.reopened().finishedStudy(study.transfer))
        #expect(finished.state == .complete)
        // The files were moved all the same.
        #expect(finished.instances.map(\.path) == ["/elsewhere/a.dcm", "/studies/b.dcm"])
        #expect(try await journal.reopened().reported(finished, moved: [:], forwards: true))
        #expect(try await journal.reopened().waitingForForwarding() == [study.transfer])
    }
}
