import ArgumentParser

@main
struct VeilrayBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "veilray-bench",
        abstract: "Figures of the parts, on one thread.",
        discussion: "Build it for release: swift run -c release veilray-bench FILE…",
        subcommands: [PartsCommand.self, TrellisCommand.self, ColumnsCommand.self],
        defaultSubcommand: PartsCommand.self)
}
