import Foundation
import Testing

@testable import Protocol

@Suite struct AttributeTests {
    private func attributes() throws -> ManifestAttributes {
        try ManifestAttributes([
            ManifestAttribute("priority", .integer(-1), isCritical: true), ManifestAttribute("question", .text("Fraktur?")),
            ManifestAttribute("due", .time(Date(timeIntervalSince1970: 1_800_000_000.2504))),
            ManifestAttribute("answers", .data([0, 255])),
        ])
    }

    private func manifest(_ attributes: ManifestAttributes, ofInstance: ManifestAttributes = .none) throws -> Manifest {
        let entry = try ManifestEntry(path: "a.dcm", byteCount: 1, digest: Fixtures.digest("a"), attributes: ofInstance)
        return try Manifest(studyUID: Fixtures.studyUID(), entries: [entry], attributes: attributes, signedBy: People.clinic)
    }

    @Test func comeBackSigned() throws {
        let manifest = try manifest(attributes(), ofInstance: ManifestAttributes([ManifestAttribute("key-image", .integer(1))]))
        let read = try Manifest(text: manifest.text(), signedBy: People.clinic.card())
        #expect(read == manifest)
        #expect(try read.attributes == attributes())
        #expect(read.attributes["due"] == .time(Date(timeIntervalSince1970: 1_800_000_000.25)))
        #expect(read.attributes["nothing"] == nil)
        #expect(read.entries[0].attributes["key-image"] == .integer(1))
    }

    @Test func criticalOnesMustBeUnderstood() throws {
        let manifest = try manifest(
            attributes(), ofInstance: ManifestAttributes([ManifestAttribute("volume", .integer(1), isCritical: true)]))
        #expect(manifest.criticalAttributes(besides: []) == ["priority", "volume"])
        #expect(manifest.criticalAttributes(besides: ["priority", "question"]) == ["volume"])
        #expect(manifest.criticalAttributes(besides: ["priority", "volume"]).isEmpty)
    }

    // MARK: In a session

    private func pair(understood: Set<AttributeName>) throws -> StatePair { try StatePair(understood: understood) }

    @Test func optionalOnesAreGivenToTheProgram() throws {
        var pair = try pair(understood: [])
        let manifest = try manifest(ManifestAttributes([ManifestAttribute("colour", .text("blue"))]))
        try pair.send(.open(manifest, Fixtures.studyKey()))
        guard case .studyOpened(let read) = pair.events.first else { throw MemoryTransport.Failure() }
        #expect(read.attributes["colour"] == .text("blue"))
    }

    @Test func unknownCriticalOnesAreRefusedAndNothingElse() throws {
        var pair = try pair(understood: ["priority"])
        try pair.send(
            .open(manifest(ManifestAttributes([ManifestAttribute("colour", .text("blue"), isCritical: true)])), Fixtures.studyKey()))
        #expect(pair.events.count == 1)
        guard case .studyRefused(_, .notUnderstood, let reason) = pair.events.first else { throw MemoryTransport.Failure() }
        #expect(reason.contains("'colour' is critical"))
        #expect(pair.refusals.count == 1 && pair.refusals[0].contains("'colour' is critical"))
        // The next study goes on, with critical ones that are understood.
        try pair.send(.open(manifest(attributes()), Fixtures.studyKey()))
        try pair.answer(.admit(.fresh))
        #expect(pair.events.last?.summary == "key")
    }

    @Test func unknownCriticalOnesOfTheFirstFlight() throws {
        let manifest = try manifest(ManifestAttributes([ManifestAttribute("colour", .text("blue"), isCritical: true)]))
        var pair = try StatePair(offering: manifest)
        #expect(pair.refusals.count == 1)
        _ = try pair.open(1)
    }

    // MARK: What cannot be

    private func signed(_ change: (inout WireManifestBody) -> Void) throws -> SignedStatement {
        var body = try WireManifestBody(serializedBytes: manifest(attributes()).statement.body)
        change(&body)
        return try SignedStatement(signing: Serialization.bytes(of: body), kind: .manifest, key: People.clinic.signingKey)
    }

    @Test(
        arguments: [
            { (body: inout WireManifestBody) in body.attributes[0].name = "" }, { $0.attributes[0].name = "Upper" },
            { $0.attributes[0].name = String(repeating: "a", count: 65) }, { $0.attributes[1].name = "priority" },
            { $0.attributes[1].text = String(repeating: "a", count: 65_537) }, { $0.attributes[1].data = Data(count: 65_537) },
            { $0.attributes[1].timeMilliseconds = -1 },
            { $0.attributes = (0..<65).map { number in .with { $0.name = "a\(number)" } } },
            { $0.entries[0].attributes = (0..<17).map { number in .with { $0.name = "a\(number)" } } },
            { $0.entries[0].attributes = [.with { $0.name = "a" }, .with { $0.name = "a" }] },
        ] as [@Sendable (inout WireManifestBody) -> Void])
    func attributesThatMakeNoSense(change: @Sendable (inout WireManifestBody) -> Void) throws {
        let statement = try signed(change)
        expect(.manifestInvalid) { try Manifest(statement, signedBy: People.clinic.card()) }
    }

    @Test func valuesOfLaterReleases() throws {
        let statement = try signed { $0.attributes[1].value = nil }
        let manifest = try Manifest(statement, signedBy: People.clinic.card())
        #expect(manifest.attributes["question"] == .unknown)
        #expect(manifest.criticalAttributes(besides: ["priority"]).isEmpty)
        // A known name does not help when the value cannot be read.
        let critical = try signed { $0.attributes[0].value = nil }
        #expect(try Manifest(critical, signedBy: People.clinic.card()).criticalAttributes(besides: ["priority"]) == ["priority"])
        expect(.manifestInvalid) { try ManifestAttribute("a", .unknown) }
    }

    /// Each has two bytes on the wire, and a hundred once it is decoded.
    @Test func endlessEmptyAttributesAreNotDecoded() throws {
        let card = try People.clinic.card()
        let inner = Array(String(repeating: "\u{22}\0", count: 10 << 20).utf8)
        var length: [UInt8] = []
        var rest = inner.count
        while rest >= 0x80 {
            length.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        let body = [0x2A] + length + [UInt8(rest)] + inner
        let statement = try SignedStatement(signing: body, kind: .manifest, key: People.clinic.signingKey)
        let grown = try Memory.peakGrowth { _ = expect(.manifestInvalid) { try Manifest(statement, signedBy: card) } }
        #expect(grown < 300 << 20, "\(grown) bytes for a manifest of \(body.count)")
    }
}
