import Foundation
import SecureChannel
import SeededRandomness
import Testing

@testable import Protocol

/// Sessions in which both sides send and take studies, whoever dialled.
@Suite(.timeLimit(.minutes(2))) struct TwoWayTests {
    private static func roles(window: Int = 64 << 10) -> SessionRoles {
        SessionRoles(
            capabilities: Fixtures.capabilities, isSource: true,
            sink: StudyTerms(limits: SessionLimits(creditWindow: window, chunkBytes: 16 << 10)))
    }

    private struct Order: Sendable {
        let manifest: Manifest
        let files: [[UInt8]]

        init(by identity: Identity, _ count: Int, seed: UInt64) throws {
            var generator = SplitMix64(seed: seed)
            files = (0..<count).map { _ in generator.bytes(Int.random(in: 1...300_000, using: &generator)) }
            manifest = try Fixtures.manifest(count: count, by: identity)
        }
    }

    /// Takes studies until the peer has no more. Returns their files, in the order of the studies.
    private static func take(_ session: Session) async throws -> [[Int: [UInt8]]] {
        var studies: [[Int: [UInt8]]] = []
        var files: [Int: [UInt8]] = [:]
        while let event = try await session.nextEvent() {
            switch event {
            case .studyOpened:
                files = [:]
                try await session.admit()
            case .chunk(let index, _, let bytes):
                files[index, default: []] += bytes
                try await session.grant(bytes: bytes.count)
            case .instanceArrived(let index): try await session.acknowledge(index, Fixtures.restored(index))
            case .studySent:
                try await session.completeStudy()
                studies.append(files)
            default: break
            }
        }
        return studies
    }

    private static func send(_ orders: [Order], over session: Session) async throws -> [StudyReceipt] {
        var receipts: [StudyReceipt] = []
        for order in orders {
            _ = try await session.openStudy(order.manifest, studyKey: Fixtures.studyKey())
            for (index, file) in order.files.enumerated() { try await session.send(Fixtures.header(index, file), file) }
            receipts.append(try await session.finishStudy())
        }
        try await session.noMoreStudies()
        return receipts
    }

    /// A whole program: sends its studies while it takes the peer's.
    private static func run(_ session: Session, _ orders: [Order]) async throws -> (taken: [[Int: [UInt8]]], receipts: [StudyReceipt]) {
        async let taken = take(session)
        async let receipts = send(orders, over: session)
        let result = (try await taken, try await receipts)
        await session.end()
        return result
    }

    private func check(_ result: (taken: [[Int: [UInt8]]], receipts: [StudyReceipt]), sent: [Order], expected: [Order]) {
        #expect(result.taken == expected.map { Dictionary(uniqueKeysWithValues: $0.files.enumerated().map { ($0, $1) }) })
        #expect(result.receipts.map(\.transferID) == sent.map(\.manifest.transferID))
        for receipt in result.receipts { #expect(receipt.tally.isComplete) }
    }

    @Test func studiesBothWaysOverAConnectionThatOnlyOneSideCanDial() async throws {
        let home = try TemporaryHome()
        let trust = try home.trust(People.clinic)
        let credentials = { (identity: Identity) in
            try TLSCredentials(certificateChainPEM: identity.tlsCertificatePEM, privateKeyPEM: identity.tlsPrivateKeyPEM)
        }
        let listener = try await SecureListener.bind(
            host: "127.0.0.1", port: 0, credentials: credentials(People.radiologist),
            policy: .pinned { trust.isTrusted(certificateDER: $0) })
        let studies = try (0..<3).map { try Order(by: People.clinic, 4, seed: UInt64($0)) }
        let replies = try (0..<3).map { try Order(by: People.radiologist, 3, seed: UInt64(10 + $0)) }
        let serving = Task {
            for await connection in listener.connections {
                let session = try await Session.respond(
                    over: connection, identity: People.radiologist, trust: trust, roles: Self.roles())
                return try await Self.run(session, replies)
            }
            throw MemoryTransport.Failure()
        }
        let card = try People.radiologist.card()
        let connection = try await SecureConnector.connect(
            host: "127.0.0.1", port: listener.localAddress.port, credentials: credentials(People.clinic),
            policy: .pinned { $0 == card.certificateDER })
        var flight = FirstFlight(manifest: studies[0].manifest, studyKey: Fixtures.studyKey())
        flight.instances = [.init(header: Fixtures.header(0, studies[0].files[0]), bytes: studies[0].files[0])]
        let session = try await Session.initiate(
            over: connection, identity: People.clinic, peer: Fixtures.peer(People.radiologist), roles: Self.roles(), firstFlight: flight)
        check(try await Self.run(session, studies), sent: studies, expected: replies)
        check(try await serving.value, sent: replies, expected: studies)
        await listener.stop()
    }

    // MARK: In memory

    private struct Pair {
        let clinic: Session
        let radiologist: Session
        let transports: (sender: MemoryTransport, receiver: MemoryTransport)

        init(clinic: SessionRoles = TwoWayTests.roles(), radiologist: SessionRoles = TwoWayTests.roles()) async throws {
            let transports = MemoryTransport.pair(sender: People.clinic, receiver: People.radiologist)
            let trust = try TemporaryHome().trust(People.clinic)
            async let near = Session.initiate(
                over: transports.sender, identity: People.clinic, peer: Fixtures.peer(People.radiologist), roles: clinic)
            async let far = Session.respond(over: transports.receiver, identity: People.radiologist, trust: trust, roles: radiologist)
            self.clinic = try await near
            self.radiologist = try await far
            self.transports = transports
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64]) func bothAtOnceThroughANarrowConnection(seed: UInt64) async throws {
        let pair = try await Pair()
        let studies = try (0..<2).map { try Order(by: People.clinic, 5, seed: seed + UInt64($0) * 100) }
        let replies = try (0..<2).map { try Order(by: People.radiologist, 5, seed: seed + UInt64($0) * 1_000) }
        async let far = Self.run(pair.radiologist, replies)
        check(try await Self.run(pair.clinic, studies), sent: studies, expected: replies)
        check(try await far, sent: replies, expected: studies)
    }

    @Test func whoDialsMayOnlyCollect() async throws {
        let collecting = SessionRoles(capabilities: Fixtures.capabilities, isSource: false, sink: StudyTerms())
        let pair = try await Pair(clinic: collecting, radiologist: .source(Fixtures.capabilities))
        let replies = [try Order(by: People.radiologist, 3, seed: 1)]
        async let receipts = Self.send(replies, over: pair.radiologist)
        let taken = try await Self.take(pair.clinic)
        #expect(taken == [Dictionary(uniqueKeysWithValues: replies[0].files.enumerated().map { ($0, $1) })])
        #expect(try await receipts.count == 1)
        await expect(.misuse) { try await pair.clinic.openStudy(replies[0].manifest, studyKey: Fixtures.studyKey()) }
        await pair.clinic.end()
    }

    @Test func oneDirectionsEndIsNotTheOthers() async throws {
        let pair = try await Pair()
        let study = try Order(by: People.clinic, 4, seed: 3)
        let reply = try Order(by: People.radiologist, 2, seed: 4)
        async let sent = Self.send([study], over: pair.clinic)
        async let taken = Self.take(pair.radiologist)

        // The reply is opened, begun, and stopped; then another one is refused by the clinic; then it comes.
        let opening = Task { try await pair.radiologist.openStudy(reply.manifest, studyKey: Fixtures.studyKey()) }
        guard case .studyOpened = try await pair.clinic.nextEvent() else { throw MemoryTransport.Failure() }
        try await pair.clinic.admit()
        _ = try await opening.value
        let sending = Task { try await pair.radiologist.send(Fixtures.header(0, reply.files[0]), reply.files[0]) }
        var event = try await pair.clinic.nextEvent()
        var held = 0
        while held == 0 {
            if case .chunk(_, _, let bytes) = event { held += bytes.count }
            event = try await pair.clinic.nextEvent()
        }
        try await pair.radiologist.stopStudy(.shuttingDown, "it is wanted later")
        _ = await sending.result
        await expect(.studyEnded) { try await pair.radiologist.finishStudy() }
        stopping: while true {
            switch event {
            case .chunk(_, _, let bytes): held += bytes.count
            case .studyStopped(.shuttingDown, reason: "it is wanted later"): break stopping
            case nil: throw MemoryTransport.Failure()
            default: break
            }
            event = try await pair.clinic.nextEvent()
        }
        try await pair.clinic.grant(bytes: held)

        let again = Task { try await pair.radiologist.openStudy(reply.manifest, studyKey: Fixtures.studyKey()) }
        guard case .studyOpened = try await pair.clinic.nextEvent() else { throw MemoryTransport.Failure() }
        try await pair.clinic.refuseStudy(.storageFull, "12 MB are left")
        let error = await expect(.studyEnded) { _ = try await again.value }
        #expect(error?.abortCode == .storageFull && error?.reason.contains("12 MB are left") == true)

        async let replies = Self.send([reply], over: pair.radiologist)
        let files = try await Self.take(pair.clinic)
        #expect(files == [Dictionary(uniqueKeysWithValues: reply.files.enumerated().map { ($0, $1) })])
        #expect(try await replies.count == 1)
        let receipts = try await sent
        #expect(receipts.count == 1 && receipts[0].tally.isComplete)
        #expect(try await taken.count == 1)
        await pair.clinic.end()
        await pair.radiologist.end()
    }

    @Test func violationEndsBothDirections() async throws {
        let pair = try await Pair()
        let reply = try Order(by: People.radiologist, 1, seed: 5)
        let opening = Task { try await pair.radiologist.openStudy(reply.manifest, studyKey: Fixtures.studyKey()) }
        guard case .studyOpened = try await pair.clinic.nextEvent() else { throw MemoryTransport.Failure() }
        try await pair.transports.sender.send(WireMessage.studyComplete(study: 1).encoded())
        await expect(.protocolViolation) { try await pair.radiologist.nextEvent() }
        await expect(.protocolViolation) { _ = try await opening.value }
        let study = try Order(by: People.clinic, 1, seed: 6)
        await expect(.peerAborted) { try await pair.clinic.openStudy(study.manifest, studyKey: Fixtures.studyKey()) }
    }

    @Test func noStudiesAfterTheLast() async throws {
        let pair = try await Pair()
        try await pair.clinic.noMoreStudies()
        let manifest = try Fixtures.manifest(count: 1)
        await expect(.misuse) { try await pair.clinic.openStudy(manifest, studyKey: Fixtures.studyKey()) }
        #expect(try await pair.radiologist.nextEvent() == nil)
        await pair.radiologist.end()
        #expect(try await pair.clinic.nextEvent() == nil)
        await expect(.ended) { try await pair.clinic.openStudy(manifest, studyKey: Fixtures.studyKey()) }
    }

    @Test func connectionThatBreaksEndsBothDirections() async throws {
        let pair = try await Pair()
        let opening = Task { try await pair.clinic.openStudy(Fixtures.manifest(count: 1), studyKey: Fixtures.studyKey()) }
        guard case .studyOpened = try await pair.radiologist.nextEvent() else { throw MemoryTransport.Failure() }
        guard case .studyKey = try await pair.radiologist.nextEvent() else { throw MemoryTransport.Failure() }
        try await pair.radiologist.admit()
        _ = try await opening.value
        await pair.transports.sender.cut()
        await expect(.cut) { try await pair.clinic.send(Fixtures.header(0, [1]), [1]) }
        await expect(.cut) { try await pair.clinic.nextEvent() }
        await expect(.cut) { try await pair.radiologist.nextEvent() }
    }
}
