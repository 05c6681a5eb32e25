import Foundation
import Testing

@testable import Protocol

@Suite struct ReplyTests {
    private let time = Date(timeIntervalSince1970: 1_800_000_000.25)

    private func facts(
        version: Int = 2, status: ReportStatus = .corrected, predecessor: TransferID? = TransferID(), author: String = "Dr. Lee",
        callback: String? = "Lee, +41 44 000 00 00"
    ) throws(ProtocolError) -> ReportFacts {
        try ReportFacts(
            version: version, status: status, predecessor: predecessor, author: author, time: time, criticality: .minutes,
            textDigest: Fixtures.digest("No fracture."), callback: callback)
    }

    private func manifest(_ attributes: [ManifestAttribute]) throws -> Manifest {
        let entry = try ManifestEntry(path: "sr.dcm", byteCount: 1, digest: Fixtures.digest("a"))
        return try Manifest(
            studyUID: Fixtures.studyUID(), entries: [entry], attributes: ManifestAttributes(attributes), signedBy: People.radiologist)
    }

    @Test func comesBackSigned() throws {
        let asked = try Fixtures.manifest(count: 3)
        let reply = Reply(to: asked.transferID, manifestDigest: asked.digest, report: try facts())
        let manifest = try Manifest(text: manifest(reply.attributes()).text(), signedBy: People.radiologist.card())
        #expect(try Reply(manifest) == reply)
        #expect(Reply.isOne(manifest) && !Reply.isOne(asked))
        #expect(try Reply(asked) == nil)
        // A sink that does not know of replies refuses it.
        #expect(manifest.criticalAttributes(besides: []) == ["reply.transfer"])
        #expect(manifest.criticalAttributes(besides: Reply.understood).isEmpty)
        try reply.check(answers: asked)
    }

    @Test func anotherTransferOrOtherFilesAreNotAnswered() throws {
        let (asked, other) = (try Fixtures.manifest(count: 3), try Fixtures.manifest(count: 3))
        let report = try facts()
        expect(.manifestInvalid) { try Reply(to: other.transferID, manifestDigest: asked.digest, report: report).check(answers: asked) }
        expect(.manifestInvalid) { try Reply(to: asked.transferID, manifestDigest: other.digest, report: report).check(answers: asked) }
    }

    @Test func firstVersionsHaveNoneBefore() throws {
        let first = try facts(version: 1, status: .final, predecessor: nil)
        #expect(first.predecessor == nil)
        expect(.manifestInvalid) { try facts(version: 1, status: .final) }
        expect(.manifestInvalid) { try facts(version: 2, status: .final, predecessor: nil) }
        for status in [ReportStatus.addendum, .corrected, .retracted] {
            expect(.manifestInvalid) { try facts(version: 1, status: status, predecessor: nil) }
        }
    }

    @Test func versionsAndNamesHaveLimits() {
        for version in [0, -1, 10_001, Int.max] { expect(.manifestInvalid) { try facts(version: version) } }
        for author in ["", "Lee\u{1B}[2J", "Lee\nFinal", "\u{202E}eeL", String(repeating: "a", count: 257)] {
            expect(.manifestInvalid) { try facts(author: author) }
            expect(.manifestInvalid) { try facts(callback: author) }
        }
    }

    /// What a malicious peer may sign.
    @Test(
        arguments: [
            ("report.version", .text("1")), ("report.version", .integer(.max)), ("report.status", .text("definitive")),
            ("report.criticality", .integer(4)), ("report.criticality", .integer(.min)), ("reply.manifest", .data([1])),
            ("report.text", .data([])), ("report.time", .integer(0)), ("report.author", .data([65])),
            ("report.predecessor", .data([0])), ("reply.transfer", .text("0123")), ("reply.transfer", .data([1, 2])),
        ] as [(AttributeName, ManifestAttribute.Value)])
    func partsThatMakeNoSense(name: AttributeName, value: ManifestAttribute.Value) throws {
        let asked = try Fixtures.manifest(count: 1)
        let attributes = try Reply(to: asked.transferID, manifestDigest: asked.digest, report: facts()).attributes()
        #expect(attributes.contains { $0.name == name })
        let changed = try manifest(attributes.map { try $0.name == name ? ManifestAttribute(name, value) : $0 })
        expect(.manifestInvalid) { try Reply(changed) }
    }

    @Test func everyPartIsNeeded() throws {
        let asked = try Fixtures.manifest(count: 1)
        let attributes = try Reply(to: asked.transferID, manifestDigest: asked.digest, report: facts()).attributes()
        for left in attributes where left.name != "report.callback" && left.name != "reply.transfer" {
            let changed = try manifest(attributes.filter { $0.name != left.name })
            expect(.manifestInvalid) { try Reply(changed) }
        }
        #expect(try Reply(manifest(attributes.filter { $0.name != "report.callback" }))?.report.callback == nil)
        #expect(try Reply(manifest(attributes.filter { $0.name != "reply.transfer" })) == nil)
    }
}
