import ArgumentParser
import CodecWorkers
import Operations

@main
struct VeilrayBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "veilray-bench",
        abstract: "Figures of the parts, on one thread, and of the transport.",
        discussion: "Build it for release: swift run -c release veilray-bench FILE…",
        subcommands: [
            PartsCommand.self, TrellisCommand.self, ColumnsCommand.self, TransportCommand.self, WorkersCommand.self,
            TextCommand.self, LargeCommand.self, MarksCommand.self,
        ],
        defaultSubcommand: PartsCommand.self)

    static func main() async {
        Allocator.keepFreedMemory()
        CodecWorker.serveIfAsked()
        await main(nil)
    }
}
