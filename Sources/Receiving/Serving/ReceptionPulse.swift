import Operations

/// Tells the service manager that the receiver is ready, and then, for as long as that is so, that it goes on.
///
/// A receiver that nobody sends to does nothing. So that it can be told from one that is stuck, each beat asks what everything else has to
/// pass: the journal for its turn to write, the file systems for their room, the restoring for an answer.
struct ReceptionPulse: Sendable {
    private let reception: Reception
    private let manager: ServiceManager

    init(_ reception: Reception, manager: ServiceManager = .shared) {
        self.reception = reception
        self.manager = manager
    }

    /// Beats until it is cancelled; returns at once, after telling that it is ready, where no watchdog waits for beats.
    func beat() async {
        manager.becomeReady([.reception])
        guard let interval = manager.watchdogInterval else { return }
        while !Task.isCancelled {
            // A journal that answers with an error is not stuck: a new start would not mend it.
            try? await reception.inbox.answer()
            _ = await reception.disk.freeBytes()
            await reception.restoring.answer()
            guard !Task.isCancelled else { return }
            manager.comeRound(.reception)
            try? await reception.clock.sleep(for: interval / 4)
        }
    }
}

extension RestoringService {
    /// Returns when the actor has come to it.
    fileprivate func answer() {}
}
