import Basics
import Foundation
import Testing

@testable import Protocol
@testable import Sending

/// Who may answer what.
@Suite struct ReplyGateTests {
    private let site: ExampleHome
    private let resources: DeliveryResources
    private let gate: ReplyGate

    init() throws {
        site = try ExampleHome()
        resources = try site.resources()
        gate = ReplyGate(resources)
    }

    /// A reply as the radiologist has signed it.
    private func reply(
        to transfer: TransferID, _ digest: ContentDigest, version: Int = 1, status: ReportStatus = .final,
        signedBy identity: Identity? = nil
    ) throws -> Manifest {
        let facts = try ReportFacts(
            version: version, status: status, predecessor: version == 1 ? nil : TransferID(), author: "Lee", time: Date(),
            textDigest: ContentDigest(of: []))
        return try Manifest(
            studyUID: StudyUID("2.25.1"), entries: [try PlannedInstance.example("sr").entry],
            attributes: ManifestAttributes(try Reply(to: transfer, manifestDigest: digest, report: facts).attributes()),
            signedBy: identity ?? site.receiver)
    }

    private func sent() async throws -> (study: OutboxStudy, manifest: Manifest) {
        let study = try await resources.outbox.enqueue(site.order(), signedBy: site.identity).study
        return (study, try Manifest(text: try #require(study.manifest), signedBy: site.identity.card()))
    }

    private func refusal(_ manifest: Manifest, from peer: TrustedPeer? = nil) async throws -> String {
        do {
            _ = try await gate.place(for: manifest, from: peer ?? site.peer)
            return "let in"
        } catch let refusal as StudyRefusal {
            return refusal.reason
        }
    }

    @Test func aReplyHasItsPlaceByTheStudyThatWasSent() async throws {
        let (study, manifest) = try await sent()
        let place = try await gate.place(for: reply(to: study.transferID, manifest.digest), from: site.peer)
        #expect(place.folder == "1.2.3" && place.name == "v1-final")
        let second = try await gate.place(
            for: reply(to: study.transferID, manifest.digest, version: 7, status: .corrected), from: site.peer)
        #expect(second.name == "v7-corrected")
    }

    /// Its manifest has left the journal; the archive of receipts proves what was sent.
    @Test func aClosedTransferIsAnsweredByItsArchive() async throws {
        let (study, manifest) = try await sent()
        let receipts = try (0..<3).map { try site.receipt(study, $0).text() }
        let path = try ReceiptArchive(home: site.home).store(
            transferID: study.transferID, manifest: try #require(study.manifest), receipts: receipts, studyReceipt: nil)
        try await resources.outbox.close(study.transferID, receipts: path)
        #expect(try await gate.place(for: reply(to: study.transferID, manifest.digest), from: site.peer).folder == "1.2.3")
        let wrong = try await refusal(reply(to: study.transferID, ContentDigest(of: [9])))
        #expect(wrong.contains("other files"))
        // After three months the archive has the manifest, and the journal still whose study it was.
        try await resources.outbox.clean(now: Date(timeIntervalSinceNow: Outbox.memory + 86_400))
        #expect(try await resources.outbox.study(study.transferID) == nil)
        #expect(try await gate.place(for: reply(to: study.transferID, manifest.digest), from: site.peer).folder == "1.2.3")
        let late = try await refusal(reply(to: study.transferID, ContentDigest(of: [9])))
        #expect(late.contains("other files"))
    }

    /// A journal that was lost takes the study's UID with it: the archive still tells whose the transfer was.
    @Test func theArchiveAloneKnowsTheStegoFilesUID() async throws {
        let manifest = try Manifest(
            studyUID: StudyUID("2.25.1"), entries: [try PlannedInstance.example("ct").entry], signedBy: site.identity)
        let receipt = try InstanceReceipt(
            of: manifest, index: 0, outcome: .restored(digest: manifest.entries[0].digest, exactness: .bytes), signedBy: site.receiver,
            date: Date())
        _ = try ReceiptArchive(home: site.home).store(
            transferID: manifest.transferID, manifest: manifest.text(), receipts: [receipt.text()], studyReceipt: nil)
        let place = try await gate.place(for: reply(to: manifest.transferID, manifest.digest), from: site.peer)
        #expect(place.folder == "2.25.1")
    }

    /// One that was discarded before anything was receipted has no archive: its number and its receiver are all that is left.
    @Test func aDiscardedTransferMayBeAnswered() async throws {
        let (study, manifest) = try await sent()
        try await resources.outbox.discard(study.transferID, receipts: nil)
        #expect(try await gate.place(for: reply(to: study.transferID, manifest.digest), from: site.peer).folder == "1.2.3")
        // A second opinion after a year.
        try await resources.outbox.clean(now: Date(timeIntervalSinceNow: 365 * 86_400))
        #expect(try await gate.place(for: reply(to: study.transferID, manifest.digest), from: site.peer).folder == "1.2.3")
    }

    @Test func othersTransfersAndUnknownOnesAreRefusedInTheSameWords() async throws {
        let (study, manifest) = try await sent()
        let other = try Identity.create(name: PeerName("Other"))
        let peer = try resources.trust.trust(other.card())
        let foreign = try await refusal(reply(to: study.transferID, manifest.digest, signedBy: other), from: peer)
        let number = TransferID()
        let unknown = try await refusal(reply(to: number, manifest.digest))
        #expect(foreign.contains("not sent to you"))
        #expect(foreign.replacing(study.transferID.description, with: "") == unknown.replacing(number.description, with: ""))
    }

    @Test func whatIsNoReplyIsRefused() async throws {
        let plain = try Manifest(
            studyUID: StudyUID("2.25.1"), entries: [try PlannedInstance.example("ct").entry], signedBy: site.receiver)
        #expect(try await refusal(plain).contains("answers nothing"))
    }
}
