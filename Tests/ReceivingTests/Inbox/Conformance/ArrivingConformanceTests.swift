import Basics
import DICOM
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Receiving

/// Studies that are opened, and files that come. Each change is looked at through a store that was opened anew: what a call has returned
/// from is on the disk.
@Suite struct ArrivingConformanceTests {
    @Test(arguments: InboxEngine.all) func openingAStudyTwiceFindsItAgain(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm", "b/c.dcm"])
        #expect(try await journal.reopened().open(study.manifest, peer: "clinic", key: nil).isEmpty)
        let first = try await journal.reopened().instances(of: study.transfer)
        #expect(first.map(\.path) == ["a.dcm", "b/c.dcm"])
        #expect(first.map(\.digest) == study.manifest.entries.map(\.digest))
        try await journal.reopened().advance([(1, study.part(1, durable: 40), false)], of: study.transfer)
        let again = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        #expect(again.map(\.position) == [1])
        #expect(again.map(\.state) == [.arriving])
        #expect(again.first?.stego == study.part(1, durable: 40))
    }

    @Test(arguments: InboxEngine.all) func anotherManifestUnderTheSameTransferIsRefused(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: nil)
        let other = try Manifest(
            transferID: study.transfer, studyUID: study.manifest.studyUID, entries: study.manifest.entries,
            signedBy: try Identity.create(name: PeerName("Somebody")))
        await #expect(throws: ReceivingError.transferConflict) { try await journal.reopened().open(other, peer: "somebody", key: nil) }
        #expect(try await journal.states(of: study) == [.awaited])
    }

    @Test(arguments: InboxEngine.all) func arrivingThenArrivedThenRestored(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        try await journal.reopened().advance([(0, study.part(0, durable: 40), false)], of: study.transfer)
        #expect(try await journal.states(of: study) == [.arriving, .awaited])
        #expect(try await journal.reopened().segmentsInUse(of: study.transfer) == [1])
        try await journal.reopened().advance([(0, study.part(0, durable: 100), true)], of: study.transfer)
        #expect(try await journal.states(of: study) == [.arrived, .awaited])
        let unrestored = try await journal.reopened().unrestored()
        #expect(unrestored.map(\.instance.path) == ["a.dcm"])
        #expect(unrestored.first?.key == study.key)
        let commit = study.restored(0)
        #expect(try await journal.reopened().commit([commit]).finished.isEmpty)
        let record = try #require(try await journal.reopened().instances(of: study.transfer).first)
        #expect(record.state == .restored)
        #expect(record.outcome == commit.result)
        #expect(try await journal.reopened().segmentsInUse(of: study.transfer).isEmpty)
        #expect(try await journal.reopened().unrestored().isEmpty)
    }

    /// Bytes may all be there before the verdict on them is.
    @Test(arguments: InboxEngine.all) func allBytesAreNotYetAnArrival(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        try await journal.reopened().advance([(0, study.part(0, durable: 100), false)], of: study.transfer)
        #expect(try await journal.states(of: study) == [.arriving])
        #expect(try await journal.reopened().unrestored().isEmpty)
    }

    @Test(arguments: InboxEngine.all) func aLateOffsetChangesNothingThatIsSettled(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        _ = try await journal.reopened().commit([study.restored(0), study.failed(1)])
        try await journal.reopened().advance(
            [(0, study.part(0, durable: 100), true), (1, study.part(1, durable: 100), true)], of: study.transfer)
        #expect(try await journal.states(of: study) == [.restored, .failed])
    }

    @Test(arguments: InboxEngine.all) func whatCameDamagedIsAwaitedAgain(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: nil)
        try await journal.reopened().advance([(0, study.part(0, durable: 40), false)], of: study.transfer)
        try await journal.reopened().reset(0, of: study.transfer)
        let record = try #require(try await journal.reopened().instances(of: study.transfer).first)
        #expect(record.state == .awaited)
        #expect(record.stego == nil)
    }

    @Test(arguments: InboxEngine.all) func aLostInstanceIsAwaitedAgain(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        try await journal.reopened().advance([(0, study.part(0, durable: 100, start: 50), true)], of: study.transfer)
        // It came again meanwhile, to another place.
        #expect(try await !journal.reopened().reset(0, of: study.transfer, at: SpoolLocation(segment: 1, start: 0)))
        #expect(try await journal.states(of: study) == [.arrived])
        #expect(try await journal.reopened().reset(0, of: study.transfer, at: SpoolLocation(segment: 1, start: 50)))
        #expect(try await journal.states(of: study) == [.awaited])
        _ = try await journal.reopened().commit([study.restored(0)])
        #expect(try await !journal.reopened().reset(0, of: study.transfer, at: SpoolLocation(segment: 1, start: 50)))
        #expect(try await journal.states(of: study) == [.restored])
    }

    @Test(arguments: InboxEngine.all) func attemptsCountUnorderlyEnds(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm", "b.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        try await journal.reopened().advance(
            [(0, study.part(0, durable: 100), true), (1, study.part(1, durable: 100, start: 100), true)], of: study.transfer)
        func attempts() async throws -> [Int] { try await journal.reopened().unrestored().map(\.instance.attempts) }
        // What arrives is restored at once, and that is in the journal with it.
        #expect(try await attempts() == [1, 1])
        for _ in 0..<4 { try await journal.reopened().countAttempts(upTo: 2) }
        #expect(try await attempts() == [3, 3])
        try await journal.reopened().countAttempt(at: 0, of: study.transfer)
        #expect(try await attempts() == [3, 4])
        // The one that was tried least goes first.
        #expect(try await journal.reopened().unrestored().map(\.instance.position) == [1, 0])
        try await journal.reopened().forgetAttempts()
        #expect(try await attempts() == [0, 0])
    }

    @Test(arguments: InboxEngine.all) func figures(_ engine: InboxEngine) async throws {
        let journal = try TestJournal(engine)
        let study = try TestStudy(["a.dcm", "b.dcm", "c.dcm"])
        _ = try await journal.reopened().open(study.manifest, peer: "clinic", key: study.key)
        try await journal.reopened().advance(
            [(0, study.part(0, durable: 100), true), (1, study.part(1, durable: 40, start: 100), false)], of: study.transfer)
        let figures = try await journal.reopened().figures()
        #expect(figures.arrivingStudies == 1)
        #expect(figures.spooledBytes == 140)
        #expect(figures.instances == [.arrived: 1, .arriving: 1, .awaited: 1])
    }
}
