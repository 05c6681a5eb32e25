import Crypto
import Foundation
import Testing

@testable import Protocol

/// Both state machines after their greeting, joined by hand: what one transmits the other receives, through bytes.
struct StatePair {
    var sender: SenderState
    var receiver: ReceiverState
    var events: [ReceiverEvent] = []
    var receipts: [InstanceReceipt] = []
    var studyReceipts: [StudyReceipt] = []
    var standing: StudyStanding?

    init(policy: ReceiverPolicy = Fixtures.policy) throws {
        let home = try TemporaryHome()
        let handshake = try SenderHandshake(
            identity: People.clinic, peer: Fixtures.peer(People.radiologist), capabilities: Fixtures.capabilities, binding: Fixtures.binding
        )
        sender = .greeting(handshake)
        receiver = .greeting(
            try ReceiverHandshake(
                identity: People.radiologist, trust: home.trust(People.clinic), certificateDER: People.clinic.certificateDER,
                policy: policy, binding: Fixtures.binding))
        try toReceiver(.hello(handshake.greeting))
    }

    mutating func toReceiver(_ message: WireMessage) throws {
        for output in try receiver.receive(WireMessage(message.encoded())) { try handle(output) }
    }

    mutating func toSender(_ message: WireMessage) throws {
        for output in try sender.receive(WireMessage(message.encoded())) {
            switch output {
            case .transmit(let message): try toReceiver(message)
            case .receipt(let receipt): receipts.append(receipt)
            case .studyReceipt(let receipt): studyReceipts.append(receipt)
            case .studyOpened(let value): standing = value
            case .credited, .agreed, .probed, .peerLeft: break
            }
        }
    }

    private mutating func handle(_ output: ReceiverState.Output) throws {
        switch output {
        case .transmit(let message): try toSender(message)
        case .event(let event): events.append(event)
        case .agreed, .acknowledged, .completed, .peerLeft: break
        }
    }

    mutating func send(_ command: SenderState.Command) throws {
        for case .transmit(let message) in try sender.perform(command) { try toReceiver(message) }
    }

    mutating func answer(_ command: ReceiverState.Command) throws {
        for output in try receiver.perform(command) { try handle(output) }
    }

    /// Opens a study of `count` instances.
    mutating func open(_ count: Int, admission: StudyAdmission = .fresh) throws -> Manifest {
        let manifest = try Fixtures.manifest(count: count)
        try send(.openStudy(manifest, Fixtures.studyKey()))
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

extension ReceiverEvent {
    /// For comparing sequences of events.
    var summary: String {
        switch self {
        case .studyOpened(let manifest): "opened \(manifest.entries.count)"
        case .studyKey: "key"
        case .instanceBegan(let header): "began \(header.index)"
        case .chunk(let index, let offset, let bytes): "chunk \(index) \(offset)+\(bytes.count)"
        case .instanceArrived(let index): "arrived \(index)"
        case .instanceDamaged(let index): "damaged \(index)"
        case .instanceWithdrawn(let index, let reason): "withdrawn \(index) \(reason)"
        case .studySent: "sent"
        }
    }
}
