import ArgumentParser
import ChildProcesses
import CommandLineSupport
import Foundation
import Protocol
import Receiving
import Replying
import Sending

/// Options of every command that delivers.
package struct DeliveryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write figures in Prometheus' text format to this file every few seconds.",
            discussion: "For the node exporter's textfile collector the name has to end in .prom.", valueName: "file"), completion: .file())
    package var metrics: String?

    package init() {}
}

/// The choices about replies that have come.
package struct ReplyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Run this command for each reply that has come; the reply's folder is its last word.",
            discussion: "Once more for a reply that had come when the program was killed.", valueName: "command"))
    var onReply: String?

    @Option(
        help: ArgumentHelp(
            "Run this command while a critical reply is not acknowledged; the reply's folder is its last word.",
            discussion: "VEILRAY_CALL is the telephone number that the radiologist gave.", valueName: "command"))
    var onCritical: String?

    @Option(help: ArgumentHelp("How often to tell of a critical reply that is not acknowledged.", valueName: "duration"))
    var criticalRepeat = DurationArgument(.seconds(300))

    package init() {}

    /// - Parameter folder: for replies; by default 'replies' beside the outbox.
    package func choices(into folder: String?, _ home: Home, _ forwarding: ForwardOptions) -> ReplyChoices {
        var choices = ReplyChoices(
            folder: folder.map { URL(filePath: $0).standardizedFileURL.path } ?? home.state.appending(path: "replies").path)
        choices.hook = onReply.map { CommandHook($0) }
        choices.criticalHook = onCritical.map { CommandHook($0) }
        choices.criticalRepetition = criticalRepeat.duration
        choices.forwarding = forwarding.target.map { .init(target: $0, calling: forwarding.calling, timeout: forwarding.timeout) }
        return choices
    }
}

/// For commands that deliver: whether they take replies, too.
package struct CollectingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Take what receivers have answered, too, into this folder; made when it is not there.",
            discussion: "Each reply appears whole as STUDY/vVERSION-STATUS/. Without it, 'replies' takes them.", valueName: "dir"),
        completion: .directory)
    var replies: String?

    package init() {}
}

/// A command that delivers, and takes replies beside that if it is told to. Its groups stand in the command itself, as those of
/// ``StudyCommandOptions``.
package protocol CollectingCommandOptions {
    var collecting: CollectingOptions { get }
    var replyOptions: ReplyOptions { get }
    var forwarding: ForwardOptions { get }
}

extension CollectingCommandOptions {
    /// - Throws: `ValidationError` for options about replies that are not taken.
    package func validateReplies() throws {
        guard collecting.replies != nil || (replyOptions.onReply == nil && replyOptions.onCritical == nil && forwarding.forward == nil)
        else {
            throw ValidationError("--on-reply, --on-critical and --forward are about --replies")
        }
    }

    /// `nil` where replies are left to others.
    package func replyChoices(_ home: Home) -> ReplyChoices? {
        collecting.replies.map { replyOptions.choices(into: $0, home, forwarding) }
    }
}
