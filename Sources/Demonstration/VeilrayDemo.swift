import ArgumentParser

/// The tools that the demonstration needs beside the two programs: they make something to send, a picture of what happened, and a table of
/// it.
@main
struct VeilrayDemo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "veilray-demo",
        abstract: "Make a synthetic study, and show what became of it on its way.",
        discussion: """
            None of these commands sends anything or needs a key. `make demo` runs them in order around veilray-send and veilray-receive.
            """,
        subcommands: [
            PhantomCommand.self, ReplicateCommand.self, CompareCommand.self, IdentityCommand.self,
            ReportCommand.self, ContactSheetCommand.self,
        ]
    )
}
