import ArgumentParser
import Basics
import Foundation
import LinkSimulator

/// The simulated link for scripts: prints one JSON object a line, `listening` first, `ended` with the counters last.
@main
struct VeilrayLink: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "veilray-link", abstract: "Simulate a slow, distant or broken link in front of a port of this machine.")

    @Argument(help: "The port of 127.0.0.1 that the link leads to.")
    var to: UInt16

    @Option(help: "The port to listen on; 0 for a free one.")
    var listen: UInt16 = 0

    @Option(help: "Milliseconds each way.")
    var latency = 0.0

    @Option(help: "Additional milliseconds each way, at random.")
    var jitter = 0.0

    @Option(help: "Bits in a second each way, such as 4e6; as fast as the machine when left out.")
    var rate: Double?

    @Option(help: "Bits in a second of the way back, where it differs.")
    var rateBack: Double?

    @Option(help: "Bytes that may wait in front of the link, each way.")
    var queue = LinkConditions().queueBytes

    @Option(help: "Seconds after which every connection is cut, again and again.")
    var cutEvery: Double?

    @Option(help: "How connections are cut: \(LinkConditions.CutKind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var cutKind = LinkConditions.CutKind.reset

    @Option(help: "Seconds after each cut in which nobody gets a connection.")
    var outage = 0.0

    @Option(help: "Seconds after which nothing passes any more, although the connections stay.")
    var blackholeAfter: Double?

    @Option(help: "Seconds that nothing passes then; for ever when left out.")
    var blackholeFor: Double?

    @Option(help: "Turn a bit each time that so many bytes have passed.")
    var flipEvery: Int?

    @Option(help: "Seconds after which the link ends by itself.")
    var lifetime = 600.0

    func run() throws {
        let ended = DispatchSemaphore(value: 0)
        let link = try SimulatedLink(to: to, conditions, port: listen) { event in
            switch event {
            case .cut(let connections): Report(event: "cut", time: .now, connections: connections).print()
            case .ended: ended.signal()
            }
        }
        Report(event: "listening", time: .now, port: link.port).print()
        let stops = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { link.stop() }
            source.resume()
            return source
        }
        ended.wait()
        for stop in stops { stop.cancel() }
        Report(event: "ended", time: .now, counters: link.counters).print()
    }

    private var conditions: LinkConditions {
        var conditions = LinkConditions()
        conditions.latency = .seconds(latency / 1000)
        conditions.jitter = .seconds(jitter / 1000)
        conditions.bitsPerSecond = rate
        conditions.bitsPerSecondToSender = rateBack
        conditions.queueBytes = queue
        conditions.cutEvery = cutEvery.map { .seconds($0) }
        conditions.cutKind = cutKind
        conditions.outage = .seconds(outage)
        conditions.blackholeAfter = blackholeAfter.map { .seconds($0) }
        conditions.blackholeDuration = blackholeFor.map { .seconds($0) }
        conditions.flipEvery = flipEvery
        conditions.lifetime = .seconds(lifetime)
        return conditions
    }
}

extension LinkConditions.CutKind: ExpressibleByArgument {}

/// A line of output.
private struct Report: Encodable {
    let event: String
    /// Seconds since 1970.
    let time: Double
    var port: UInt16?
    var connections: Int?
    var bytesToReceiver: Int?
    var bytesToSender: Int?
    var cuts: Int?
    var flips: Int?

    init(event: String, time: Date, port: UInt16? = nil, connections: Int? = nil, counters: LinkCounters? = nil) {
        self.event = event
        self.time = time.timeIntervalSince1970
        self.port = port
        self.connections = counters?.connections ?? connections
        bytesToReceiver = counters?.bytesToReceiver
        bytesToSender = counters?.bytesToSender
        cuts = counters?.cuts
        flips = counters?.flips
    }

    func print() {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let line = try? encoder.encode(self) else { return }
        FileHandle.standardOutput.write(line + Data("\n".utf8))
    }
}
