import Synchronization
import Testing

@testable import Protocol

/// A session asks for room before it decodes a manifest, and lets it go when the study has come to its end.
@Suite(.timeLimit(.minutes(2))) struct ManifestRoomTests {
    private struct NoRoom: Error {}

    private final class Room: ManifestRoom {
        private final class Place: ManifestPlace {
            let room: Room
            init(_ room: Room) { self.room = room }
            deinit { room.taken.withLock { $0 -= 1 } }
        }

        let isOpen: Bool
        let asked = Mutex<[(bytes: Int, sender: Fingerprint)]>([])
        let taken = Mutex(0)

        init(isOpen: Bool) { self.isOpen = isOpen }

        func place(for bytes: Int, of sender: Fingerprint) throws -> any ManifestPlace {
            asked.withLock { $0.append((bytes, sender)) }
            guard isOpen else { throw NoRoom() }
            taken.withLock { $0 += 1 }
            return Place(self)
        }

        var takenPlaces: Int { taken.withLock { $0 } }
    }

    @Test func aStudyHasAPlaceUntilItsEnd() async throws {
        let room = Room(isOpen: true)
        let pair = try await SessionPair.connect(room: room)
        let manifest = try Fixtures.manifest(count: 1)
        async let standing = pair.sender.openStudy(manifest, studyKey: Fixtures.studyKey())
        guard case .studyOpened(manifest) = try await pair.receiver.nextEvent() else {
            Issue.record("no study was opened")
            return
        }
        #expect(room.takenPlaces == 1)
        #expect(room.asked.withLock { $0.map(\.sender) } == [People.clinic.fingerprint])
        try await pair.receiver.admit(StudyAdmission(complete: [0]))
        _ = try await standing
        #expect(room.takenPlaces == 1)
        try await pair.receiver.acknowledge(0, Fixtures.restored(0))
        async let receipt = pair.sender.finishStudy()
        while let event = try await pair.receiver.nextEvent() {
            if case .studySent = event { break }
        }
        try await pair.receiver.completeStudy()
        _ = try await receipt
        #expect(room.takenPlaces == 0)
        await pair.sender.end()
    }

    @Test func anEndedSessionLetsItsPlaceGo() async throws {
        let room = Room(isOpen: true)
        let pair = try await SessionPair.connect(room: room)
        let opening = Task { try await pair.sender.openStudy(Fixtures.manifest(count: 1), studyKey: Fixtures.studyKey()) }
        _ = try await pair.receiver.nextEvent()
        #expect(room.takenPlaces == 1)
        await pair.receiver.abort(.shuttingDown, "")
        #expect(room.takenPlaces == 0)
        await #expect(throws: ProtocolError.self) { try await opening.value }
    }

    /// An unsigned manifest would end the session as such, if it were looked at.
    @Test func withoutRoomAManifestIsNotLookedAt() async throws {
        let room = Room(isOpen: false)
        let pair = try await SessionPair.connect(room: room)
        let manifest = try Fixtures.manifest(count: 1)
        let unsigned = SignedStatement(body: manifest.statement.body, signature: [UInt8](repeating: 0, count: 64))
        let open = WireMessage.OpenStudy(study: 1, manifest: unsigned, sealedKey: nil)
        try await pair.transports.sender.send(WireMessage.openStudy(open).encoded())
        await #expect(throws: NoRoom.self) { try await pair.receiver.nextEvent() }
        #expect(room.asked.withLock { $0.count } == 1)
        await pair.receiver.abort(.refused, "")
    }

    @Test func roomIsForWhatDecodingTakes() throws {
        let (one, hundred) = (try Fixtures.manifest(count: 1), try Fixtures.manifest(count: 100))
        let (small, large) = (
            try #require(ManifestLayout(of: one.statement.body)), try #require(ManifestLayout(of: hundred.statement.body))
        )
        #expect(small.entries.count == 1 && large.entries.count == 100)
        #expect(large.memoryBytes - small.memoryBytes > 99 * MemoryLayout<ManifestEntry>.stride + hundred.statement.body.count)
    }
}
