import ChildProcesses
import Concurrency
import Protocol
import Receiving

/// The work on a reply whose documents are in their folder: its texts are put beside them, it is reported, and a person's command runs. All
/// of it again after a crash in the middle.
struct ReplyArrival: Sendable {
    let intake: ReplyIntake
    let hook: CommandHook?
    let observer: any ReplyObserver

    func take(_ study: EndedStudy) async {
        observer.observe(.arrived(ReplyArrived(study.end, await takenIn(study))))
        guard let hook, let folder = study.end.folder else { return }
        let environment = ["VEILRAY_TRANSFER=\(study.end.transfer)", "VEILRAY_PEER=\(study.end.peer)", "VEILRAY_STATE=\(study.end.event)"]
        let trouble = await hook.trouble(for: "the reply in \(folder)", [folder], environment: environment)
        if let trouble { observer.observe(.trouble(trouble)) }
    }

    /// `nil` where nothing of it could be restored, and where its texts cannot be written.
    private func takenIn(_ study: EndedStudy) async -> ReplyIntake.Taken? {
        guard let folder = study.end.folder else { return nil }
        do {
            let taken = try await intake.take(
                manifest: study.manifest, from: study.sender, in: folder, studyUID: ReplyArrived.study(of: folder))
            for remark in taken?.remarks ?? [] { observer.observe(.trouble("the reply in \(folder): \(remark)")) }
            return taken
        } catch {
            observer.observe(.trouble("the reply in \(folder) was not taken in: \(error)"))
            return nil
        }
    }
}

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

extension CommandHook {
    /// Runs the command to its end.
    ///
    /// - Parameter occasion: what it is for, as a person reads it: "critical replies".
    /// - Returns: a sentence where it was not run or ended badly.
    func trouble(for occasion: String, _ arguments: [String], environment: [String]) async -> String? {
        do {
            let ending = try await run(arguments, environment: environment)
            return ending == .exited(0) ? nil : "the command for \(occasion) ended badly: \(ending)"
        } catch {
            return "the command for \(occasion) was not run: \(error)"
        }
    }
}
