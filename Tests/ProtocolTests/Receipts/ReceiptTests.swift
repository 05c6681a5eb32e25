import Foundation
import Testing

@testable import Protocol

@Suite struct ReceiptTests {
    private func receipt(_ manifest: Manifest, _ index: Int, _ outcome: InstanceOutcome) throws -> InstanceReceipt {
        try InstanceReceipt(
            of: manifest, index: index, outcome: outcome, signedBy: People.radiologist, date: Date(timeIntervalSince1970: 1_800_000_000.25))
    }

    private static let outcomes: [InstanceOutcome] = [
        Fixtures.restored(1), .restored(digest: Fixtures.digest("x"), exactness: .pixelsAndElements),
        .failed(InstanceFailure(.wrongKey, "the study key does not fit")),
    ]

    @Test(arguments: outcomes)
    func canBeVerifiedOffline(outcome: InstanceOutcome) throws {
        let manifest = try Fixtures.manifest(count: 3)
        let receipt = try receipt(manifest, 1, outcome)
        let read = try InstanceReceipt(text: receipt.text(), signedBy: People.radiologist.card())
        #expect(read == receipt)
        #expect(read.outcome == outcome)
        #expect(read.time == Date(timeIntervalSince1970: 1_800_000_000.25))
        try read.check(against: manifest)
        expect(.badSignature) { try InstanceReceipt(text: receipt.text(), signedBy: People.stranger.card()) }
    }

    @Test func forAnotherTransfer() throws {
        let receipt = try receipt(Fixtures.manifest(count: 3), 1, Fixtures.restored(1))
        expect(.receiptInvalid) { try receipt.check(against: Fixtures.manifest(count: 3)) }
    }

    @Test func sameBytesWithAnotherDigestIsAContradiction() throws {
        let manifest = try Fixtures.manifest(count: 3)
        let receipt = try receipt(manifest, 1, Fixtures.restored(2))
        expect(.receiptInvalid) { try receipt.check(against: manifest) }
    }

    @Test func indexBeyondTheManifest() throws {
        let manifest = try Fixtures.manifest(count: 3)
        expect(.receiptInvalid) { try receipt(manifest, 3, .failed(InstanceFailure(.other, ""))).check(against: manifest) }
    }

    @Test func changedReceiptIsNoticed() throws {
        let statement = try receipt(Fixtures.manifest(count: 3), 1, Fixtures.restored(1)).statement
        for place in statement.body.indices {
            var body = statement.body
            body[place] ^= 4
            expect(.badSignature) {
                try InstanceReceipt(SignedStatement(body: body, signature: statement.signature), signedBy: People.radiologist.card())
            }
        }
    }

    @Test(
        arguments: [
            { (body: inout WireInstanceReceiptBody) in body.outcome = nil }, { $0.restored.exactness = .unspecified },
            { $0.restored.exactness = .UNRECOGNIZED(9) }, { $0.restored.sha256 = Data() }, { $0.transferID = Data() },
            { $0.manifestSha256 = Data() }, { $0.timeMilliseconds = -1 },
            { $0.receiverFingerprint = Data(People.stranger.fingerprint.bytes) },
        ] as [@Sendable (inout WireInstanceReceiptBody) -> Void])
    func signedNonsense(change: @Sendable (inout WireInstanceReceiptBody) -> Void) throws {
        var body = try WireInstanceReceiptBody(
            serializedBytes: receipt(Fixtures.manifest(count: 3), 1, Fixtures.restored(1)).statement.body)
        change(&body)
        let statement = try SignedStatement(
            signing: Serialization.bytes(of: body), kind: .instanceReceipt, key: People.radiologist.signingKey)
        expect(.receiptInvalid) { try InstanceReceipt(statement, signedBy: People.radiologist.card()) }
    }

    @Test func failureTextIsHarmless() {
        let failure = InstanceFailure(.other, "bad\u{1B}[31m\nline" + String(repeating: "é", count: 600))
        #expect(!failure.text.unicodeScalars.contains { $0.value < 32 })
        #expect(failure.text.utf8.count <= 512)
    }

    @Test func studyReceiptCoversExactlyItsInstances() throws {
        let manifest = try Fixtures.manifest(count: 4)
        let receipts = [
            try receipt(manifest, 0, Fixtures.restored(0)), try receipt(manifest, 1, .failed(InstanceFailure(.tampered, "t"))),
            try receipt(manifest, 3, Fixtures.restored(3)),
        ]
        let tally = StudyTally([receipts[0], receipts[1], nil, receipts[2]].map { $0.map(StudyTally.Line.init) })
        #expect(tally.restored == 2 && tally.failed == 1 && tally.withdrawn == 1 && !tally.isComplete)
        let study = try StudyReceipt(of: manifest, tally: tally, signedBy: People.radiologist, date: Date())
        let read = try StudyReceipt(text: study.text(), signedBy: People.radiologist.card())
        #expect(read == study)
        try read.check(against: manifest, receipts: receipts.reversed())
        expect(.receiptInvalid) { try read.check(against: manifest, receipts: Array(receipts.dropLast())) }
        expect(.receiptInvalid) { try read.check(against: Fixtures.manifest(count: 4), receipts: []) }
        let swapped = [receipts[0], try receipt(manifest, 1, .failed(InstanceFailure(.tampered, "another"))), receipts[2]]
        expect(.receiptInvalid) { try read.check(against: manifest, receipts: swapped) }
        expect(.badSignature) { try StudyReceipt(text: study.text(), signedBy: People.clinic.card()) }
        expect(.receiptInvalid) { try StudyReceipt(text: "nothing", signedBy: People.clinic.card()) }
    }

    @Test func instanceReceiptIsNoStudyReceipt() throws {
        let statement = try receipt(Fixtures.manifest(count: 1), 0, Fixtures.restored(0)).statement
        expect(.badSignature) { try StudyReceipt(statement, signedBy: People.radiologist.card()) }
    }
}
