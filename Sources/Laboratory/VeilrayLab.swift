import ArgumentParser
import CodecWorkers
import Operations

/// Experiments on images, which no clinic's program has to carry.
@main
struct VeilrayLab: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "veilray-lab",
        abstract: "Experiments on images: nothing here protects anybody.",
        discussion: "Build it for release: swift build -c release --product veilray-lab",
        subcommands: [CiphersCommand.self, QuantumKeysCommand.self])

    static func main() async {
        Allocator.keepFreedMemory()
        CodecWorker.serveIfAsked()
        CodecWorkers.bootstrap()
        defer { CodecWorkers.stop() }
        await main(nil)
    }
}
