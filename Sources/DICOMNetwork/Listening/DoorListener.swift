public import Basics
public import Concurrency
import Glibc
import Logging
import Synchronization

/// Listens for modalities, and gives each connection a child of its own.
///
/// Every connection has a thread here, which waits for what its child asks and answers it; nobody else waits for it.
public final class DoorListener: Sendable {
    public struct Failure: ClassifiedFailure, CustomStringConvertible {
        public let description: String
        let number: Int32

        public var kind: FailureKind { [EADDRINUSE, EACCES, EADDRNOTAVAIL].contains(number) ? .invalidRequest : .unavailable }
    }

    /// The ports that are listened on.
    public struct Ports: Sendable {
        /// `nil` for all addresses of this machine.
        public var address: NetworkAddress?
        /// `nil` where nothing is taken without TLS; 0 for any free port.
        public var plain: UInt16?
        public var secure: UInt16?
        public var credentials: DoorCredentials?

        public init(address: NetworkAddress? = nil, plain: UInt16?, secure: UInt16? = nil, credentials: DoorCredentials? = nil) {
            self.address = address
            self.plain = plain
            self.secure = secure
            self.credentials = credentials
        }
    }

    /// Connections beyond the associations that may be: they are told that there are too many.
    private static let rejecting = 8

    private struct State {
        var connections = 0
        var associations = 0
        var next = 1
        var children: [ObjectIdentifier: AssociationChild] = [:]
        var isStopped = false
    }

    private let liveRules: Mutex<DoorRules>
    let taker: any InstanceTaker
    let observer: any DoorObserver
    let clock: any MonotonicClock
    private let ports: [(port: DoorPort, children: DoorChildren, isSecure: Bool)]
    private let state = Mutex(State())
    private let change = ChangeNotice()

    /// Listens from here on, and starts the first children.
    ///
    /// - Throws: ``Failure`` where a port cannot be had, or the TLS files cannot be used.
    public init(
        _ ports: Ports, rules: DoorRules, taker: any InstanceTaker, observer: any DoorObserver,
        command: AssociationChildCommand = .thisProgram,
        clock: any MonotonicClock = ContinuousClock()
    ) throws(Failure) {
        liveRules = Mutex(rules)
        self.taker = taker
        self.observer = observer
        self.clock = clock
        var opened: [(port: DoorPort, children: DoorChildren, isSecure: Bool)] = []
        for (number, isSecure) in [(ports.plain, false), (ports.secure, true)] {
            guard let number else { continue }
            let children = DoorChildren(command, credentials: isSecure ? ports.credentials : nil)
            // The first tells whether children can be had, and whether the TLS files can be used.
            do {
                try children.start().end()
            } catch {
                throw Failure(description: isSecure ? "port \(number): \(error.description)" : error.description, number: EACCES)
            }
            opened.append((try DoorPort(address: ports.address, port: number), children, isSecure))
        }
        self.ports = opened
    }

    /// The rights of callers from now on.
    var rules: DoorRules { liveRules.withLock { $0 } }

    /// Has other rules count from the next association on; work that is under way goes on.
    public func set(_ rules: DoorRules) { liveRules.withLock { $0 = rules } }

    /// The ports that are listened on, the one without TLS first.
    public var portNumbers: [UInt16] { ports.map(\.port.port) }

    /// Associations that are there now.
    public var associationCount: Int { state.withLock { $0.associations } }

    /// Takes connections until it is cancelled; then ends what is under way, and returns when all of it has ended.
    ///
    /// - Throws: `CancellationError`; `SystemError` where there is no room for a thread.
    public func run() async throws {
        defer { for entry in ports { entry.children.stop() } }
        try await withTaskCancellationHandler {
            try await withThrowingDiscardingTaskGroup { group in
                for (port, children, isSecure) in ports {
                    children.prepare()
                    group.addTask {
                        try await DedicatedThread.run(name: "veilray.listen") { [self] in
                            while !isStopped { accept(port, children, isSecure) }
                        }
                    }
                }
            }
        } onCancel: {
            stop()
        }
        stop()
        while true {
            let seen = change.count
            if state.withLock({ $0.connections == 0 }) { break }
            try? await withoutCancellation { [change] in try await change.change(after: seen) }
        }
        try Task.checkCancellation()
    }

    private func stop() {
        let children = state.withLock { state in
            state.isStopped = true
            return Array(state.children.values)
        }
        for child in children { child.kill() }
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    // MARK: Connections

    private func accept(_ port: DoorPort, _ children: DoorChildren, _ isSecure: Bool) {
        guard let (descriptor, address) = port.accept(within: 200) else { return }
        guard rules.admits(address) else {
            close(descriptor)
            return observer.observe(.turnedAway(address))
        }
        let identifier = state.withLock { state -> Int? in
            guard state.connections < rules.mostAssociations + Self.rejecting, !state.isStopped else { return nil }
            state.connections += 1
            defer { state.next += 1 }
            return state.next
        }
        guard let identifier else {
            close(descriptor)
            return observer.observe(.crowded(address))
        }
        let connection = DoorConnection(
            listener: self, children: children, identifier: identifier, address: address, isSecure: isSecure)
        do {
            try DedicatedThread.start(name: "veilray.assoc", stackSize: DedicatedThread.largeStack) { [self] in
                connection.serve(descriptor)
                left()
            }
        } catch {
            close(descriptor)
            observer.observe(.helpless(address, reason: "\(error)"))
            left()
        }
    }

    private func left() {
        state.withLock { $0.connections -= 1 }
        change.post()
    }

    /// Takes a place for an association.
    ///
    /// - Returns: `false` where there is none.
    func takePlace() -> Bool {
        state.withLock { state in
            guard state.associations < rules.mostAssociations else { return false }
            state.associations += 1
            return true
        }
    }

    func leavePlace() { state.withLock { $0.associations -= 1 } }

    /// Has a child ended when everything is to end.
    func holding<Result>(_ child: AssociationChild, _ body: () -> Result) -> Result {
        let isStopped = state.withLock { state in
            state.children[ObjectIdentifier(child)] = child
            return state.isStopped
        }
        if isStopped { child.kill() }
        defer { state.withLock { _ = $0.children.removeValue(forKey: ObjectIdentifier(child)) } }
        return body()
    }
}
