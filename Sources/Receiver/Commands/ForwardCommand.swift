import ArgumentParser
import Basics
import CommandLineSupport
import Foundation
import Protocol
import Receiving

/// `forward`: what a person does about studies that `serve --forward` could not forward.
struct ForwardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forward",
        abstract: "Show, try again or end the forwarding of studies to a PACS.",
        discussion: """
            'serve --forward' hands complete studies on by itself. A PACS that is away is asked again for as long as it takes. A file that \
            it will never take (its SOP class or transfer syntax is refused, the status is A9xx or Cxxx, the file was deleted) ends that \
            after three attempts, other refusals after a week: the study is 'refused' then, and waits for one of these commands. They \
            work while 'serve' runs, which sees their result within ten seconds.
            """,
        subcommands: [List.self, Retry.self, Drop.self])

    /// The arguments that `retry` and `drop` share.
    struct Selection: ParsableArguments {
        @Argument(
            help: ArgumentHelp(
                "Transfers, by their numbers or at least the first six digits, as 'status' shows them.", valueName: "transfer"),
            transform: TransferPrefix.argument)
        var transfers: [TransferPrefix]

        @OptionGroup(title: "This side") var home: HomeOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        /// Has `change` made for each study; `complaint` is for those where it changes nothing.
        func each(_ complaint: String, _ done: String, _ change: (Inbox, TransferID) async throws -> Bool) async throws {
            let inbox = try ForwardCommand.inbox(home, writing: true)
            for transfer in try await inbox.transfers(meantBy: transfers) {
                let digits = transfer.description.prefix(12)
                guard try await change(inbox, transfer) else {
                    throw OperationFailure(.invalidRequest, "the transfer \(digits) \(complaint)")
                }
                if let json = output.jsonLines {
                    if let study = try await inbox.study(transfer) { json.write(ReceiverEvent.StudyStatusLine(study)) }
                } else {
                    Console.say("\(digits) \(done)")
                }
            }
        }
    }

    fileprivate static func inbox(_ home: HomeOptions, writing: Bool) throws -> Inbox {
        let state = try home.existing().state
        guard Inbox.exists(in: state) else {
            throw OperationFailure(.invalidRequest, "nothing has arrived yet at \(state.path)")
        }
        return writing ? try Inbox(state: state) : try Inbox(reading: state)
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the studies that wait or are refused, with each file's reason.")

        @OptionGroup(title: "This side") var home: HomeOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func run() async throws {
            output.bootstrap()
            OutputQueue.waitForReaders()
            try await reportingFailures {
                let inbox = try ForwardCommand.inbox(home, writing: false)
                let studies = try await inbox.studies(limit: 0).filter { $0.forwarding != nil && $0.forwarding != .done }
                if studies.isEmpty, !output.json { Console.say("Nothing waits to be forwarded.") }
                for study in studies {
                    if let json = output.jsonLines { json.write(ReceiverEvent.StudyStatusLine(study)) } else { Self.show(study) }
                    for note in try await inbox.forwardingNotes(of: study.transfer) {
                        if let json = output.jsonLines {
                            json.write(
                                ReceiverEvent.ForwardingNote(
                                    transfer: study.transfer.description, path: note.path, accepted: note.isAccepted, note: note.note))
                        } else {
                            Console.say("  \(note.path): \(note.note)")
                        }
                    }
                }
            }
        }

        private static func show(_ study: StudyStatus) {
            let state = study.forwarding?.rawValue ?? ""
            Console.say(
                "\(study.transfer.description.prefix(12)) from \(study.peer): \(state), attempts: \(study.forwardingAttempts)"
                    + (study.forwardingReason.map { ", \($0)" } ?? ""))
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forward studies after all that were refused or dropped.",
            discussion: "Files that were accepted before are not sent again.\n\nExample: veilray-receive forward retry f31e24")

        @OptionGroup var selection: Selection

        func run() async throws {
            selection.output.bootstrap()
            try await reportingFailures {
                try await selection.each("is neither refused nor dropped", "is forwarded when 'serve --forward' comes to it.") {
                    try await $0.retryForwarding($1)
                }
            }
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End the forwarding of studies.",
            discussion: """
                The restored files stay, and accepted files stay at the PACS. 'forward retry' takes it up again.

                Example: veilray-receive forward drop f31e24
                """)

        @OptionGroup var selection: Selection

        func run() async throws {
            selection.output.bootstrap()
            try await reportingFailures {
                try await selection.each("does not wait to be forwarded", "is not forwarded any more.") {
                    try await $0.dropForwarding($1)
                }
            }
        }
    }
}
