import ArgumentParser
import Basics
import CodecWorkers
import DICOM
import Dispatch
import Foundation
import StegoKit
import Synchronization

/// Measures the cost of decoding in worker processes: the same sealing and restoring with them and without, in turns.
struct WorkersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers",
        abstract: "Time sealing and restoring with decoders in worker processes and in this one, on all processors, in turns.")

    @Argument(help: "DICOM images, such as 200 slices of a series.")
    var files: [String]

    @Option(help: "Turns; medians count.")
    var runs = 5

    @Option(help: "The codec of the stego files: j2k or htj2k.")
    var codec = "j2k"

    func validate() throws {
        guard runs > 0 else { throw ValidationError("the runs are a positive number") }
        guard let codec = StegoCodec(rawValue: codec), codec != .none else { throw ValidationError("the codec is j2k or htj2k") }
    }

    func run() throws {
        let originals = try files.map { Array(try Data(contentsOf: URL(filePath: $0))) }
        let (workers, here) = (CodecWorkerPool(), InProcessCodecs())
        let encoding = StegoEncoding(StegoCodec(rawValue: codec) ?? .j2k)
        // Both are warm then: the workers have been started.
        _ = try seconds(of: originals, encoding, by: workers)
        _ = try seconds(of: originals, encoding, by: here)
        var (away, near, ratios): ([Double], [Double], [Double]) = ([], [], [])
        for turn in 0..<runs {
            let isAwayFirst = turn % 2 == 0
            let first = try seconds(of: originals, encoding, by: isAwayFirst ? workers : here)
            let second = try seconds(of: originals, encoding, by: isAwayFirst ? here : workers)
            away.append(isAwayFirst ? first : second)
            near.append(isAwayFirst ? second : first)
            ratios.append(away[turn] / near[turn])
        }
        workers.stop()
        print(String(format: "sealed and restored in this process       %8.3f s", Self.median(near)))
        print(String(format: "with decoders in worker processes         %8.3f s", Self.median(away)))
        print(String(format: "cost of the workers, median of the turns  %8.1f %%", 100 * (Self.median(ratios) - 1)))
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// Seals and restores each file, several at once.
    private func seconds(of originals: [[UInt8]], _ encoding: StegoEncoding, by executor: any CodecExecutor) throws -> Double {
        CodecExecution.bootstrap(executor)
        let key = StudyKey()
        let (sealer, revealer) = (InstanceSealer(key: key), InstanceRevealer())
        let failure = Mutex<(any Error)?>(nil)
        let elapsed = ContinuousClock().measure {
            DispatchQueue.concurrentPerform(iterations: originals.count) { index in
                do {
                    let sealed = try sealer.seal(originals[index], name: files[index], encoding: encoding)
                    _ = try revealer.reveal(sealed.bytes, name: files[index]) { _ in key }
                } catch {
                    failure.withLock { $0 = error }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return elapsed / .seconds(1)
    }
}
