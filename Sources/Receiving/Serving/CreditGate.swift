import Concurrency
import Protocol

/// Gives credit back for the bytes that were written, unless the disk has too little room: then the sender waits until it has.
actor CreditGate {
    private static let interval = Duration.milliseconds(500)

    private let session: Session
    private let disk: DiskGuard
    private let clock: any MonotonicClock
    private var owed: Int

    /// - Parameter owed: credit that was held back before.
    init(session: Session, disk: DiskGuard, owed: Int, clock: any MonotonicClock) {
        self.session = session
        self.disk = disk
        self.clock = clock
        self.owed = owed
    }

    /// - Throws: ``ProtocolError``
    func giveBack(_ bytes: Int) async throws {
        owed += bytes
        try await grantOwed()
    }

    /// Looks again and again while credit is owed; ends with its task, or with the session.
    func keepGranting() async throws {
        while true {
            try await clock.sleep(for: Self.interval)
            try await grantOwed()
        }
    }

    private func grantOwed() async throws {
        guard owed > 0, await disk.hasRoom(), owed > 0 else { return }
        let bytes = owed
        owed = 0
        try await session.grant(bytes: bytes)
    }
}
