import ArgumentParser
import Basics
import Foundation
import SeededRandomness
import StegoKit

/// Speed and loss of the syndrome-trellis code beside the bound, and beside another coder in the same session.
struct TrellisCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trellis",
        abstract: "Time the syndrome-trellis code and compare its distortion with the bound.",
        discussion: """
            Every change costs the same, the message is random. Times are processor times of one thread, checks and all, best of several \
            runs; another coder given with --peer runs in turns with ours.
            """)

    @Option(help: "Constraint heights.")
    var heights: [Int] = Array(SyndromeTrellisCode.constraintHeights)

    @Option(help: "Message bits for each element.")
    var rates: [Double] = [0.5, 0.25, 0.1, 0.05]

    @Option(help: "Elements.")
    var elements = 512 * 512

    @Option(help: "Runs of each; the fastest counts.")
    var runs = 5

    @Option(help: "Version of the inner loops: \(TrellisKernel.allCases.map(\.rawValue).joined(separator: ", ")); the best by default.")
    var kernel: String?

    @Option(
        help: """
            A program that is called with height, message bits, elements and runs, embeds, and prints the seconds of the fastest run and \
            the changes; scripts/bench-trellis builds one.
            """)
    var peer: String?

    func validate() throws {
        guard heights.allSatisfy(SyndromeTrellisCode.constraintHeights.contains) else {
            throw ValidationError("heights are in \(SyndromeTrellisCode.constraintHeights)")
        }
        guard runs > 0, elements > 0, rates.allSatisfy({ 0 < $0 && $0 <= 1 }) else {
            throw ValidationError("runs and elements are positive, rates are in 0 … 1")
        }
    }

    func run() throws {
        let kernel = try chosenKernel()
        print("\(elements) elements, constant profile, kernel \(kernel.rawValue); Mpx/s of one core, loss 1 − D_bound / D, bits a change")
        print(" h  rate     Mpx/s    loss   bits" + (peer == nil ? "" : "  |  peer: Mpx/s    loss   bits  |  times as fast"))
        for height in heights {
            for rate in rates {
                let bits = max(1, Int(rate * Double(elements)))
                let bound = Double(elements) * Entropy.inverseBinary(Double(bits) / Double(elements))
                let ours = try measure(height: height, bits: bits, kernel: kernel)
                var line = String(format: "%2d  %-6.3g", height, rate) + figures(ours, bits: bits, bound: bound)
                if let peer {
                    let theirs = try measure(peer: peer, height: height, bits: bits)
                    line += "  |        " + figures(theirs, bits: bits, bound: bound)
                    line += String(format: "  |  %.1f", theirs.seconds / ours.seconds)
                }
                print(line)
            }
        }
    }

    private typealias Measurement = (seconds: Double, changes: Double)

    private func chosenKernel() throws -> TrellisKernel {
        guard let kernel else { return .best }
        guard let chosen = TrellisKernel(rawValue: kernel), chosen.isSupported else {
            throw ValidationError("this processor does not run \(kernel)")
        }
        return chosen
    }

    private func figures(_ measured: Measurement, bits: Int, bound: Double) -> String {
        String(
            format: "%8.2f  %5.2f%%  %5.3f", Double(elements) / measured.seconds / 1e6, 100 * (1 - bound / measured.changes),
            Double(bits) / measured.changes)
    }

    private func measure(height: Int, bits: Int, kernel: TrellisKernel) throws -> Measurement {
        var generator = SplitMix64(seed: 1)
        let cover = (0..<elements).map { _ in UInt8(generator.next() >> 63) }
        let message = (0..<bits).map { _ in UInt8(generator.next() >> 63) }
        let costs = [Float](repeating: 1, count: elements)
        let code = try SyndromeTrellisCode(constraintHeight: height, kernel: kernel)
        var best = (seconds: Double.infinity, changes: 0.0)
        for _ in 0..<runs {
            let begin = processorTime()
            let embedding = try code.embed(message, into: cover, costs: costs)
            best = (min(best.seconds, processorTime() - begin), embedding.distortion)
            guard try code.extract(bitCount: bits, from: embedding.stego) == message else {
                throw ValidationError("height \(height): the message does not come back")
            }
        }
        return best
    }

    private func measure(peer: String, height: Int, bits: Int) throws -> Measurement {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: peer)
        process.arguments = [height, bits, elements, min(runs, 3)].map(String.init)
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard process.terminationStatus == 0, numbers.count == 2 else { throw ValidationError("\(peer) printed no figures: \(text)") }
        return (numbers[0], numbers[1])
    }

    /// Seconds that this thread has run.
    private func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
