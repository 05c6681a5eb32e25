import Concurrency
import Synchronization

/// Watches folders, of which some come and some go while it runs.
package final class WatchedFolders: Sendable {
    private struct Entry: Sendable {
        let folder: WatchedFolder
        let stop = StopRequest()
    }

    private struct State {
        /// By path.
        var entries: [String: Entry] = [:]
        /// Those that are not watched yet.
        var waiting: [Entry] = []

        mutating func takeWaiting() -> [Entry] {
            defer { waiting = [] }
            return waiting
        }
    }

    private let state = Mutex(State())
    private let change = ChangeNotice()

    package init() {}

    package func add(_ folder: WatchedFolder) {
        let entry = Entry(folder: folder)
        state.withLock { state in
            state.entries[folder.folder] = entry
            state.waiting.append(entry)
        }
        change.post()
    }

    /// The outbox deals with the folder's studies that are in it from here on; their files stay.
    package func remove(_ path: String) {
        state.withLock { $0.entries.removeValue(forKey: path) }?.stop.request()
    }

    /// Watches until it is cancelled.
    ///
    /// - Throws: `CancellationError`.
    package func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                let seen = change.count
                for entry in state.withLock({ $0.takeWaiting() }) {
                    group.addTask {
                        _ = try await entry.stop.first { () async throws -> Bool? in
                            try await entry.folder.run()
                            return true
                        }
                    }
                }
                try await change.change(after: seen)
            }
        }
    }
}
