import Basics
import Crypto
import Foundation
import Testing

@testable import Protocol

/// What another implementation of docs/protocol/replies.md computed: `docs/protocol/replies_vectors.py`.
@Suite struct ReplyVectorTests {
    private let transfer = TransferID(bytes: Array(repeating: 8, count: 16))

    private func manifest(_ vector: String) throws -> Manifest {
        let attribute = try ManifestAttribute(SealedAttributes.name, .data(try #require([UInt8](hexadecimal: vector))))
        return try Manifest(
            transferID: try #require(transfer), studyUID: Fixtures.studyUID(),
            entries: [ManifestEntry(path: "a", byteCount: 1, digest: Fixtures.digest("a"))],
            attributes: ManifestAttributes([attribute]), signedBy: People.clinic)
    }

    @Test func sealedOrders() throws {
        let order = try ClinicalOrder(manifest(ReplyVectors.sealedOrder), key: Fixtures.studyKey())
        let expected = ClinicalOrder(
            isUrgent: true, question: "Pneumothorax? " + String(repeating: "Überwachung. ", count: 20), history: "Sturz vom Dach",
            due: Date(timeIntervalSince1970: 1_800_000_600), callback: "Dr. Brandt, +41 81 000")
        #expect(order == expected)
        #expect(try SealedAttributes.open(manifest(ReplyVectors.emptyOrder), key: Fixtures.studyKey()).isEmpty)
        // Every byte counts.
        expect(.manifestInvalid) { try ClinicalOrder(manifest(ReplyVectors.sealedOrder), key: Fixtures.studyKey(43)) }
        for place in [0, 11, 12, 300] {
            var bytes = try #require([UInt8](hexadecimal: ReplyVectors.sealedOrder))
            bytes[place] ^= 1
            let damaged = bytes.map { String(format: "%02x", $0) }.joined()
            expect(.manifestInvalid) { try ClinicalOrder(manifest(damaged), key: Fixtures.studyKey()) }
        }
    }

    @Test func acknowledgements() throws {
        let bytes = try #require([UInt8](hexadecimal: ReplyVectors.acknowledgement))
        let statement = try #require(SignedStatement(serialized: bytes))
        let clinic = try Curve25519.Signing.PrivateKey(rawRepresentation: Array(repeating: 1, count: 32))
        #expect(clinic.publicKey.isValidSignature(statement.signature, for: Array("veilray/1 acknowledgement\0".utf8) + statement.body))
        #expect(try statement.serialized() == bytes)
        let attributes = try ManifestAttributes(serialized: statement.body)
        #expect(attributes["person"] == .text("Nurse Bell") && attributes["read-back"] == .text("pneumothorax left"))
        #expect(attributes["reply"] == .data(Array(repeating: 9, count: 16)))
        #expect(attributes["manifest"] == .data(Fixtures.digest("the reply's manifest").bytes))
        #expect(attributes["time"] == .time(Date(timeIntervalSince1970: 1_800_000_700)))
        #expect(try attributes.serialized() == statement.body)
    }
}
