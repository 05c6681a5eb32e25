import Basics
import SecureChannel
import SeededRandomness
import Synchronization
import Testing

/// The root of all tests of this module: one after the other, because many of them measure time or count descriptors.
@Suite(.serialized, .timeLimit(.minutes(2))) enum ChannelTests {}

/// What a listener told besides its connections.
final class EventLog: Sendable {
    private let events = Mutex<[ListenerEvent]>([])

    func append(_ event: ListenerEvent) {
        events.withLock { $0.append(event) }
    }

    var codes: [ChannelError.Code] {
        events.withLock { events in
            events.map { event in
                switch event {
                case .rejected(_, let error), .cannotAccept(let error): error.code
                }
            }
        }
    }

    var descriptions: [String] { events.withLock { $0.map { "\($0)" } } }
}

/// A listener under test that trusts the sender, and what is needed to reach it.
struct TestListener: Sendable {
    let identities: TestIdentities
    let listener: SecureListener
    let events: EventLog

    init(
        configuration: ChannelConfiguration = ChannelConfiguration(), limits: ListenerLimits = ListenerLimits(), policy: PeerPolicy? = nil
    ) async throws {
        let identities = try await TestIdentities.shared
        let events = EventLog()
        let trusted = identities.sender.certificateDER
        listener = try await SecureListener.bind(
            host: "127.0.0.1", port: 0, credentials: identities.receiver.credentials, policy: policy ?? .pinned { $0 == trusted },
            limits: limits,
            configuration: configuration, onEvent: { events.append($0) })
        self.identities = identities
        self.events = events
    }

    var port: UInt16 { listener.localAddress.port }

    var address: String { "127.0.0.1:\(port)" }

    func connect(
        as identity: TestIdentity? = nil, port: UInt16? = nil, configuration: ChannelConfiguration = ChannelConfiguration()
    ) async throws -> SecureConnection {
        let expected = identities.receiver.certificateDER
        return try await SecureConnector.connect(
            host: "127.0.0.1", port: port ?? self.port, credentials: (identity ?? identities.sender).credentials,
            policy: .pinned { $0 == expected }, configuration: configuration)
    }

    func accept() async throws -> SecureConnection {
        var iterator = listener.connections.makeAsyncIterator()
        return try #require(await iterator.next())
    }
}

/// Two connected ends.
struct ChannelPair: Sendable {
    let listener: TestListener
    let sender: SecureConnection
    let receiver: SecureConnection

    /// - Parameter port: Connects there instead of to the listener itself, for tests that put something in between.
    init(
        senderConfiguration: ChannelConfiguration = ChannelConfiguration(),
        receiverConfiguration: ChannelConfiguration = ChannelConfiguration(),
        through relay: (@Sendable (UInt16) throws -> UInt16)? = nil
    ) async throws {
        listener = try await TestListener(configuration: receiverConfiguration)
        let port = try relay?(listener.port)
        sender = try await listener.connect(port: port, configuration: senderConfiguration)
        receiver = try await listener.accept()
    }

    /// Connects through a port that leads to the listener.
    init(_ listener: TestListener, through port: UInt16, _ configuration: ChannelConfiguration) async throws {
        self.listener = listener
        sender = try await listener.connect(port: port, configuration: configuration)
        receiver = try await listener.accept()
    }

    /// Closes both ends at the same time.
    func close() async {
        async let first: Bool = sender.close()
        async let second: Bool = receiver.close()
        _ = await (first, second)
        await listener.listener.stop()
    }
}

/// Waits until a condition holds; `false` when it does not within the time.
func eventually(within time: Duration = .seconds(10), _ condition: () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + time
    while ContinuousClock.now < deadline {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return condition()
}

/// The code of the error that `body` throws.
func errorCode<Value>(of body: () async throws -> Value) async -> ChannelError.Code? {
    do {
        _ = try await body()
        return nil
    } catch {
        return (error as? ChannelError)?.code
    }
}

extension SplitMix64 {
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}
