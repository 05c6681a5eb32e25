import Basics
import Concurrency
import Files
import Foundation
import Protocol
import TestSupport
import Testing

@testable import Sending

/// A receiver with a new identity: what waits for the earlier one goes to the new one.
@Suite struct StudyRebindingTests {
    private let site: ExampleHome
    private let renewed: TrustedPeer
    private let outbox: Outbox

    init() throws {
        site = try ExampleHome()
        outbox = try Outbox(home: site.home)
        renewed = TrustedPeer(card: try Identity.create(name: PeerName("Radiologist")).card())
    }

    private var rebinding: StudyRebinding {
        StudyRebinding(
            outbox: outbox, archive: ReceiptArchive(home: site.home), pool: WorkerPool(label: "test", width: 1), patience: .zero)
    }

    private func queued() async throws -> OutboxStudy {
        let taken = try await outbox.enqueue(site.order(["a", "b", "c", "d"]), signedBy: site.identity)
        return taken.study
    }

    @Test func everythingGoesToTheNewIdentity() async throws {
        let study = try await queued()
        #expect(try await rebinding.rebind(to: renewed) == .init(moved: [study.transferID]))
        let moved = try #require(try await outbox.study(study.transferID))
        #expect(moved.peer == renewed.fingerprint)
        #expect(moved.manifest == study.manifest)
        #expect(try await rebinding.rebind(to: renewed) == .init(), "nothing is left to move")
    }

    @Test func filesWithACapsuleAreSealedAnew() async throws {
        let study = try await queued()
        try await outbox.sealed(study.transferID, 0, .example(hasCapsule: true))
        try await outbox.sealed(study.transferID, 1, .example())
        try await outbox.sealed(study.transferID, 2, .example())
        try await outbox.sending(study.transferID, [1, 2])
        try await outbox.received(
            study.transferID, site.receipt(study, 2, .failed(InstanceFailure(.wrongKey, "the key does not fit"))))
        _ = try await rebinding.rebind(to: renewed)
        let rows = try await outbox.instances(of: study.transferID)
        #expect(rows.map(\.state) == [.planned, .sealed, .sealed, .planned])
        #expect(rows[0].sealedDigest == nil && rows[1].sealedDigest != nil)
        #expect(rows.allSatisfy { $0.acknowledgedBytes == 0 && $0.failure == nil && $0.receipt == nil })
    }

    @Test func receiptsOfTheEarlierIdentityAreKept() async throws {
        let study = try await queued()
        try await outbox.sealed(study.transferID, 0, .example())
        try await outbox.sending(study.transferID, [0])
        try await outbox.received(study.transferID, site.receipt(study, 0))
        _ = try await rebinding.rebind(to: renewed)
        #expect(try await outbox.instances(of: study.transferID)[0].state == .acknowledged, "the new identity is asked first")
        let archive = ReceiptArchive(home: site.home)
        let path = archive.path(study.transferID, of: site.peer.fingerprint)
        #expect(ReceiptArchive.transferID(ofFileAt: path) == "\(study.transferID)")
        #expect(try archive.files(of: ["\(study.transferID)"]) == [path])
        let text = String(decoding: try WholeFile.read(path), as: UTF8.self)
        let kept = try ArchivedTransfer(text: text, own: site.identity.card(), trust: TrustStore(home: site.home))
        #expect(kept.restored == 1)
        // Also when the new identity's card has taken the place of the earlier one's.
        let trust = try TrustStore(home: site.home)
        try trust.replace(site.peer.name, with: renewed.card)
        #expect(throws: OperationFailure.self) { try ArchivedTransfer(text: text, own: site.identity.card(), trust: trust) }
        let former = try FormerCards(home: site.home).cards()
        let proven = try ArchivedTransfer(text: text, own: site.identity.card(), trust: trust, former: former)
        #expect(!proven.isTrusted && proven.peer.fingerprint == site.peer.fingerprint)
    }

    @Test func whatIsBeingDeliveredStaysAsItIs() async throws {
        let study = try await queued()
        let lock = try #require(try await outbox.lock(study.transferID))
        #expect(try await rebinding.rebind(to: renewed) == .init(busy: [study.transferID]))
        #expect(try await outbox.study(study.transferID)?.peer == site.peer.fingerprint)
        withExtendedLifetime(lock) {}
    }

