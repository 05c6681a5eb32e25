import ChildProcesses
import Concurrency
import Protocol

/// Raises an alarm, again and again, for critical replies that nobody at the clinic has acknowledged: an event, and a person's command.
package struct CriticalWatch: Sendable {
    private let alarms: CriticalAlarms
    private let hook: CommandHook?
    private let observer: any ReplyObserver
    private let setOpenCount: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - hook: run for each alarm; the reply's folder is its last word.
    ///   - setOpenCount: is given the number of open replies at each look.
    package init(
        _ alarms: CriticalAlarms, hook: CommandHook?, observer: any ReplyObserver,
        setOpenCount: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.alarms = alarms
        self.hook = hook
        self.observer = observer
        self.setOpenCount = setOpenCount
    }

    /// Watches until it is cancelled.
    package func run() async {
        await alarms.run(count: setOpenCount) { alarm in
            observer.observe(.alarm(alarm))
            let trouble = await hook?.trouble(for: "critical replies", [alarm.folder], environment: alarm.environment)
            if let trouble { observer.observe(.trouble(trouble)) }
        }
    }
}
