import Foundation
import Testing

@testable import Protocol

@Suite struct AcknowledgementTests {
    private let time = Date(timeIntervalSince1970: 1_800_000_600.5)

    private func acknowledgement(of reply: Manifest, person: String = "Nurse Bell", by identity: Identity = People.clinic) throws
        -> Acknowledgement
    {
        try Acknowledgement(
            of: reply, person: person, role: "ward 3", readBack: "Pneumothorax on the left", received: time - 60, signedBy: identity,
            date: time)
    }

    @Test func comesBackSigned() throws {
        let reply = try Fixtures.manifest(count: 1, by: People.radiologist)
        let made = try acknowledgement(of: reply)
        try made.check(acknowledges: reply)
        #expect(try Acknowledgement(serialized: made.serialized(), signedBy: People.clinic.card()) == made)
        #expect(try Acknowledgement(text: made.text(), signedBy: People.clinic.card()) == made)
        #expect(made.person == "Nurse Bell" && made.role == "ward 3" && made.readBack == "Pneumothorax on the left")
        #expect(made.time == time && made.received == time - 60 && made.signer == People.clinic.fingerprint)
    }

    @Test func travelsInAManifest() throws {
        let made = try acknowledgement(of: Fixtures.manifest(count: 1, by: People.radiologist))
        let entry = try ManifestEntry(path: "communication.dcm", byteCount: 1, digest: Fixtures.digest("a"))
        let manifest = try Manifest(
            studyUID: Fixtures.studyUID(), entries: [entry], attributes: ManifestAttributes([made.manifestAttribute()]),
            signedBy: People.clinic)
        #expect(try Acknowledgement(manifest, signedBy: People.clinic.card()) == made)
        #expect(manifest.criticalAttributes(besides: Acknowledgement.understood).isEmpty)
        #expect(manifest.criticalAttributes(besides: []) == ["acknowledgement"])
        #expect(try Acknowledgement(Fixtures.manifest(count: 1), signedBy: People.clinic.card()) == nil)
    }

    @Test func nobodyElseSignsIt() throws {
        let reply = try Fixtures.manifest(count: 1, by: People.radiologist)
        let forged = try acknowledgement(of: reply, by: People.stranger).serialized()
        expect(.badSignature) { try Acknowledgement(serialized: forged, signedBy: People.clinic.card()) }
        // The stranger's own signature over the clinic's words.
        let words = try #require(SignedStatement(serialized: acknowledgement(of: reply).serialized())).body
        let stolen = try SignedStatement(signing: words, kind: .acknowledgement, by: People.stranger).serialized()
        expect(.receiptInvalid) { try Acknowledgement(serialized: stolen, signedBy: People.stranger.card()) }
        // A statement of another kind.
        let other = try SignedStatement(signing: words, kind: .manifest, by: People.clinic).serialized()
        expect(.badSignature) { try Acknowledgement(serialized: other, signedBy: People.clinic.card()) }
        expect(.receiptInvalid) { try Acknowledgement(serialized: [1, 2, 3], signedBy: People.clinic.card()) }
    }

    @Test func anotherReplyIsNotAcknowledged() throws {
        let made = try acknowledgement(of: Fixtures.manifest(count: 1, by: People.radiologist))
        let other = try Fixtures.manifest(count: 1, by: People.radiologist)
        expect(.receiptInvalid) { try made.check(acknowledges: other) }
    }

    @Test func namesArePlain() throws {
        let reply = try Fixtures.manifest(count: 1, by: People.radiologist)
        for person in ["", "a\u{7}", String(repeating: "a", count: 257)] {
            expect(.receiptInvalid) { try acknowledgement(of: reply, person: person) }
        }
    }
}
