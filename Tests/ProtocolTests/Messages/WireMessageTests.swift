import Foundation
import SecureChannel
import SeededRandomness
import Testing

@testable import Protocol

@Suite struct WireMessageTests {
    private func roundTrip(_ message: WireMessage) throws -> WireMessage { try WireMessage(message.encoded()) }

    private func decode(_ change: (inout WireEnvelope) -> Void, extraFrames: [[UInt8]] = []) throws -> WireMessage {
        let envelope = WireEnvelope.with(change)
        return try WireMessage(Message(frames: [try envelope.serializedBytes()] + extraFrames))
    }

    @Test func chunkCarriesItsBytesBesideTheEnvelope() throws {
        let encoded = try WireMessage.chunk(.init(study: 3, index: 4, offset: 5, bytes: [6, 7])).encoded()
        #expect(encoded.frames.count == 2)
        #expect(encoded.frames[1] == [6, 7])
        guard case .chunk(let chunk) = try WireMessage(encoded) else { throw MemoryTransport.Failure() }
        #expect(chunk.study == 3 && chunk.index == 4 && chunk.offset == 5 && chunk.bytes == [6, 7])
    }

    @Test func headersComeBack() throws {
        var header = Fixtures.header(7, [1, 2, 3], offset: 2)
        header.report.peakSignalToNoiseRatio = .infinity
        header.report.placement = .pixelsAndElement
        guard case .instanceHeader(9, let read) = try roundTrip(.instanceHeader(study: 9, header)) else { throw MemoryTransport.Failure() }
        #expect(read == header)
    }

    @Test func standingsComeBack() throws {
        let standing = StudyStanding([0: .complete, 5: .partial(receivedBytes: 77, digest: Fixtures.digest("d"))])
        guard case .studyOpened(1, let read) = try roundTrip(.studyOpened(study: 1, standing)) else { throw MemoryTransport.Failure() }
        #expect(read == standing)
    }

