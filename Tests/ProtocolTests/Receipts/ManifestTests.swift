import Foundation
import Testing

@testable import Protocol

@Suite struct ManifestTests {
    @Test func isVerifiedByTheSendersCard() throws {
        let manifest = try Fixtures.manifest(count: 3)
        let read = try Manifest(manifest.statement, signedBy: People.clinic.card())
        #expect(read == manifest)
        #expect(read.entries.count == 3)
        #expect(read.sender == People.clinic.fingerprint)
        #expect(try Manifest(text: manifest.text(), signedBy: People.clinic.card()) == manifest)
    }

    @Test func othersDidNotSignIt() throws {
        let manifest = try Fixtures.manifest(count: 3)
        expect(.badSignature) { try Manifest(manifest.statement, signedBy: People.stranger.card()) }
        var body = manifest.statement.body
        body[body.count - 1] ^= 1
        expect(.badSignature) {
            try Manifest(SignedStatement(body: body, signature: manifest.statement.signature), signedBy: People.clinic.card())
        }
    }

    @Test func mustNameItsSigner() throws {
        var body = try WireManifestBody(serializedBytes: Fixtures.manifest(count: 1).statement.body)
        body.senderFingerprint = Data(People.stranger.fingerprint.bytes)
        expect(.manifestInvalid) { try Manifest(signed(body), signedBy: People.clinic.card()) }
    }

    @Test(arguments: [
        "", "/etc/passwd", "a//b", "../a", "a/../b", "./a", "a/", "a\0b", "..", String(repeating: "a", count: 1025), "../\u{301}a",
        "a/../\u{FE0F}",
        "/\u{301}etc", "a\u{301}/\u{20DD}/..",
    ])
    func pathsThatLeadAstray(path: String) throws {
        expect(.manifestInvalid) { try ManifestEntry(path: path, byteCount: 1, digest: Fixtures.digest("")) }
        var body = try WireManifestBody(serializedBytes: Fixtures.manifest(count: 1).statement.body)
        body.entries[0].path = path
        expect(.manifestInvalid) { try Manifest(signed(body), signedBy: People.clinic.card()) }
    }

    @Test(
        arguments: [
            { (body: inout WireManifestBody) in body.transferID = Data(count: 15) }, { $0.studyUid = "x" }, { $0.entries = [] },
            { $0.createdMilliseconds = .max }, { $0.entries[0].sha256 = Data(count: 31) }, { $0.senderFingerprint = Data() },
        ] as [@Sendable (inout WireManifestBody) -> Void])
    func damagedFields(change: @Sendable (inout WireManifestBody) -> Void) throws {
        var body = try WireManifestBody(serializedBytes: Fixtures.manifest(count: 1).statement.body)
        change(&body)
        expect(.manifestInvalid) { try Manifest(signed(body), signedBy: People.clinic.card()) }
    }

    @Test func emptyOrEndlessStudies() throws {
        expect(.manifestInvalid) { try Manifest(studyUID: Fixtures.studyUID(), entries: [], signedBy: People.clinic) }
        let entry = try ManifestEntry(path: "a", byteCount: 1, digest: Fixtures.digest(""))
        expect(.manifestInvalid) {
            try Manifest(studyUID: Fixtures.studyUID(), entries: Array(repeating: entry, count: 100_001), signedBy: People.clinic)
        }
    }

    /// Each has two bytes on the wire, and a hundred once it is decoded.
    @Test func endlessEmptyEntriesAreNotDecoded() throws {
        var bytes: [UInt8] = []
        for _ in 0..<(24 << 20) / 2 { bytes += [0x2A, 0x00] }
        let statement = try SignedStatement(signing: bytes, kind: .manifest, key: People.clinic.signingKey)
        let card = try People.clinic.card()
        let grown = try Memory.peakGrowth { _ = expect(.manifestInvalid) { try Manifest(statement, signedBy: card) } }
        #expect(grown < 300 << 20, "\(grown) bytes for a manifest of \(bytes.count)")
    }

    /// As `veilray.proto` has none, no two readers shall differ in them.
    @Test func groupsAreRefused() throws {
        let body = try Fixtures.manifest(count: 2).statement.body
        let entries = try #require(ManifestLayout(of: body)).entries
        // The last entry, once more, inside a group of number 9.
        let group = [0x4B] + [0x2A, UInt8(entries[1].count)] + body[entries[1]] + [0x4C]
        #expect(try WireManifestBody(serializedBytes: body + group).entries.count == 2)
        let statement = try SignedStatement(signing: body + group, kind: .manifest, key: People.clinic.signingKey)
        expect(.manifestInvalid) { try Manifest(statement, signedBy: People.clinic.card()) }
    }

    @Test func fieldsOfLaterReleasesMayStandAnywhere() throws {
        let manifest = try Fixtures.manifest(count: 2)
        let body = manifest.statement.body
        let entries = try #require(ManifestLayout(of: body)).entries
        // Field 9, a text, between the two entries; field 5 as a number is not known either.
        let unknown: [UInt8] = [0x4A, 2, 0x61, 0x62, 0x28, 7]
        let statement = try SignedStatement(
            signing: body[..<entries[0].upperBound] + unknown + body[entries[0].upperBound...], kind: .manifest,
            key: People.clinic.signingKey)
        #expect(try Manifest(statement, signedBy: People.clinic.card()).entries == manifest.entries)
    }

    @Test func sameContentSignsTheSameBytes() throws {
        let id = TransferID()
        let date = Date(timeIntervalSince1970: 1)
        let entries = try Fixtures.manifest(count: 5).entries
        let manifests = try (0..<2).map { _ in
            try Manifest(transferID: id, studyUID: Fixtures.studyUID(), entries: entries, signedBy: People.clinic, date: date)
        }
        #expect(manifests[0].digest == manifests[1].digest)
    }

    private func signed(_ body: WireManifestBody) throws -> SignedStatement {
        try SignedStatement(signing: Serialization.bytes(of: body), kind: .manifest, key: People.clinic.signingKey)
    }
}
