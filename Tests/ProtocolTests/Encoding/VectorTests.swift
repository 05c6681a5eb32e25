import Basics
import Crypto
import Foundation
import Testing

@testable import Protocol

/// What another implementation of docs/protocol.md computed: `docs/formats/session_vectors.py`.
@Suite struct VectorTests {
    private let initiator: Curve25519.Signing.PrivateKey
    private let responder: Curve25519.Signing.PrivateKey

    init() throws {
        initiator = try Curve25519.Signing.PrivateKey(rawRepresentation: Array(repeating: 1, count: 32))
        responder = try Curve25519.Signing.PrivateKey(rawRepresentation: Array(repeating: 2, count: 32))
    }

    private func bytes(_ hexadecimal: String) throws -> [UInt8] {
        let digits = Array(hexadecimal)
        return try stride(from: 0, to: digits.count, by: 2).map { place in
            try #require(UInt8(String(digits[place...place + 1]), radix: 16))
        }
    }

    private let capabilities = Capabilities(codecs: ["j2k", "none"], methods: ["reversible"])

    @Test func hello() throws {
        let hello = Hello(
            versions: [1], capabilities: capabilities, nonce: Array(repeating: 3, count: 32),
            fingerprint: try #require(Fingerprint(bytes: Array(repeating: UInt8(4), count: 25))), isSource: true)
        let body = try bytes(SessionVectors.helloBody)
        #expect(try hello.body() == body)
        #expect(try Hello(body: body) == hello)
    }

    @Test func welcome() throws {
        let body = try bytes(SessionVectors.welcomeBody)
        let welcome = try Welcome(body: body)
        #expect(welcome.version == 1 && welcome.versions == [1] && welcome.capabilities == capabilities && welcome.isSource)
        #expect(welcome.nonce == Array(repeating: 5, count: 32) && welcome.fingerprint.bytes == Array(repeating: 6, count: 25))
        #expect(welcome.sink?.terms == StudyTerms(keepsStego: true, limits: SessionLimits()))
        #expect(try welcome.sink?.freshKey().rawRepresentation == Data(count: 1_184) + Data(repeating: 9, count: 32))
        #expect(try welcome.body() == body)
    }

    @Test func transcriptAndSignatures() throws {
        var transcript = Transcript(
            ChannelBinding(
                exporter: Array(repeating: 7, count: 32), initiatorCertificate: Fixtures.digest("initiator's certificate"),
                responderCertificate: Fixtures.digest("responder's certificate")))
        let (hello, welcome) = (try bytes(SessionVectors.helloSignature), try bytes(SessionVectors.welcomeSignature))
        transcript.append(try bytes(SessionVectors.helloBody))
        #expect(initiator.publicKey.isValidSignature(hello, for: transcript.covered(by: .initiator)))
        transcript.append(hello)
        transcript.append(try bytes(SessionVectors.welcomeBody))
        #expect(responder.publicKey.isValidSignature(welcome, for: transcript.covered(by: .responder)))
        #expect(!responder.publicKey.isValidSignature(welcome, for: transcript.covered(by: .initiator)))
        transcript.append(welcome)
        #expect(transcript.digest.description == SessionVectors.transcript)
    }

    @Test func studyKeys() throws {
        let transcript = try #require(ContentDigest(bytes: bytes(SessionVectors.transcript)))
        #expect(try StudyKeyExchange.info(.initiator, transcript) == bytes(SessionVectors.keyInfoFromInitiator))
        #expect(try StudyKeyExchange.info(.responder, transcript) == bytes(SessionVectors.keyInfoFromResponder))
        let manifest = ContentDigest(of: try bytes(SessionVectors.manifestBody))
        #expect(try StudyKeyExchange.authenticated(3, manifest) == bytes(SessionVectors.keyAssociatedData))
    }

    @Test func manifest() throws {
        let body = try bytes(SessionVectors.manifestBody)
        let wire = try WireManifestBody(serializedBytes: body)
        #expect(try Serialization.bytes(of: wire) == body)
        let attributes = try ManifestAttributes(wire.attributes)
        #expect(attributes.map(\.name) == ["priority", "question", "answers", "due", "of.a-later-release"])
        #expect(attributes["priority"] == .integer(-2) && attributes["question"] == .text("Fracture?"))
        #expect(attributes["answers"] == .data([10, 11]) && attributes["of.a-later-release"] == .unknown)
        #expect(attributes["due"] == .time(Date(timeIntervalSince1970: 1_800_000_600)))
        #expect(attributes.map(\.isCritical) == [true, false, false, false, false])
        #expect(try ManifestAttributes(wire.entries[0].attributes)["lossy"] == .integer(0))
        // What this release knows is written as it was read.
        #expect(Array(attributes.wire.dropLast()) == Array(wire.attributes.dropLast()))
    }

    @Test func statements() throws {
        for (kind, signature) in [
            (SignedStatement.Kind.card, SessionVectors.cardSignature), (.manifest, SessionVectors.manifestSignature),
            (.instanceReceipt, SessionVectors.instanceReceiptSignature), (.studyReceipt, SessionVectors.studyReceiptSignature),
        ] {
            let statement = SignedStatement(body: Array("body".utf8), signature: try bytes(signature))
            #expect(statement.isValid(kind: kind, key: initiator.publicKey), "\(kind)")
            #expect(!statement.isValid(kind: kind, key: responder.publicKey))
        }
    }
}
