import ArgumentParser
import Foundation
import Protocol

/// The transport by itself: files that are sealed already, over loopback, from connecting to the study's receipt.
struct TransportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transport", abstract: "Time the session alone: sealed files over loopback, both ends in this process.",
        discussion: """
            Prints seconds, once with files synced and journalled before their receipts are signed, as the receiver does it, and once without
            any of that. Nothing is restored.
            """)

    @Argument(help: "Files that stand for sealed ones.")
    var files: [String]

    @Option(help: "Runs of each kind, in turns.")
    var runs = 3

    @Option(help: "The folder that durable files are written to.")
    var into = NSTemporaryDirectory()

    func validate() throws {
        guard runs > 0 else { throw ValidationError("runs is a positive number") }
    }

    func run() async throws {
        let trial = try TransportTrial(files: files, folder: into)
        defer { trial.removeFiles() }
        var times: [Bool: [Double]] = [:]
        for _ in 0..<runs {
            for isDurable in [true, false] { times[isDurable, default: []].append(try await trial.run(isDurable: isDurable)) }
        }
        print("files", trial.files.count, "bytes", trial.byteCount)
        for isDurable in [true, false] {
            let seconds = times[isDurable, default: []].sorted().map { String(format: "%.3f", $0) }
            print(isDurable ? "durable" : "volatile", seconds.joined(separator: " "))
        }
    }
}
