import Basics
import Crypto
import Foundation
import SeededRandomness
import TestSupport
import Testing

@testable import Protocol

/// Whole sessions over a connection in memory.
@Suite(.timeLimit(.minutes(2))) struct SessionTests {
    private func bytes(_ seed: UInt64, _ count: Int) -> [UInt8] {
        var generator = SplitMix64(seed: seed)
        return generator.bytes(count)
    }

    @Test func studyArrivesWholeUnderCredit() async throws {
        // The window is a fraction of the study: without credit coming back nothing would move.
        let roles = SessionRoles.sink(Fixtures.capabilities, StudyTerms(limits: SessionLimits(creditWindow: 8_192, chunkBytes: 1_024)))
        let pair = try await SessionPair.connect(roles: roles)
        async let received = TestReceiver().run(pair.receiver)
        let manifest = try Fixtures.manifest(count: 20)
        #expect(try await pair.sender.openStudy(manifest, studyKey: Fixtures.studyKey()) == .empty)
        let receipts = Task {
            var all: [InstanceReceipt] = []
            for try await receipt in pair.sender.receipts() { all.append(receipt) }
            return all
        }
        for index in 0..<20 {
            let stego = bytes(UInt64(index), 5_000 + index)
            try await pair.sender.send(Fixtures.header(index, stego), stego)
        }
        let study = try await pair.sender.finishStudy()
        await pair.sender.end()
        let result = try await received
        for index in 0..<20 { #expect(result.received[index] == bytes(UInt64(index), 5_000 + index)) }
        #expect(study == result.studyReceipts.first)
        try study.check(against: manifest, receipts: try await receipts.value)
    }

    @Test func severalStudies() async throws {
        let pair = try await SessionPair.connect()
        async let received = TestReceiver().run(pair.receiver)
        for _ in 0..<3 {
            _ = try await pair.sender.openStudy(Fixtures.manifest(count: 2), studyKey: Fixtures.studyKey())
            try await pair.sender.send(Fixtures.header(0, [1, 2]), [1, 2])
            try await pair.sender.withdraw(index: 1, reason: "unreadable")
            #expect(try await pair.sender.finishStudy().tally.withdrawn == 1)
        }
        await pair.sender.end()
        let result = try await received
        #expect(result.studyReceipts.count == 3)
        #expect(result.withdrawn == [1: "unreadable"])
    }

    @Test func callsFromManyTasksTakeTurns() async throws {
        let roles = SessionRoles.sink(Fixtures.capabilities, StudyTerms(limits: SessionLimits(creditWindow: 4_096, chunkBytes: 1_024)))
        let pair = try await SessionPair.connect(roles: roles)
        async let received = TestReceiver().run(pair.receiver)
        _ = try await pair.sender.openStudy(Fixtures.manifest(count: 12), studyKey: Fixtures.studyKey())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<12 {
                group.addTask {
                    let stego = self.bytes(UInt64(index), 3_000)
                    try await pair.sender.send(Fixtures.header(index, stego), stego)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await pair.sender.finishStudy().tally.isComplete)
        await pair.sender.end()
        #expect(try await received.received.count == 12)
    }

    @Test func acknowledgementsFromManyTasks() async throws {
        let pair = try await SessionPair.connect()
        let receiver = pair.receiver
        let serving = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                while let event = try await receiver.nextEvent() {
                    switch event {
                    case .studyOpened: try await receiver.admit()
                    case .chunk(_, _, let bytes): group.addTask { try await receiver.grant(bytes: bytes.count) }
                    case .instanceArrived(let index):
                        group.addTask { try await receiver.acknowledge(index, Fixtures.restored(index)) }
                    case .studySent:
                        try await group.waitForAll()
                        try await receiver.completeStudy()
                    default: break
                    }
                }
            }
        }
        _ = try await pair.sender.openStudy(Fixtures.manifest(count: 50), studyKey: Fixtures.studyKey())
        for index in 0..<50 { try await pair.sender.send(Fixtures.header(index, [7]), [7]) }
        #expect(try await pair.sender.finishStudy().tally.isComplete)
        await pair.sender.end()
        try await serving.value
    }

    @Test func goesOnFromTheByteThatIsThere() async throws {
        let stego = bytes(1, 9_000)
        var hash = SHA256()
        hash.update(data: stego[..<4_000])
        var program = TestReceiver()
        program.admission = StudyAdmission(
            complete: [0], partial: [1: .init(receivedBytes: 4_000, digest: ContentDigest(of: stego), hash: hash)])
        let pair = try await SessionPair.connect()
        async let received = program.run(pair.receiver)
        let standing = try await pair.sender.openStudy(Fixtures.manifest(count: 2), studyKey: Fixtures.studyKey())
        #expect(standing[0] == .complete)
        guard case .partial(let offset, let digest) = standing[1] else { throw MemoryTransport.Failure() }
        #expect(digest == ContentDigest(of: stego))
        try await pair.sender.send(Fixtures.header(1, stego, offset: offset), stego)
        #expect(try await pair.sender.finishStudy().tally.isComplete)
        await pair.sender.end()
        #expect(try await received.received[1] == Array(stego[4_000...]))
    }

    @Test func damagedInstanceLeavesTheOthersAlone() async throws {
        let pair = try await SessionPair.connect()
        async let received = TestReceiver().run(pair.receiver)
        _ = try await pair.sender.openStudy(Fixtures.manifest(count: 2), studyKey: Fixtures.studyKey())
        try await pair.sender.send(Fixtures.header(0, [1, 2, 3]), [1, 2, 4])
        try await pair.sender.send(Fixtures.header(1, [5]), [5])
        let study = try await pair.sender.finishStudy()
        #expect(study.tally.failed == 1 && study.tally.restored == 1)
        await pair.sender.end()
        #expect(try await received.damaged == [0])
    }

    // MARK: Ends

    @Test func cutInTheMiddleOfAChunkStream() async throws {
        let roles = SessionRoles.sink(Fixtures.capabilities, StudyTerms(limits: SessionLimits(creditWindow: 4_096, chunkBytes: 1_024)))
        let pair = try await SessionPair.connect(roles: roles)
        var program = TestReceiver()
        program.grants = false
        let serving = Task { [program] in try await program.run(pair.receiver) }
        _ = try await pair.sender.openStudy(Fixtures.manifest(count: 1), studyKey: Fixtures.studyKey())
        let stego = bytes(1, 10_000)
        let sending = Task { try await pair.sender.send(Fixtures.header(0, stego), stego) }
        try await pair.transports.receiver.incoming.read(count: 5)
        await pair.transports.sender.cut()
        await expect(.cut) { try await sending.value }
        await expect(.cut) { try await serving.value }
        // From then on every call says the same.
        await expect(.cut) { try await pair.sender.finishStudy() }
        await expect(.cut) { try await pair.receiver.nextEvent() }
        await expect(.cut) {
            for try await _ in pair.sender.receipts() {}
        }
    }

    @Test func silentPeerIsGivenUp() async throws {
        let clock = ManualClock()
        let timing = SessionTiming(silence: .seconds(60), clock: clock)
        let transports = MemoryTransport.pair(sender: People.clinic, receiver: People.radiologist)
        let home = try TemporaryHome()
        let trust = try home.trust(People.clinic)
        // A receiver that greets and then never says anything again.
        let greeting = Task {
            let handshake = try ResponderHandshake(
                identity: People.radiologist, trust: trust, certificateDER: People.clinic.certificateDER, roles: Fixtures.sink,
                binding: Fixtures.binding)
            guard let hello = try await transports.receiver.receive(), case .hello(let greeting) = try WireMessage(hello) else { return }
            try await transports.receiver.send(WireMessage.welcome(handshake.answer(greeting).greeting).encoded())
        }
        let session = try await Session.initiate(
            over: transports.sender, identity: People.clinic, peer: Fixtures.peer(People.radiologist),
            roles: .source(Fixtures.capabilities), timing: timing)
        try await greeting.value
        let passing = Task { while !Task.isCancelled { await clock.pass(.seconds(10)) } }
        defer { passing.cancel() }
        await expect(.peerSilent) { try await session.openStudy(Fixtures.manifest(count: 1), studyKey: Fixtures.studyKey()) }
    }

    @Test func signsOfLifeKeepASlowSessionAlive() async throws {
        let clock = ManualClock()
        let pair = try await SessionPair.connect(timing: SessionTiming(silence: .seconds(60), clock: clock))
        async let received = TestReceiver().run(pair.receiver)
        _ = try await pair.sender.openStudy(Fixtures.manifest(count: 1), studyKey: Fixtures.studyKey())
        // Both sides look six times in a silence, and say something when nothing was said for a third of it.
        for _ in 0..<5 {
            let ends = [pair.transports.sender.incoming, pair.transports.receiver.incoming]
            var signs: [Int] = []
            for end in ends { signs.append(await end.readCount + 1) }
            for _ in 0..<3 {
                await clock.sleeper(for: .seconds(10), count: 2)
                clock.advance(by: .seconds(10))
            }
            for (end, count) in zip(ends, signs) { try await end.read(count: count) }
        }
        #expect(clock.elapsed == .seconds(150))
        try await pair.sender.send(Fixtures.header(0, [1]), [1])
        #expect(try await pair.sender.finishStudy().tally.isComplete)
        await pair.sender.end()
        _ = try await received
    }

    @Test func greetingHasADeadline() async throws {
        let clock = ManualClock()
        let timing = SessionTiming(greeting: .seconds(30), clock: clock)
        let transports = MemoryTransport.pair(sender: People.clinic, receiver: People.radiologist)
        let home = try TemporaryHome()
        let trust = try home.trust(People.clinic)
        let passing = Task { await clock.pass(.seconds(30)) }
        defer { passing.cancel() }
        await expect(.peerSilent) {
            try await Session.respond(
                over: transports.receiver, identity: People.radiologist, trust: trust, roles: Fixtures.sink, timing: timing)
        }
        #expect(try await transports.sender.receive() == nil, "the connection is closed")
    }

    @Test func untrustedSenderIsToldNothingElse() async throws {
        let transports = MemoryTransport.pair(sender: People.stranger, receiver: People.radiologist)
        let home = try TemporaryHome()
        let trust = try home.trust(People.clinic)
        let sender = Task {
            try await Session.initiate(
                over: transports.sender, identity: People.stranger, peer: Fixtures.peer(People.radiologist),
                roles: .source(Fixtures.capabilities))
        }
        await expect(.notTrusted) {
            try await Session.respond(over: transports.receiver, identity: People.radiologist, trust: trust, roles: Fixtures.sink)
        }
        let error = await expect(.peerAborted) { _ = try await sender.value }
        #expect(error?.abortCode == .notTrusted)
        #expect(error?.reason.contains("it says") == false)
    }

    @Test func senderThatReachesSomebodyElse() async throws {
        let transports = MemoryTransport.pair(sender: People.clinic, receiver: People.stranger)
        await expect(.wrongPeer) {
            try await Session.initiate(
                over: transports.sender, identity: People.clinic, peer: Fixtures.peer(People.radiologist),
                roles: .source(Fixtures.capabilities))
        }
        // It said nothing about itself.
        guard let message = try await transports.receiver.receive(), case .abort(.notTrusted, "") = try WireMessage(message) else {
            throw MemoryTransport.Failure()
        }
        #expect(try await transports.receiver.receive() == nil)
    }

    @Test func differentTLSConnectionsDoNotMeet() async throws {
        // Somebody in the middle holds two TLS connections and passes messages through.
        let left = MemoryTransport.pair(sender: People.clinic, receiver: People.radiologist)
        let spliced = MemoryTransport(
            incoming: left.receiver.incoming, outgoing: left.receiver.outgoing, peerCertificateDER: People.clinic.certificateDER,
            exporterValue: Array(repeating: 9, count: 32))
        let home = try TemporaryHome()
        let trust = try home.trust(People.clinic)
        let sender = Task {
            try await Session.initiate(
                over: left.sender, identity: People.clinic, peer: Fixtures.peer(People.radiologist), roles: .source(Fixtures.capabilities))
        }
        await expect(.badSignature) {
            try await Session.respond(over: spliced, identity: People.radiologist, trust: trust, roles: Fixtures.sink)
        }
        #expect(await expect(.peerAborted) { _ = try await sender.value }?.abortCode == .badSignature)
    }

    @Test func garbageInsteadOfAGreeting() async throws {
        let home = try TemporaryHome()
        let trust = try home.trust(People.clinic)
        for frames in [[[1, 2, 3]], [[]], [], [[1], [2], [3]], [Array(repeating: UInt8(0), count: 100_000)]] as [[[UInt8]]] {
            let transports = MemoryTransport.pair(sender: People.clinic, receiver: People.radiologist)
            try await transports.sender.send(.init(frames: frames))
            await expect(.protocolViolation) {
                try await Session.respond(
                    over: transports.receiver, identity: People.radiologist, trust: trust, roles: Fixtures.sink)
            }
        }
    }

    @Test func violationIsToldToThePeer() async throws {
        let pair = try await SessionPair.connect()
        let serving = Task { try await TestReceiver().run(pair.receiver) }
        try await pair.transports.sender.send(WireMessage.studyComplete(study: 1).encoded())
        await expect(.protocolViolation) { try await serving.value }
        let error = await expect(.peerAborted) {
            try await pair.sender.openStudy(Fixtures.manifest(count: 1), studyKey: Fixtures.studyKey())
        }
        #expect(error?.abortCode == .protocolViolation)
    }

    @Test func receiverThatStops() async throws {
        let pair = try await SessionPair.connect()
        let opening = Task { try await pair.sender.openStudy(Fixtures.manifest(count: 1), studyKey: Fixtures.studyKey()) }
        guard case .studyOpened = try await pair.receiver.nextEvent() else { throw MemoryTransport.Failure() }
        await pair.receiver.end()
        #expect(await expect(.peerAborted) { _ = try await opening.value }?.abortCode == .shuttingDown)
        await expect(.ended) { try await pair.receiver.nextEvent() }
    }

    @Test func receiverThatRefusesForWantOfSpace() async throws {
        let pair = try await SessionPair.connect()
        let opening = Task { try await pair.sender.openStudy(Fixtures.manifest(count: 1), studyKey: Fixtures.studyKey()) }
        _ = try await pair.receiver.nextEvent()
        await pair.receiver.abort(.storageFull, "12 MB are left")
        let error = await expect(.peerAborted) { _ = try await opening.value }
        #expect(error?.abortCode == .storageFull)
        #expect(error?.reason.contains("12 MB are left") == true)
    }

    @Test func senderThatLeavesInTheMiddle() async throws {
        let pair = try await SessionPair.connect()
        let serving = Task { try await TestReceiver().run(pair.receiver) }
        _ = try await pair.sender.openStudy(Fixtures.manifest(count: 1), studyKey: Fixtures.studyKey())
        await pair.sender.end()
        #expect(await expect(.peerAborted) { _ = try await serving.value }?.abortCode == .shuttingDown)
    }

    @Test func reasonIsFoundByWhoeverNoticesTheEndFirst() async throws {
        let pair = try await SessionPair.connect()
        let opening = Task { try await pair.sender.openStudy(Fixtures.manifest(count: 1), studyKey: Fixtures.studyKey()) }
        _ = try await pair.receiver.nextEvent()
        try await pair.receiver.admit()
        _ = try await opening.value
        await pair.sender.abort(.internalFailure, "out of memory")
        let error = await expect(.peerAborted) {
            while true { try await pair.receiver.grant(bytes: 1) }
        }
        #expect(error?.abortCode == .internalFailure)
    }

    @Test func goodbyeFromAnIdleReceiver() async throws {
        let pair = try await SessionPair.connect()
        await pair.receiver.end()
        #expect(try await pair.receiver.nextEvent() == nil)
        // Whether the goodbye comes before, during or after this call.
        await expect(.ended) { try await pair.sender.openStudy(Fixtures.manifest(count: 1), studyKey: Fixtures.studyKey()) }
    }

    @Test func receiptsEndWithTheSession() async throws {
        let pair = try await SessionPair.connect()
        let taking = Task {
            for try await _ in pair.sender.receipts() {}
        }
        await pair.sender.end()
        try await taking.value
    }

    // MARK: Cancellation

    /// Sends an instance until its window is full, then stops. Returns what the receiver has of it.
    private func stopInTheMiddle(
        of stego: [UInt8], _ afterwards: @escaping @Sendable (Session) async throws -> Void = { _ in }
    ) async throws -> (taken: [UInt8], end: ProtocolError?) {
        let roles = SessionRoles.sink(Fixtures.capabilities, StudyTerms(limits: SessionLimits(creditWindow: 4_096, chunkBytes: 1_024)))
        let pair = try await SessionPair.connect(roles: roles)
        let (windowFilled, signal) = AsyncStream.makeStream(of: Void.self)
        let sending = Task {
            _ = try await pair.sender.openStudy(Fixtures.manifest(count: 2), studyKey: Fixtures.studyKey())
            let stuck = Task { try await pair.sender.send(Fixtures.header(0, stego), stego) }
            for await _ in windowFilled {}
            stuck.cancel()
            await #expect(throws: CancellationError.self) { try await stuck.value }
            try await afterwards(pair.sender)
            await pair.sender.end()
        }
        var taken: [UInt8] = []
        let end = await expect(.peerAborted) {
            while let event = try await pair.receiver.nextEvent() {
                switch event {
                case .studyOpened: try await pair.receiver.admit()
                case .chunk(0, _, let bytes):
                    taken += bytes
                    if taken.count == 4_096 { signal.finish() }
                case .studyKey, .instanceBegan: break
                default: Issue.record("\(event.summary): what has come would be thrown away")
                }
            }
        }
        try await sending.value
        return (taken, end)
    }

    @Test func stoppingTheSenderKeepsWhatTheReceiverHas() async throws {
        let stego = bytes(1, 10_000)
        let (taken, end) = try await stopInTheMiddle(of: stego)
        #expect(end?.abortCode == .shuttingDown)
        #expect(taken == Array(stego[..<4_096]))

        // The next session goes on behind it.
        var hash = SHA256()
        hash.update(data: taken)
        var program = TestReceiver()
        program.admission = StudyAdmission(partial: [0: .init(receivedBytes: 4_096, digest: ContentDigest(of: stego), hash: hash)])
        let pair = try await SessionPair.connect()
        async let received = program.run(pair.receiver)
        _ = try await pair.sender.openStudy(Fixtures.manifest(count: 1), studyKey: Fixtures.studyKey())
        try await pair.sender.send(Fixtures.header(0, stego, offset: 4_096), stego)
        #expect(try await pair.sender.finishStudy().tally.restored == 1)
        await pair.sender.end()
        #expect(try await received.received[0] == Array(stego[4_096...]))
    }

    @Test func nothingIsSentBehindACancelledInstance() async throws {
        _ = try await stopInTheMiddle(of: bytes(1, 10_000)) { session in
            await expect(.misuse) { try await session.send(Fixtures.header(1, [1]), [1]) }
            await expect(.misuse) { try await session.finishStudy() }
        }
    }

    @Test func cancelledInstanceMayBeGivenUp() async throws {
        let roles = SessionRoles.sink(Fixtures.capabilities, StudyTerms(limits: SessionLimits(creditWindow: 4_096, chunkBytes: 1_024)))
        let pair = try await SessionPair.connect(roles: roles)
        let stego = bytes(1, 10_000)
        let (windowFilled, signal) = AsyncStream.makeStream(of: Void.self)
        let sending = Task {
            _ = try await pair.sender.openStudy(Fixtures.manifest(count: 2), studyKey: Fixtures.studyKey())
            let stuck = Task { try await pair.sender.send(Fixtures.header(0, stego), stego) }
            for await _ in windowFilled {}
            stuck.cancel()
            await #expect(throws: CancellationError.self) { try await stuck.value }
            try await pair.sender.withdraw(index: 0, reason: "not wanted any more")
            try await pair.sender.send(Fixtures.header(1, [1]), [1])
            let receipt = try await pair.sender.finishStudy()
            await pair.sender.end()
            return receipt
        }
        var held = 0
        while let event = try await pair.receiver.nextEvent() {
            switch event {
            case .studyOpened: try await pair.receiver.admit()
            case .chunk(0, _, let bytes):
                held += bytes.count
                if held == 4_096 { signal.finish() }
            case .instanceWithdrawn(0, let reason):
                #expect(reason == "not wanted any more")
                try await pair.receiver.grant(bytes: held)
            case .instanceArrived(let index): try await pair.receiver.acknowledge(index, Fixtures.restored(index))
            case .studySent: try await pair.receiver.completeStudy()
            default: break
            }
        }
        #expect(held == 4_096)
        let receipt = try await sending.value
        #expect(receipt.tally.restored == 1 && receipt.tally.withdrawn == 1)
    }

    @Test func cancelledWaitForAnEventLosesNothing() async throws {
        let pair = try await SessionPair.connect()
        let waiting = Task { try await pair.receiver.nextEvent() }
        await letOthersRun()
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        let opening = Task { try await pair.sender.openStudy(Fixtures.manifest(count: 1), studyKey: Fixtures.studyKey()) }
        guard case .studyOpened = try await pair.receiver.nextEvent() else { throw MemoryTransport.Failure() }
        try await pair.receiver.admit()
        _ = try await opening.value
    }

    @Test func onlyOneWaitsForEvents() async throws {
        let pair = try await SessionPair.connect()
        await withTaskGroup(of: ProtocolError.Code?.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    do { _ = try await pair.receiver.nextEvent() } catch { return (error as? ProtocolError)?.code }
                    return nil
                }
            }
            #expect(await group.next() == .misuse)
            group.cancelAll()
        }
    }

    @Test func droppedSessionsCloseTheirConnection() async throws {
        let transports: (sender: MemoryTransport, receiver: MemoryTransport)
        do {
            let pair = try await SessionPair.connect()
            transports = pair.transports
        }
        await expect(.cut) {
            while let message = try await transports.receiver.receive() { _ = message }
            throw ProtocolError.closed
        }
    }

    @Test func headerThatAnnouncesAnotherLength() async throws {
        let pair = try await SessionPair.connect()
        await expect(.misuse) { try await pair.sender.send(Fixtures.header(0, [1, 2]), [1]) }
    }
}
