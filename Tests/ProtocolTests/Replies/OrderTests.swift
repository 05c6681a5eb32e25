import Crypto
import Foundation
import SeededRandomness
import Testing

@testable import Protocol

@Suite struct OrderTests {
    private let order = ClinicalOrder(
        isUrgent: true, question: "Fraktur?", history: "Sturz.\nMarcumar.", due: Date(timeIntervalSince1970: 1_800_000_600.5),
        callback: "Dr. Brandt, +41 81 000 00 00")

    private func manifest(
        _ order: ClinicalOrder, sealedFor: TransferID? = nil, key: SymmetricKey = Fixtures.studyKey()
    ) throws -> Manifest {
        let transfer = TransferID()
        let attributes = try [order.sealed(for: sealedFor ?? transfer, key: key)].compactMap(\.self)
        let entry = try ManifestEntry(path: "a.dcm", byteCount: 1, digest: Fixtures.digest("a"))
        return try Manifest(
            transferID: transfer, studyUID: Fixtures.studyUID(), entries: [entry], attributes: ManifestAttributes(attributes),
            signedBy: People.clinic)
    }

    @Test func comesBackUnderTheStudysKey() throws {
        #expect(try ClinicalOrder(manifest(order), key: Fixtures.studyKey()) == order)
        #expect(try ClinicalOrder(manifest(ClinicalOrder(isUrgent: true)), key: Fixtures.studyKey()) == ClinicalOrder(isUrgent: true))
        let none = try manifest(ClinicalOrder())
        #expect(none.attributes.isEmpty)
        #expect(try ClinicalOrder(none, key: Fixtures.studyKey()) == nil)
    }

    @Test func nothingOfItIsReadableInTheManifest() throws {
        let text = try manifest(order).statement.body
        for word in ["Fraktur", "Marcumar", "Brandt", "order.", "question"] {
            #expect(text.firstRange(of: Array(word.utf8)) == nil, "\(word)")
        }
    }

    @Test func neitherAnotherKeyNorAnotherTransferOpensIt() throws {
        let sealed = try manifest(order)
        expect(.manifestInvalid) { try ClinicalOrder(sealed, key: Fixtures.studyKey(43)) }
        let moved = try manifest(order, sealedFor: TransferID())
        expect(.manifestInvalid) { try ClinicalOrder(moved, key: Fixtures.studyKey()) }
    }

    @Test func changedOrShortBytesAreRefused() throws {
        guard case .data(let bytes) = try #require(try manifest(order).attributes["sealed"]) else { throw MemoryTransport.Failure() }
        #expect(bytes.count % 256 == 28)
        var generator = SplitMix64(seed: 14)
        let entry = try ManifestEntry(path: "a.dcm", byteCount: 1, digest: Fixtures.digest("a"))
        for round in 0..<60 {
            var changed = bytes
            if round < 30 {
                changed.removeLast(Int.random(in: 1...bytes.count, using: &generator))
            } else {
                changed[Int.random(in: 0..<bytes.count, using: &generator)] ^= 1
            }
            let manifest = try Manifest(
                studyUID: Fixtures.studyUID(), entries: [entry],
                attributes: ManifestAttributes([ManifestAttribute("sealed", .data(changed))]), signedBy: People.clinic)
            expect(.manifestInvalid) { try ClinicalOrder(manifest, key: Fixtures.studyKey()) }
        }
    }

    @Test func lengthsAreRounded() throws {
        func count(_ question: String) throws -> Int {
            guard case .data(let bytes) = try manifest(ClinicalOrder(question: question)).attributes["sealed"] else { return 0 }
            return bytes.count
        }
        #expect(try count("a") == count(String(repeating: "a", count: 200)))
    }

    @Test func textsHaveLimits() throws {
        let limits = ClinicalOrder.maximumByteCount
        let most = ClinicalOrder(
            question: String(repeating: "q", count: limits.question), history: String(repeating: "h", count: limits.history),
            callback: String(repeating: "c", count: limits.callback))
        #expect(try ClinicalOrder(manifest(most), key: Fixtures.studyKey()) == most)
        for order in [
            ClinicalOrder(question: String(repeating: "ü", count: limits.question / 2 + 1)),
            ClinicalOrder(history: String(repeating: "h", count: limits.history + 1)),
            ClinicalOrder(callback: String(repeating: "c", count: limits.callback + 1)),
        ] {
            expect(.manifestInvalid) { try manifest(order) }
        }
    }
}
