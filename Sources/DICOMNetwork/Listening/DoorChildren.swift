import Concurrency
import Logging
import Synchronization

/// Children that wait for a connection, so that none has to wait for a child: starting one takes some tens of milliseconds.
final class DoorChildren: Sendable {
    /// How many wait.
    private static let spare = 2

    private struct State {
        var waiting: [AssociationChild] = []
        var starting = 0
        var isStopped = false
        var hasToldOfFilter = false
    }

    private let command: AssociationChildCommand
    private let credentials: DoorCredentials?
    private let state = Mutex(State())
    private let log = Logger(label: "veilray.door")

    init(_ command: AssociationChildCommand, credentials: DoorCredentials?) {
        self.command = command
        self.credentials = credentials
    }

    /// One that nobody else has.
    ///
    /// - Throws: ``AssociationChildFailure`` where none can be started.
    func take() throws(AssociationChildFailure) -> AssociationChild {
        let ready = state.withLock { $0.waiting.popLast() }
        defer { prepare() }
        if let ready { return ready }
        return try start()
    }

    /// Starts as many as are to wait, on a thread of their own.
    func prepare() {
        let missing = state.withLock { state in
            guard !state.isStopped else { return 0 }
            let missing = max(0, Self.spare - state.waiting.count - state.starting)
            state.starting += missing
            return missing
        }
        for _ in 0..<missing {
            do {
                try DedicatedThread.start(name: "veilray.door") { [self] in add(try? start()) }
            } catch {
                // The next connection tries again.
                add(nil)
            }
        }
    }

    private func add(_ child: AssociationChild?) {
        let isKept = state.withLock { state in
            state.starting -= 1
            guard let child, !state.isStopped else { return false }
            state.waiting.append(child)
            return true
        }
        if !isKept { child?.end() }
    }

    func start() throws(AssociationChildFailure) -> AssociationChild {
        let child = try AssociationChild(command, .takes(credentials))
        let isNews = state.withLock { state in
            defer { state.hasToldOfFilter = true }
            return !state.hasToldOfFilter && !child.isFiltered
        }
        if isNews { log.notice("this kernel does not filter system calls: the door's children are confined by limits alone") }
        return child
    }

    /// Ends those that wait.
    func stop() {
        let waiting = state.withLock { state in
            state.isStopped = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for child in waiting { child.end() }
    }
}
