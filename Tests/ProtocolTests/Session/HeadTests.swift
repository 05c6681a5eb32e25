import Basics
import Crypto
import Foundation
import SeededRandomness
import Testing

@testable import Protocol

/// Short heads: who may send one when, what they cost, and what becomes of a study when links break around them.
@Suite(.timeLimit(.minutes(2))) struct HeadTests {
    private static let capabilities = Capabilities(codecs: ["j2k"], methods: ["reversible"], features: ["heads-test"])

    /// Stands for heads: the first byte, so many times. A basis must be in its place, and hold the same byte.
    private struct TestHeads: HeadExpansion {
        let feature: CapabilityName = "heads-test"

        func expander(for key: SymmetricKey) throws -> any HeadExpander { TestExpander() }
    }

    private struct Wrong: Error {}

    private actor TestExpander: HeadExpander {
        private var places: [Int: UInt8] = [:]

        func expanded(_ bytes: [UInt8], _ terms: HeadTerms, of digest: ContentDigest) async throws -> [UInt8] {
            guard let first = bytes.first, first != 255, terms.basis == 0 || places[terms.basis] == first else { throw Wrong() }
            if terms.place > 0 { places[terms.place] = first }
            return [UInt8](repeating: first, count: terms.byteCount)
        }
    }

    private static func head(_ byte: UInt8, _ byteCount: Int, basis: Int = 0, place: Int = 0, cost: Int = 3) throws -> OutgoingHead {
        OutgoingHead(
            terms: try #require(HeadTerms(byteCount: byteCount, basis: basis, place: place)), bytes: [UInt8](repeating: byte, count: cost))
    }

    private static func file(_ byte: UInt8, head: Int, rest: Int) -> [UInt8] {
        [UInt8](repeating: byte, count: head) + (0..<rest).map { UInt8(truncatingIfNeeded: $0) }
    }

    private static func connect(
        sender: Capabilities = capabilities, heads: (any HeadExpansion)? = TestHeads()
    ) async throws -> SessionPair {
        let transports = MemoryTransport.pair(sender: People.clinic, receiver: People.radiologist)
        let home = try TemporaryHome()
        let trust = try home.trust(People.clinic)
        async let source = Session.initiate(
            over: transports.sender, identity: People.clinic, peer: Fixtures.peer(People.radiologist), roles: .source(sender))
        async let sink = Session.respond(
            over: transports.receiver, identity: People.radiologist, trust: trust, roles: .sink(capabilities), heads: heads)
        return SessionPair(sender: try await source, receiver: try await sink, transports: transports)
    }

    @Test func theReceiverHasTheWholeFile() async throws {
        let pair = try await Self.connect()
        async let result = TestReceiver().run(pair.receiver)
        let manifest = try Fixtures.manifest(count: 3)
        _ = try await pair.sender.openStudy(manifest, studyKey: Fixtures.studyKey())
        let files = [Self.file(7, head: 1_000, rest: 500), Self.file(7, head: 900, rest: 10), Self.file(7, head: 800, rest: 0)]
        let heads = [try Self.head(7, 1_000, place: 2), try Self.head(7, 900, basis: 2), try Self.head(7, 800, basis: 2)]
        for index in 0..<3 {
            #expect(try await pair.sender.send(Fixtures.header(index, files[index]), files[index], head: heads[index]))
        }
        let receipt = try await pair.sender.finishStudy()
        #expect(receipt.tally.restored == 3)
        await pair.sender.end()
        let received = try await result
        #expect(received.received == Dictionary(uniqueKeysWithValues: files.enumerated().map { ($0, $1) }) && received.damaged.isEmpty)
    }

    /// Credit is for what travels: more would let a window grow with every head.
    @Test func onlyWhatTravelsCosts() throws {
        var pair = try StatePair()
        _ = try pair.open(1)
        let bytes = Self.file(7, head: 1_000, rest: 0)
        try pair.send(.begin(Fixtures.header(0, bytes)))
        guard case .sending(let before, _) = pair.sender.source else { throw Wrong() }
        let outputs = try pair.sender.perform(.source(.head(Self.head(7, 1_000, cost: 40))))
        guard case .sending(let account, _) = pair.sender.source, case .transmit(.chunk(var chunk)) = try #require(outputs.first) else {
            throw Wrong()
        }
        #expect(before.flow.credit - account.flow.credit == 40 && account.flow.sent == 40)
        // What a session does when the bytes are whole.
        (chunk.bytes, chunk.travelled) = (bytes, 40)
        let taken = try pair.receiver.receive(.chunk(chunk))
        let credits = taken.compactMap { output in
            if case .transmit(.credit(let credit)) = output { credit } else { nil }
        }
        #expect(credits == [WireMessage.Credit(bytes: 0, arrived: 40)])
        let isHead = taken.contains { output in
            if case .sink(.event(.head(0, let whole, travelled: 40))) = output { whole == bytes } else { false }
        }
        #expect(isHead)
    }

    @Test func aDifferenceToAHeadThatWasNotSentIsMisuse() throws {
        var pair = try StatePair()
        _ = try pair.open(1)
        try pair.send(.begin(Fixtures.header(0, Self.file(7, head: 1_000, rest: 5))))
        expect(.misuse) { try pair.send(.head(Self.head(7, 1_000, basis: 1))) }
        // Longer than what it stands for, and longer than the file.
        expect(.misuse) { try pair.send(.head(Self.head(7, 30, cost: 30))) }
        expect(.misuse) { try pair.send(.head(Self.head(7, 1_006))) }
        try pair.send(.chunk([7]))
        expect(.misuse) { try pair.send(.head(Self.head(7, 999))) }
    }

    /// One that is not whole again never gets to the ledger of an honest session.
    @Test func outOfPlaceIsAViolation() throws {
        let terms = try #require(HeadTerms(byteCount: 3, basis: 0, place: 0))
        for (offset, travelled) in [(0, nil), (1, 2)] as [(UInt64, Int?)] {
            var pair = try StatePair()
            _ = try pair.open(1)
            try pair.send(.begin(Fixtures.header(0, [1, 2, 3, 4])))
            if offset > 0 { try pair.send(.chunk([1])) }
            let chunk = WireMessage.Chunk(study: 1, index: 0, offset: offset, bytes: [2, 3, 4], head: terms, travelled: travelled)
            expect(.protocolViolation) { _ = try pair.receiver.receive(.chunk(chunk)) }
        }
    }

    @Test func withoutTheFeatureItIsAViolation() async throws {
        let pair = try await Self.connect(sender: Fixtures.capabilities)
        let taking = Task { try await TestReceiver().run(pair.receiver) }
        _ = try await pair.sender.openStudy(Fixtures.manifest(count: 1), studyKey: Fixtures.studyKey())
        let file = Self.file(7, head: 1_000, rest: 500)
        await expect(.peerAborted) {
            try await pair.sender.send(Fixtures.header(0, file), file, head: Self.head(7, 1_000))
            _ = try await pair.sender.finishStudy()
        }
        await expect(.protocolViolation) { try await taking.value }
    }

    /// The file is asked for again; the others go on.
    @Test func aHeadThatCannotBeMadeWholeIsDamage() async throws {
        let pair = try await Self.connect()
        async let result = TestReceiver().run(pair.receiver)
        _ = try await pair.sender.openStudy(Fixtures.manifest(count: 2), studyKey: Fixtures.studyKey())
        let file = Self.file(7, head: 1_000, rest: 500)
        try await pair.sender.send(Fixtures.header(0, file), file, head: Self.head(255, 1_000))
        try await pair.sender.send(Fixtures.header(1, file), file, head: Self.head(7, 1_000))
        let receipt = try await pair.sender.finishStudy()
        #expect(receipt.tally.failed == 1 && receipt.tally.restored == 1)
        await pair.sender.end()
        #expect(try await result.damaged == [0])
    }

    /// Links that break at any message, a receiver that goes on where it was: every file arrives as it is, whatever was a difference to what.
    @Test(arguments: UInt64(1)...24) func cutsAtAnyMessage(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let manifest = try Fixtures.manifest(count: 8)
        let files = (0..<8).map { index in
            Self.file(UInt8(1 + index % 3), head: 2_000 + index, rest: Int.random(in: 0...4_000, using: &random))
        }
        var store = PartialStore()
        for _ in 0..<200 where store.whole.count < files.count {
            let pair = try await Self.connect()
            let patience = Int.random(in: 1...12, using: &random)
            let taking = Task { [store] in try await store.taking(from: pair, events: patience) }
            try? await Self.send(files, manifest, over: pair.sender)
            await pair.sender.end()
            store = try await taking.value
        }
        #expect(store.whole == Dictionary(uniqueKeysWithValues: files.enumerated().map { ($0, $1) }))
    }

    private static func send(_ files: [[UInt8]], _ manifest: Manifest, over session: Session) async throws {
        let standing = try await session.openStudy(manifest, studyKey: Fixtures.studyKey())
        var places: [UInt8: Int] = [:]
        for (index, file) in files.enumerated() where standing[index] != .complete {
            var header = Fixtures.header(index, file)
            if case .partial(let bytes, _) = standing[index], bytes < UInt64(file.count) { header.offset = bytes }
            let byte = file[0]
            let basis = places[byte]
            let place = basis == nil ? places.count + 1 : 0
            let isSent = try await session.send(
                header, file, head: head(byte, 2_000 + index, basis: basis ?? 0, place: place, cost: basis == nil ? 300 : 5))
            #expect(isSent == (header.offset == 0))
            if isSent, place > 0 { places[byte] = place }
        }
    }
}