    @Test(.timeLimit(.minutes(1))) func whatIsGivenBackInTimeIsMoved() async throws {
        let study = try await queued()
        let clock = ManualClock()
        let patient = StudyRebinding(
            outbox: outbox, archive: ReceiptArchive(home: site.home), pool: WorkerPool(label: "test", width: 1), patience: .seconds(10),
            clock: clock)
        var lock = try await outbox.lock(study.transferID)
        #expect(lock != nil)
        async let result = patient.rebind(to: renewed)
        await clock.pass(.milliseconds(100))
        await clock.sleeper(for: .milliseconds(100))
        lock = nil
        clock.advance(by: .milliseconds(100))
        #expect(try await result == .init(moved: [study.transferID]))
    }

    /// What `trust` tells, and what it does once a person has confirmed.
    @Test func trustingMovesOnlyWhatAPersonConfirmed() async throws {
        let study = try await queued()
        let told = try await StudyRebindingFollowUp.trusted(renewed, replaces: false, home: site.home)
        #expect(told.count == 1 && told[0].contains("1 study waits") && told[0].contains("trust --replaces"))
        #expect(try await outbox.study(study.transferID)?.peer == site.peer.fingerprint)
        let moved = try await StudyRebindingFollowUp.trusted(renewed, replaces: true, home: site.home)
        #expect(moved == ["Moved to the new identity: 1 of 1 waiting studies."])
        #expect(try await outbox.study(study.transferID)?.peer == renewed.fingerprint)
        #expect(try await StudyRebindingFollowUp.trusted(renewed, replaces: true, home: site.home).isEmpty)
    }

    /// Studies find their receiver by its fingerprint; the name that is shown, and that tells an earlier identity's studies, goes with it.
    @Test func renamingTakesTheStudiesAlong() async throws {
        let study = try await queued()
        let renamed = TrustedPeer(name: try PeerName("Dr. Lee"), card: site.peer.card)
        let told = try await StudyRebindingFollowUp.renamed(renamed, from: [site.peer.name], home: site.home)
        #expect(told == ["Commands and configuration that say --to Radiologist need --to 'Dr. Lee' now."])
        #expect(try await outbox.study(study.transferID)?.peerName.text == "Dr. Lee")
        #expect(try await outbox.journal.studies(for: renamed.fingerprint).map(\.transferID) == [study.transferID])
        let successor = TrustedPeer(name: renamed.name, card: renewed.card)
        #expect(
            try await StudyRebindingFollowUp.earlierIdentities(under: renamed.name, besides: renewed.fingerprint, home: site.home)
                == [site.peer.fingerprint])
        #expect(try await rebinding.rebind(to: successor).moved == [study.transferID])
    }

    /// A study for an earlier identity keeps up with its receiver's name, too.
    @Test func renamingTakesAnEarlierIdentitysStudiesAlong() async throws {
        let study = try await queued()
        let renamed = TrustedPeer(name: try PeerName("Dr. Lee"), card: renewed.card)
        _ = try await StudyRebindingFollowUp.renamed(renamed, from: [site.peer.name], home: site.home)
        #expect(try await rebinding.rebind(to: renamed).moved == [study.transferID])
    }

    @Test func removingSaysWhatWaits() async throws {
        #expect(try await StudyRebindingFollowUp.waiting(for: site.peer, home: site.home).isEmpty)
        let study = try await queued()
        let told = try await StudyRebindingFollowUp.waiting(for: site.peer, home: site.home)
        #expect(told.count == 1 && told[0].contains("1 study waits") && told[0].contains(study.transferID.short))
    }

    /// Nobody has an outbox before the first study.
    @Test func withoutAnOutboxNothingIsMade() async throws {
        let home = try ExampleHome()
        #expect(try await StudyRebindingFollowUp.trusted(renewed, replaces: true, home: home.home).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: home.home.state.path))
    }

    @Test func aStudyForAnEarlierIdentitySaysWhatHelps() async throws {
        let study = try await queued()
        let trust = try TrustStore(home: site.home)
        try trust.forget(site.peer.name)
        func reason() -> String {
            let error = #expect(throws: OperationFailure.self) { try ReceiverEndpoint(identity: site.identity, trust: trust, of: study) }
            #expect(error?.kind == .notTrusted)
            return error?.description ?? ""
        }
        #expect(reason().contains("trust --replaces Radiologist") && reason().contains(site.peer.fingerprint.description))
        try trust.trust(renewed.card, as: site.peer.name)
        #expect(reason().contains("another identity") && reason().contains(renewed.fingerprint.description))
    }

    @Test func otherReceiversAndClosedStudiesAreLeftAlone() async throws {
        let study = try await queued()
        let other = TrustedPeer(name: try PeerName("Other"), card: renewed.card)
        #expect(try await rebinding.rebind(to: other) == .init())
        try await outbox.close(study.transferID, receipts: nil)
        #expect(try await rebinding.rebind(to: renewed) == .init())
    }
}
