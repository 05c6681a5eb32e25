import ChildProcesses
import CommandLineSupport
import Concurrency
import Protocol
import Replying
import Sending

/// Tells, again and again, of critical replies that nobody here has acknowledged: an event, a line, and a person's command.
struct CriticalWatch: Sendable {
    let alarms: CriticalAlarms
    let hook: CommandHook?
    /// Where `--json` lines go; `nil` for people.
    let json: JSONLines?
    let figures: DeliveryFigures

    /// Watches while `body` runs.
    func watching<Result: Sendable>(while body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await withServices([Service { await alarms.run(count: { figures.setOpenCriticalReplies($0) }) { await tell($0) } }], body)
    }

    private func tell(_ alarm: CriticalAlarm) async {
        Console.complain("\(alarm.sentence); then 'veilray-send acknowledge \(alarm.reply.prefix(12))'")
        json?.write(alarm)
        await hook?.runComplaining(for: "critical replies", [alarm.folder], environment: alarm.environment)
    }
}
