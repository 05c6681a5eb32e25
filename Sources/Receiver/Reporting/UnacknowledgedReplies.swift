import ChildProcesses
import CommandLineSupport
import Protocol
import Replying

/// Tells, again and again, of critical replies of this side that nobody at the clinic has acknowledged.
struct UnacknowledgedReplies: Sendable {
    let journal: ReplyJournal
    let alarms: CriticalAlarms
    let hook: CommandHook?
    /// Where `--json` lines go; `nil` for people.
    let json: JSONLines?

    /// Tells until it is cancelled.
    func run() async {
        await alarms.run { await tell($0) }
    }

    private func tell(_ alarm: CriticalAlarm) async {
        Console.complain(alarm.sentence)
        json?.write(alarm)
        await hook?.runComplaining(for: "critical replies", [alarm.folder], environment: alarm.environment)
    }
}
