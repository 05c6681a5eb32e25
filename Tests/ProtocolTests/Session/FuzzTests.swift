import Crypto
import Foundation
import SeededRandomness
import Testing

@testable import Protocol

/// Random messages in every state: never a crash, always a typed error or a legal step.
@Suite struct FuzzTests {
    private static let seeds = Array(UInt64(1)...16)

    /// A message with fields that are plausible more often than not.
    private func message(_ generator: inout SplitMix64) -> WireMessage {
        func small() -> Int { Int.random(in: 0...3, using: &generator) }
        func statement() -> SignedStatement {
            SignedStatement(body: generator.bytes(Int.random(in: 1...40, using: &generator)), signature: generator.bytes(64))
        }
        func header() -> InstanceHeader {
            let size = UInt64.random(in: 1...3_000, using: &generator)
            return InstanceHeader(
                index: small(), byteCount: size, digest: Fixtures.digest("x"),
                offset: Bool.random(using: &generator) ? 0 : UInt64.random(in: 0..<size, using: &generator), report: Fixtures.report)
        }
        let study = UInt32.random(in: 0...2, using: &generator)
        switch Int.random(in: 0...19, using: &generator) {
        case 0: return .hello(SignedGreeting(body: generator.bytes(80), signature: generator.bytes(64)))
        case 1: return .welcome(SignedGreeting(body: generator.bytes(80), signature: generator.bytes(64)))
        case 2:
            let sealed = HybridEncryption.Sealed(encapsulatedKey: generator.bytes(1120), ciphertext: generator.bytes(48))
            switch small() {
            case 0: return .openStudy(.init(study: study, manifest: statement(), sealedKey: nil))
            case 1: return .studyKey(.init(study: study, sealedKey: sealed))
            default: return .openStudy(.init(study: study, manifest: statement(), sealedKey: sealed))
            }
        case 3: return .studyOpened(study: study, StudyStanding([small(): .partial(receivedBytes: 5, digest: Fixtures.digest("x"))]))
        case 4: return .studyOpened(study: study, StudyStanding([small(): .complete]))
        case 5...7: return .instanceHeader(study: 1, header())
        case 8...10:
            let bytes = generator.bytes(Int.random(in: 1...1_200, using: &generator))
            let offset = Bool.random(using: &generator) ? 0 : UInt64.random(in: 0...3_000, using: &generator)
            return .chunk(.init(study: 1, index: small(), offset: offset, bytes: bytes))
        case 11: return .withdraw(study: 1, index: small(), reason: "r")
        case 12:
            return .credit(
                .init(bytes: Int.random(in: 0...1 << 32, using: &generator), arrived: UInt64.random(in: 0...600, using: &generator)))
        case 13: return .instanceReceipt(statement())
        case 14: return .studyComplete(study: study)
        case 15: return .studyReceipt(statement())
        case 16: return .stopStudy(.init(study: study, code: .refused, reason: "r"))
        case 17: return .refuseStudy(.init(study: study, code: .refused, reason: "r"))
        case 18: return .noMoreStudies
        default: return [.keepAlive, .goodbye, .abort(.refused, reason: "x")].randomElement(using: &generator) ?? .keepAlive
        }
    }

    private static func pairs() throws -> [StatePair] {
        let idle = try StatePair()
        var deciding = idle
        try deciding.send(.open(Fixtures.manifest(count: 3), Fixtures.studyKey()))
        var receiving = deciding
        try receiving.answer(.admit(.fresh))
        var inside = receiving
        try inside.send(.begin(Fixtures.header(0, Array(repeating: 1, count: 2_000))))
        try inside.send(.chunk(Array(repeating: 1, count: 500)))
        var settling = receiving
        for index in 0..<3 { try settling.deliver(index, [1]) }
        try settling.send(.finish)
        return [idle, deciding, receiving, inside, settling]
    }

    @Test(arguments: seeds) func randomMessagesInEveryState(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        for pair in try Self.pairs() {
            for _ in 0..<10 {
                var sender = pair.sender
                var receiver = pair.receiver
                feed(&generator) { message in _ = try sender.receive(WireMessage(message.encoded())) }
                feed(&generator) { message in _ = try receiver.receive(WireMessage(message.encoded())) }
            }
        }
    }

    /// Feeds messages until one is refused, then makes sure that nothing is taken any more.
    private func feed(_ generator: inout SplitMix64, _ receive: (WireMessage) throws -> Void) {
        for _ in 0..<30 {
            do {
                try receive(message(&generator))
            } catch let error as ProtocolError {
                #expect(
                    [
                        .protocolViolation, .badSignature, .peerAborted, .limitExceeded, .noCommonCapability, .receiptInvalid,
                        .manifestInvalid,
                    ].contains(
                        error.code),
                    "\(error)")
                expect(.protocolViolation) { try receive(.studyComplete(study: 1)) }
                return
            } catch {
                Issue.record("an untyped error: \(error)")
                return
            }
        }
    }

    @Test(arguments: seeds) func mutatedEnvelopes(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        for pair in try Self.pairs() {
            for _ in 0..<20 {
                var encoded = try message(&generator).encoded()
                for _ in 0..<Int.random(in: 1...4, using: &generator) where !encoded.frames[0].isEmpty {
                    let place = Int.random(in: 0..<encoded.frames[0].count, using: &generator)
                    encoded.frames[0][place] = UInt8.random(in: .min ... .max, using: &generator)
                }
                var sender = pair.sender
                var receiver = pair.receiver
                do { _ = try sender.receive(WireMessage(encoded)) } catch { #expect(error.code != .misuse) }
                do { _ = try receiver.receive(WireMessage(encoded)) } catch { #expect(error.code != .misuse) }
            }
        }
    }
}
