import Concurrency
import SecureChannel

/// Messages in the order of their arrival, and about how much memory they take.
struct MessageInbox: Sendable {
    private var messages = Queue<WireMessage>()
    /// Bytes, roughly.
    private(set) var cost = 0

    var isEmpty: Bool { messages.isEmpty }

    mutating func append(_ message: WireMessage) {
        messages.append(message)
        cost += message.cost
    }

    mutating func popFirst() -> WireMessage? {
        let message = messages.popFirst()
        cost -= message?.cost ?? 0
        return message
    }
}

extension WireMessage {
    fileprivate var cost: Int {
        switch self {
        case .chunk(let chunk): chunk.bytes.count + 256
        case .openStudy(let open): open.manifest.body.count + 256
        default: 256
        }
    }
}
