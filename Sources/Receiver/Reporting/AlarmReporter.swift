import CommandLineSupport
import Replying

/// Tells of critical replies of this side that nobody at the clinic has acknowledged.
struct AlarmReporter: ReplyObserver {
    /// Where `--json` lines go; `nil` for people.
    let json: JSONLines?

    func observe(_ event: ReplyEvent) {
        switch event {
        case .alarm(let alarm):
            Console.complain(alarm.sentence)
            json?.write(alarm)
        case .trouble(let sentence): Console.complain(sentence)
        // Of the clinic's side.
        case .arrived, .receiving: break
        }
    }
}
