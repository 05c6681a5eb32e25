import ArgumentParser
import DICOM
import Foundation
import MarkedImages
import Marks

/// Measures the time that marks take to put on and to verify.
struct MarksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "marks",
        abstract: "Time marking and verifying of images.",
        discussion: """
            Milliseconds of one thread's processor time, the fastest of several runs, from a file's bytes to the marked file's (proven) or \
            to the verdict: of the files that are given, or of two that are made up, 512 × 512 and 3000 × 4000.
            """,
        subcommands: [Speed.self, MarksProofCommand.self, VolumesCommand.self], defaultSubcommand: Speed.self)

    struct Speed: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Time marking and verifying of images.")

        @Argument(help: "DICOM images that can carry a mark.")
        var files: [String] = []

        @Option(help: "Runs of each; the fastest counts.")
        var runs = 10

        @Option(help: "Repeat the verification of the first image so often, for a profiler.")
        var profile = 0

        func run() throws {
            let party = try BenchmarkParty()
            var images = try files.map { ($0, Array(try Data(contentsOf: URL(filePath: $0)))) }
            if images.isEmpty {
                images = try [(512, 512), (3000, 4000)].map {
                    ("\($0) × \($1)", try MadeUpImage.file(height: $0, width: $1, seed: 1))
                }
            }
            print("image  mark ms  verify ms  unmark ms  (processor time of one thread)")
            for (name, bytes) in images {
                let subject = try MarkSubject(bytes, name: name)
                let manifest = try SeriesManifest(subject.images)
                let marked = try party.marker.mark(subject, in: manifest).bytes
                let verifier = FileVerifier(directory: party.directory)
                for _ in 0..<profile { _ = try verifier.verify(marked, path: name, name: name) }
                let mark = try best { _ = try party.marker.mark(try MarkSubject(bytes, name: name), in: manifest) }
                let verify = try best { _ = try verifier.verify(marked, path: name, name: name) }
                let unmark = try best { _ = try FileUnmarker.restore(marked, name: name) }
                print(name, String(format: "%.1f  %.1f  %.1f", mark, verify, unmark))
            }
        }

        private func best(_ work: () throws -> Void) rethrows -> Double {
            var least = Double.infinity
            for _ in 0..<max(1, runs) {
                let begin = ThreadTime.now()
                try work()
                least = min(least, ThreadTime.now() - begin)
            }
            return least * 1000
        }
    }
}
