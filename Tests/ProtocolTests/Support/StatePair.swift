import Crypto
import Foundation
import Testing

@testable import Protocol

/// Both state machines after their greeting, joined by hand: what one transmits the other receives, through bytes.
struct StatePair {
    var sender: SessionState
    var receiver: SessionState
    var events: [SinkEvent] = []
    var receipts: [InstanceReceipt] = []
    var studyReceipts: [StudyReceipt] = []
    var standing: StudyStanding?
    var refusals: [String] = []

    /// - Parameter manifest: of a study that is opened in the first flight.
    init(
        roles: SessionRoles = Fixtures.sink, understood: Set<AttributeName> = [], offering manifest: Manifest? = nil
    ) throws {
        let home = try TemporaryHome()
        let handshake = try InitiatorHandshake(
            identity: People.clinic, peer: Fixtures.peer(People.radiologist), roles: .source(Fixtures.capabilities),
            binding: Fixtures.binding)
        sender = SessionState(handshake)
        receiver = SessionState(
            try ResponderHandshake(
                identity: People.radiologist, trust: home.trust(People.clinic), certificateDER: People.clinic.certificateDER,
                roles: roles, binding: Fixtures.binding), understood: understood)
        var said = [WireMessage.hello(handshake.greeting)]
        if let manifest {
            for case .transmit(let message) in try sender.perform(.source(.offer(manifest, Fixtures.studyKey()))) { said.append(message) }
        }
        for output in try said.flatMap({ try receiver.receive(WireMessage($0.encoded())) }) { try handle(output) }
    }

    mutating func toReceiver(_ message: WireMessage) throws {
        for output in try receiver.receive(WireMessage(message.encoded())) { try handle(output) }
    }

    mutating func toSender(_ message: WireMessage) throws {
        for output in try sender.receive(WireMessage(message.encoded())) {
            switch output {
            case .transmit(let message): try toReceiver(message)
            case .source(.receipt(let receipt)): receipts.append(receipt)
            case .source(.completed(let receipt)): studyReceipts.append(receipt)
            case .source(.opened(let value)): standing = value
            case .source(.refused(let code, let reason)): refusals.append("\(code) \(reason)")
            case .source, .sink, .agreed, .peerHasNoMore, .probed, .peerLeft: break
            }
        }
    }

    private mutating func handle(_ output: SessionState.Output) throws {
        switch output {
        case .transmit(let message): try toSender(message)
        case .sink(.event(let event)): events.append(event)
        case .source, .sink, .agreed, .peerHasNoMore, .probed, .peerLeft: break
        }
    }

    mutating func probe(_ byteCount: Int) throws {
        for case .transmit(let message) in try sender.perform(.probe(byteCount: byteCount)) { try toReceiver(message) }
    }

    mutating func leave() throws {
        for case .transmit(let message) in try sender.perform(.leave) { try toReceiver(message) }
    }

    mutating func send(_ command: SourceState.Command) throws {
        for case .transmit(let message) in try sender.perform(.source(command)) { try toReceiver(message) }
    }

    mutating func answer(_ command: SinkState.Command) throws {
        for output in try receiver.perform(.sink(command)) { try handle(output) }
    }

    /// Opens a study of `count` instances.
    mutating func open(_ count: Int, admission: StudyAdmission = .fresh) throws -> Manifest {
        let manifest = try Fixtures.manifest(count: count)
        try send(.open(manifest, Fixtures.studyKey()))
        try answer(.admit(admission))
        return manifest
    }

    /// Sends one instance in chunks of `chunk` bytes.
    mutating func deliver(_ index: Int, _ bytes: [UInt8], offset: Int = 0, chunk: Int = 1_000) throws {
        try send(.begin(Fixtures.header(index, bytes, offset: UInt64(offset))))
        for start in stride(from: offset, to: bytes.count, by: chunk) {
            try send(.chunk(Array(bytes[start..<min(start + chunk, bytes.count)])))
        }
    }
}

extension SinkEvent {
    /// For comparing sequences of events.
    var summary: String {
        switch self {
        case .studyOpened(let manifest): "opened \(manifest.entries.count)"
        case .studyKey: "key"
        case .instanceBegan(let header): "began \(header.index)"
        case .chunk(let index, let offset, let bytes): "chunk \(index) \(offset)+\(bytes.count)"
        case .head(let index, let bytes, let travelled): "head \(index) \(bytes.count) for \(travelled)"
        case .instanceArrived(let index): "arrived \(index)"
        case .instanceDamaged(let index): "damaged \(index)"
        case .instanceWithdrawn(let index, let reason): "withdrawn \(index) \(reason)"
        case .studySent: "sent"
        case .studyStopped(let code, let reason): "stopped \(code) \(reason)"
        case .studyRefused(_, let code, let reason): "refused \(code) \(reason)"
        }
    }
}
