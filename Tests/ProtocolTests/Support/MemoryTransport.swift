import Concurrency
import SecureChannel

@testable import Protocol

/// Two ends of a connection in memory, bounded like a real one: what one sends the other receives.
struct MemoryTransport: MessageTransport {
    let incoming: MemoryPipe
    let outgoing: MemoryPipe
    let peerCertificateDER: [UInt8]
    let exporterValue: [UInt8]

    struct Failure: Error {}

    func send(_ message: Message) async throws { try await outgoing.write(message) }
    func receive() async throws -> Message? { try await incoming.read() }

    @discardableResult
    func close() async -> Bool {
        await outgoing.close()
        await incoming.close()
        return true
    }

    func exporter(label: String, context: [UInt8], length: Int) throws -> [UInt8] {
        guard label == "EXPORTER-Channel-Binding", context.isEmpty, length == exporterValue.count else { throw Failure() }
        return exporterValue
    }

    /// What a power cut does: both directions break.
    func cut() async {
        await outgoing.cut()
        await incoming.cut()
    }

    /// A connection between `sender` and `receiver`, as if TLS had shown both their certificates.
    static func pair(
        sender: Identity, receiver: Identity, exporter: [UInt8] = Array(repeating: 7, count: 32), capacity: Int = 16
    ) -> (sender: MemoryTransport, receiver: MemoryTransport) {
        let up = MemoryPipe(capacity: capacity)
        let down = MemoryPipe(capacity: capacity)
        return (
            MemoryTransport(incoming: down, outgoing: up, peerCertificateDER: receiver.certificateDER, exporterValue: exporter),
            MemoryTransport(incoming: up, outgoing: down, peerCertificateDER: sender.certificateDER, exporterValue: exporter)
        )
    }
}

/// One direction: a queue of at most `capacity` messages.
actor MemoryPipe {
    private let capacity: Int
    private var messages: [Message] = []
    private var isClosed = false
    private var isCut = false
    private let change = ChangeNotice()
    /// How many messages were read since its beginning.
    private(set) var readCount = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    func write(_ message: Message) async throws {
        while messages.count >= capacity, !isClosed, !isCut { try await changed() }
        guard !isClosed, !isCut else { throw MemoryTransport.Failure() }
        messages.append(message)
        change.post()
    }

    func read() async throws -> Message? {
        while messages.isEmpty {
            if isCut { throw MemoryTransport.Failure() }
            if isClosed { return nil }
            try await changed()
        }
        defer { change.post() }
        readCount += 1
        return messages.removeFirst()
    }

    /// Returns when so many messages were read.
    func read(count: Int) async throws {
        while readCount < count { try await changed() }
    }

    func close() {
        isClosed = true
        change.post()
    }

    func cut() {
        isCut = true
        messages = []
        change.post()
    }

    private func changed() async throws { try await change.change(after: change.count) }
}
