import Foundation
import SeededRandomness
import Testing

@testable import Protocol

@Suite struct CardTests {
    private func text(address: PeerAddress? = nil) throws -> String { try People.clinic.card(address: address).text() }

    @Test func comesBackFromItsText() throws {
        let card = try People.clinic.card(address: PeerAddress("[2001:db8::1]:7717"))
        let read = try Card(text: card.text())
        #expect(read == card)
        #expect(read.name.text == "Rural Clinic")
        #expect(read.address?.port == 7717)
        #expect(read.certificateDER == People.clinic.certificateDER)
        #expect(read.fingerprint == People.clinic.fingerprint)
    }

    @Test func canBeReadByPeople() throws {
        let lines = try text().split(separator: "\n")
        #expect(lines.first == "-----BEGIN VEILRAY CARD-----")
        #expect(lines.contains("Name: Rural Clinic"))
        #expect(lines.contains("Fingerprint: \(People.clinic.fingerprint)"))
        #expect(lines.last == "-----END VEILRAY CARD-----")
        #expect(lines.allSatisfy { $0.utf8.count <= 76 })
    }

    @Test func survivesMail() throws {
        let card = try People.clinic.card()
        let text = try card.text()
        #expect(try Card(text: text.replacing("\n", with: "\r\n")) == card)
        #expect(try Card(text: "Dear colleague,\n\nhere is our card:\n\n\(text)\n-- \nRural Clinic\n") == card)
        #expect(
            try Card(text: text.split(separator: "\n", omittingEmptySubsequences: false).map { "> \($0)  " }.joined(separator: "\n"))
                == card)
        #expect(try Card(text: "\u{FEFF}\n" + text.replacing("\n", with: "\n\n")) == card)
    }

    /// As editors for Windows save it.
    @Test func byteOrderMarks() throws {
        let card = try People.clinic.card()
        let text = try card.text().replacing("\n", with: "\r\n")
        #expect(try Card(file: [0xEF, 0xBB, 0xBF] + Array(text.utf8)) == card)
        #expect(try Card(text: "> \u{FEFF}" + text) == card)
        for mark: [UInt8] in [[0xFF, 0xFE], [0xFE, 0xFF]] {
            #expect(expect(.notACard) { try Card(file: mark + [0x2D, 0]) }?.reason.contains("UTF-8") == true)
        }
    }

    /// What a card says its owner is called is no reason to call it damaged.
    @Test func aNameThatNobodyIsTrustedUnder() throws {
        let card = try Card(forged { $0.name = "p\u{430}ypal" })
        #expect(card.name.fault?.contains("Cyrl, Latn") == true)
        let home = try TemporaryHome()
        let store = try TrustStore(home: home.home)
        #expect(expect(.invalidName) { try store.trust(card) }?.reason.contains("--as") == true)
        #expect(try store.trust(card, as: PeerName("pay")).name.text == "pay")
    }

    @Test(arguments: ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
    func otherTextIsNoCard(text: String) {
        expect(.notACard) { try Card(text: text) }
    }

    @Test func truncatedCardIsSaidToBeTruncated() throws {
        let text = try text()
        let begin = "-----BEGIN VEILRAY CARD-----".count
        for length in stride(from: begin, to: text.count - 2, by: 97) {
            expect(.cardTruncated) { try Card(text: String(text.prefix(length))) }
        }
    }

    @Test func everyChangedByteIsNoticed() throws {
        let text = Array(try text().utf8)
        var generator = SplitMix64(seed: 11)
        for _ in 0..<300 {
            var changed = text
            let place = Int.random(in: 29..<text.count - 28, using: &generator)
            let replacement = "ABCxyz0189+/".utf8.randomElement(using: &generator) ?? 65
            guard changed[place] != replacement, changed[place] != 10 else { continue }
            changed[place] = replacement
            do {
                _ = try Card(text: String(decoding: changed, as: UTF8.self))
                Issue.record("a change at \(place) went unnoticed")
            } catch {
                #expect([.cardDamaged, .unsupportedCardVersion].contains(error.code), "\(error)")
            }
        }
    }

    /// The bits of the last character that mean nothing must be 0: whatever follows the identity, no other text is the same card.
    @Test func bitsThatMeanNothingAreNoticed() {
        let text = Armour(label: "VEILRAY CARD", payload: [1]).text
        #expect(throws: Armour.Failure.damaged) { try Armour(reading: text.replacing("AQ==", with: "AR=="), label: "VEILRAY CARD") }
        #expect(throws: Never.self) { try Armour(reading: text, label: "VEILRAY CARD") }
    }

    @Test func lineThatPeopleReadMustBeTheSignedOne() throws {
        let text = try text()
        expect(.cardDamaged) { try Card(text: text.replacing("Name: Rural Clinic", with: "Name: City Hospital")) }
        expect(.cardDamaged) { try Card(text: text.replacing("Name: Rural Clinic", with: "Name: Rural Clinic\nAddress: evil.example:1")) }
        expect(.cardDamaged) { try Card(text: text.replacing("Name: Rural Clinic\n", with: "")) }
    }

    @Test func laterVersionIsNamed() throws {
        let later = try text().replacing("Version: 1", with: "Version: 2")
        #expect(expect(.unsupportedCardVersion) { try Card(text: later) }?.reason.contains("2") == true)
    }

    /// Signs whatever body it is given.
    private func forged(_ change: (inout WireCardBody) -> Void) throws -> SignedStatement {
        var body = try WireCardBody(serializedBytes: People.clinic.card().statement.body)
        change(&body)
        return try SignedStatement(signing: Serialization.bytes(of: body), kind: .card, key: People.clinic.signingKey)
    }

    @Test func whatItClaimsMustHold() throws {
        #expect(throws: Never.self) { try Card(try forged { _ in }) }
        expect(.cardDamaged) { try Card(forged { $0.certificate = Data(People.stranger.certificateDER) }) }
        expect(.cardDamaged) { try Card(forged { $0.certificate = Data([1, 2, 3]) }) }
        expect(.cardDamaged) { try Card(forged { $0.sealingKey = Data(count: 5) }) }
        expect(.cardDamaged) { try Card(forged { $0.signingKey = People.stranger.signingKey.publicKey.rawRepresentation }) }
        expect(.cardDamaged) { try Card(forged { $0.name = "two\nlines" }) }
        expect(.cardDamaged) { try Card(forged { $0.address = "nowhere" }) }
        expect(.cardDamaged) { try Card(forged { $0.createdMilliseconds = -1 }) }
        expect(.unsupportedCardVersion) { try Card(forged { $0.version = 7 }) }
    }

    @Test func signatureOfAnotherKindDoesNotCount() throws {
        let body = try People.clinic.card().statement.body
        let statement = try SignedStatement(signing: body, kind: .manifest, key: People.clinic.signingKey)
        expect(.cardDamaged) { try Card(statement) }
    }

    @Test func garbageNeverCrashes() {
        var generator = SplitMix64(seed: 3)
        for _ in 0..<500 {
            let payload = generator.bytes(Int.random(in: 1...300, using: &generator))
            let text = Armour(label: "VEILRAY CARD", payload: payload).text
            do {
                _ = try Card(text: text)
                Issue.record("garbage passed as a card")
            } catch {
                #expect([.cardDamaged, .unsupportedCardVersion].contains(error.code), "\(error)")
            }
        }
    }
}