    @Test func abortComesBackHarmless() throws {
        guard case .abort(.other(4711), let reason) = try roundTrip(.abort(.other(4711), reason: "a\u{1B}[2Jb")) else {
            throw MemoryTransport.Failure()
        }
        #expect(reason == "a [2Jb")
        for code in 1...10 { #expect(AbortCode(rawValue: UInt32(code)).rawValue == UInt32(code)) }
    }

    @Test func framesOfTheWrongNumber() throws {
        let keepAlive = try WireMessage.keepAlive.encoded().frames[0]
        expect(.protocolViolation) { try WireMessage(Message(frames: [])) }
        expect(.protocolViolation) { try WireMessage(Message(frames: [keepAlive, []])) }
        expect(.protocolViolation) { try WireMessage(Message(frames: [keepAlive, [1], [2]])) }
        expect(.protocolViolation) { try decode({ $0.chunk = .init() }) }
        expect(.protocolViolation) { try decode({ $0.chunk = .init() }, extraFrames: [[]]) }
    }

    @Test func envelopeOverTheLimit() throws {
        let message = try WireMessage.abort(.refused, reason: "why").encoded()
        let size = message.frames[0].count
        #expect(throws: Never.self) { try WireMessage(message, envelopeLimit: size) }
        expect(.protocolViolation) { try WireMessage(message, envelopeLimit: size - 1) }
    }

    @Test func onlyListsOfInstancesMayBeLong() throws {
        expect(.protocolViolation) { try decode({ $0.withdraw.reason = String(repeating: "a", count: 70_000) }) }
        expect(.protocolViolation) { try decode({ $0.instanceReceipt.body = Data(count: 70_000) }) }
        let manifest = SignedStatement(body: Array(repeating: 1, count: 70_000), signature: [])
        let long = try WireMessage.openStudy(.init(study: 1, manifest: manifest, sealedKey: nil)).encoded().frames[0]
        #expect(throws: Never.self) { try WireMessage(Message(frames: [long])) }
        // Two messages in one envelope: the decoder would keep one, or join them.
        expect(.protocolViolation) { try WireMessage(Message(frames: [long + long])) }
        expect(.protocolViolation) { try WireMessage(Message(frames: [long + [0x62, 0x00]])) }
        // What a later release adds is passed over.
        #expect(throws: Never.self) { try WireMessage(Message(frames: [long + [0x9A, 0x06, 0x01, 0x05]])) }
        expect(.protocolViolation) { try WireMessage(Message(frames: [Array(long.dropLast())])) }
    }

    @Test(arguments: [(100_000, true), (100_001, false)]) func standingsOfAStudyAtMost(count: Int, isTaken: Bool) throws {
        let standings = StudyStanding(Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, .complete) }))
        let message = try WireMessage.studyOpened(study: 1, standings).encoded()
        if isTaken {
            #expect(throws: Never.self) { try WireMessage(message) }
        } else {
            expect(.protocolViolation) { try WireMessage(message) }
        }
    }

    @Test func longestStandingsAreTaken() throws {
        let digest = Fixtures.digest("a")
        let standings = StudyStanding(
            Dictionary(uniqueKeysWithValues: (0..<100_000).map { ($0, .partial(receivedBytes: .max, digest: digest)) }))
        let message = try WireMessage.studyOpened(study: 1, standings).encoded()
        #expect(throws: Never.self) { try WireMessage(message) }
    }

    @Test func messageOfALaterRelease() throws {
        // Field 99 of the envelope: no message that this release knows.
        expect(.protocolViolation) { try WireMessage(Message(frames: [[0x9A, 0x06, 0x00]])) }
        expect(.protocolViolation) { try WireMessage(Message(frames: [[]])) }
    }

    @Test func unknownFieldsAreTolerated() throws {
        let frame = try WireMessage.keepAlive.encoded().frames[0] + [0x9A, 0x06, 0x01, 0x05]
        guard case .keepAlive = try WireMessage(Message(frames: [frame])) else { throw MemoryTransport.Failure() }
    }

    @Test(
        arguments: [
            { (header: inout WireInstanceHeader) in header.byteCount = 0 }, { $0.offset = 3 }, { $0.offset = .max },
            { $0.sha256 = Data(count: 31) },
            { $0.report.method = "" }, { $0.report.method = "UPPER" }, { $0.report.codec = String(repeating: "a", count: 33) },
            { $0.report.placement = .unspecified }, { $0.report.placement = .UNRECOGNIZED(7) },
            { $0.report.peakSignalToNoiseRatio = .nan }, { $0.clearReport() },
        ] as [@Sendable (inout WireInstanceHeader) -> Void])
    func headersThatMakeNoSense(change: @Sendable (inout WireInstanceHeader) -> Void) {
        var wire = Fixtures.header(0, [1, 2, 3]).wire(study: 1)
        change(&wire)
        expect(.protocolViolation) { try decode({ $0.instanceHeader = wire }) }
    }

    @Test(arguments: [(1 << 32) + 1, 1 << 33, UInt64.max] as [UInt64])
    func creditsThatMakeNoSense(bytes: UInt64) {
        expect(.protocolViolation) { try decode({ $0.credit.bytes = bytes }) }
    }

    @Test func standingsThatMakeNoSense() {
        expect(.protocolViolation) { try decode({ $0.studyOpened.standings = [.init()] }) }
        let partial = WireStanding.with {
            $0.receivedBytes = 1
            $0.stegoSha256 = Data(count: 32)
        }
        #expect(throws: Never.self) { try decode({ $0.studyOpened.standings = [partial] }) }
        expect(.protocolViolation) { try decode({ $0.studyOpened.standings = [partial, partial] }) }
    }

    @Test func studyKeysOfTheWrongSize() {
        for (key, sealed) in [(1119, 48), (1120, 47), (0, 0)] {
            expect(.protocolViolation) {
                try decode({
                    $0.openStudy.key.encapsulatedKey = Data(count: key)
                    $0.openStudy.key.sealedStudyKey = Data(count: sealed)
                })
            }
            expect(.protocolViolation) {
                try decode({
                    $0.studyKey.encapsulatedKey = Data(count: key)
                    $0.studyKey.sealedStudyKey = Data(count: sealed)
                })
            }
        }
    }

    @Test func unsignedReceipts() {
        expect(.protocolViolation) { try decode({ $0.instanceReceipt = .init() }) }
        expect(.protocolViolation) { try decode({ $0.studyReceipt = .with { $0.body = Data([1]) } }) }
    }

    @Test func garbageNeverCrashes() {
        var generator = SplitMix64(seed: 29)
        for _ in 0..<5_000 {
            let frames = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                generator.bytes(Int.random(in: 0...60, using: &generator))
            }
            do { _ = try WireMessage(Message(frames: frames)) } catch { #expect(error.code == .protocolViolation) }
        }
    }

    @Test func capabilityNames() {
        for text in ["j2k", "none", "a+b-c.1"] { #expect(CapabilityName(text)?.text == text) }
        for text in ["", "J2K", "a b", "ä", String(repeating: "a", count: 33)] { #expect(CapabilityName(text) == nil) }
        #expect(Capabilities(codecs: ["a", "a", "b"], methods: []).codecs == ["a", "b"])
    }
}
