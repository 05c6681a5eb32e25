import Foundation
import Testing

@testable import Protocol

/// Both sessions over a connection in memory.
struct SessionPair {
    let sender: Session
    let receiver: Session
    let transports: (sender: MemoryTransport, receiver: MemoryTransport)

    static func connect(
        roles: SessionRoles = Fixtures.sink, timing: SessionTiming = SessionTiming(), room: (any ManifestRoom)? = nil
    ) async throws -> SessionPair {
        let transports = MemoryTransport.pair(sender: People.clinic, receiver: People.radiologist)
        let home = try TemporaryHome()
        let trust = try home.trust(People.clinic)
        async let sender = Session.initiate(
            over: transports.sender, identity: People.clinic, peer: Fixtures.peer(People.radiologist),
            roles: .source(Fixtures.capabilities), timing: timing)
        async let receiver = Session.respond(
            over: transports.receiver, identity: People.radiologist, trust: trust, roles: roles, timing: timing, room: room)
        return SessionPair(sender: try await sender, receiver: try await receiver, transports: transports)
    }
}

/// A receiver's program in its simplest form: keeps bytes in memory, acknowledges each instance.
struct TestReceiver {
    var admission = StudyAdmission.fresh
    /// Grants nothing while this says so.
    var grants = true
    var outcome: @Sendable (Int) -> InstanceOutcome = Fixtures.restored

    struct Result: Sendable {
        var received: [Int: [UInt8]] = [:]
        var withdrawn: [Int: String] = [:]
        var damaged: [Int] = []
        var studyReceipts: [StudyReceipt] = []
    }

    func run(_ session: Session) async throws -> Result {
        var result = Result()
        while let event = try await session.nextEvent() {
            switch event {
            case .studyOpened:
                result.received = [:]
                try await session.admit(admission)
                for index in admission.complete { try await session.acknowledge(index, outcome(index)) }
            case .studyKey: break
            case .instanceBegan(let header):
                result.received[header.index] = []
            case .chunk(let index, _, let bytes):
                result.received[index, default: []] += bytes
                if grants { try await session.grant(bytes: bytes.count) }
            case .head(let index, let bytes, let travelled):
                result.received[index, default: []] += bytes
                if grants { try await session.grant(bytes: travelled) }
            case .instanceArrived(let index):
                try await session.acknowledge(index, outcome(index))
            case .instanceDamaged(let index):
                result.damaged.append(index)
                try await session.acknowledge(index, .failed(InstanceFailure(.damagedOnTheWay, "")))
            case .instanceWithdrawn(let index, let reason):
                result.withdrawn[index] = reason
            case .studyStopped(let code, let reason): throw ProtocolError(.studyEnded, reason, abortCode: code)
            case .studyRefused: break
            case .studySent:
                result.studyReceipts.append(try await session.completeStudy())
            }
        }
        return result
    }
}