/// What a receiver has of a study, also after a cut.
private struct PartialStore: Sendable {
    var parts: [Int: (header: InstanceHeader, bytes: [UInt8])] = [:]
    var whole: [Int: [UInt8]] = [:]

    /// Takes so many events, then cuts the link.
    func taking(from pair: SessionPair, events: Int) async throws -> PartialStore {
        var store = self
        var left = events
        while left > 0, let event = try? await pair.receiver.nextEvent() {
            left -= 1
            switch event {
            case .studyOpened: try await pair.receiver.admit(store.admission)
            case .instanceBegan(let header):
                if header.offset == 0 { store.parts[header.index] = (header, []) }
            case .head(let index, let bytes, let travelled):
                store.parts[index]?.bytes += bytes
                try? await pair.receiver.grant(bytes: travelled)
            case .chunk(let index, _, let bytes):
                store.parts[index]?.bytes += bytes
                try? await pair.receiver.grant(bytes: bytes.count)
            case .instanceArrived(let index): store.whole[index] = store.parts.removeValue(forKey: index)?.bytes
            case .instanceDamaged(let index): Issue.record("instance \(index) came damaged")
            default: break
            }
        }
        await pair.transports.receiver.cut()
        await pair.receiver.end()
        return store
    }

    private var admission: StudyAdmission {
        let partial = parts.filter { !$0.value.bytes.isEmpty }.mapValues { part in
            var hash = SHA256()
            hash.update(data: part.bytes)
            return StudyAdmission.Part(receivedBytes: UInt64(part.bytes.count), digest: part.header.digest, hash: hash)
        }
        return StudyAdmission(complete: Set(whole.keys), partial: partial)
    }
}
