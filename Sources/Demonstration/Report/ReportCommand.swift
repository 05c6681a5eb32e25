import ArgumentParser
import Basics
import Foundation

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print what became of each instance as a table.",
        discussion: """
            The figures are the sender's own (veilray-send study --json). Whether a restored file is identical comes from a file \
            of verdicts that somebody else made, for example:

              for each file: cmp -s original/NAME restored/NAME && printf 'identical\\tNAME\\n'
            """
    )

    @Option(help: "The sender's JSON lines.")
    var senderJson: String

    @Option(help: "Lines of 'verdict<TAB>name'; names as in the sender's lines.")
    var verdicts: String

    func run() throws {
        let events = try SenderLine.read(senderJson).filter { $0.event == "instance" }
        let verdicts = try Verdicts(reading: verdicts)
        var table = Table([
            ("instance", .left), ("method", .left), ("record in", .left), ("bits hidden", .right), ("PSNR dB", .right),
            ("max change", .right), ("bytes before", .right), ("stego", .right), ("on the wire", .right), ("cmp says", .left),
        ])
        // Instances are reported as they are done, which is no order to read them in.
        let ordered = events.sorted { ($0.name ?? "") < ($1.name ?? "") }
        for event in ordered { table.add(Self.cells(of: event, verdict: event.name.flatMap { verdicts[$0] })) }
        let reported = Set(events.compactMap(\.name))
        for name in verdicts.names where !reported.contains(name) {
            table.add([name, "–", "–", "–", "–", "–", "–", "–", "–", "not reported, \(verdicts[name] ?? "")"])
        }
        table.add(Self.totals(of: events))
        print(table.lines.joined(separator: "\n"))
        for event in events where event.status != "delivered" {
            print("\(event.name ?? "?"): \(event.status ?? "unknown"). \(event.reason ?? "")")
        }
    }

    private static func cells(of event: SenderLine, verdict: String?) -> [String] {
        let psnr = event.psnr.map { Quantities.decimal($0, 1) } ?? "–"
        return [
            event.name ?? "?", event.method ?? "–", event.record ?? "–", number(event.bitsHidden), psnr, number(event.maximumChange),
            number(event.originalBytes), number(event.stegoBytes), number(event.wireBytes), verdict ?? "not compared",
        ]
    }

    private static func totals(of events: [SenderLine]) -> [String] {
        func sum(_ value: (SenderLine) -> Int?) -> String { Quantities.grouped(events.reduce(0) { $0 + (value($1) ?? 0) }) }
        return [
            "\(events.count) in all", "", "", sum(\.bitsHidden), "", "", sum(\.originalBytes), sum(\.stegoBytes), sum(\.wireBytes), "",
        ]
    }

    private static func number(_ value: Int?) -> String { value.map(Quantities.grouped) ?? "–" }
}

/// One line of `veilray-send study --json`, as far as the table needs it. Unknown events and fields are passed over.
struct SenderLine: Decodable, Sendable {
    let event: String
    let name: String?
    let status: String?
    let method: String?
    let record: String?
    let bitsHidden: Int?
    /// dB; absent when the pixels are unchanged.
    let psnr: Double?
    let maximumChange: Int?
    let originalBytes: Int?
    let stegoBytes: Int?
    let wireBytes: Int?
    let reason: String?

    /// The events of a file of JSON lines.
    ///
    /// - Throws: `DemonstrationError` naming the line that is no JSON object with an `event`.
    static func read(_ path: String) throws -> [SenderLine] {
        let decoder = JSONDecoder()
        let lines = try FileSystem.read(path).split(separator: UInt8(ascii: "\n"))
        return try lines.enumerated().map { number, line in
            do {
                return try decoder.decode(SenderLine.self, from: Data(line))
            } catch {
                throw DemonstrationError.malformed(path, "Line \(number + 1) is no event: \(error.localizedDescription)")
            }
        }
    }
}

/// An outside judge's verdict on each restored file: lines of `verdict<TAB>name`.
///
/// The table only repeats it; whether files are identical is not decided by this package's own code.
struct Verdicts: Sendable {
    private let verdictByName: [String: String]

    /// - Throws: `DemonstrationError` naming a line without a tab.
    init(reading path: String) throws {
        var verdicts: [String: String] = [:]
        let text = String(decoding: try FileSystem.read(path), as: UTF8.self)
        for (number, line) in text.split(separator: "\n").enumerated() {
            guard let tab = line.firstIndex(of: "\t") else {
                throw DemonstrationError.malformed(path, "Line \(number + 1) has no tab between verdict and name.")
            }
            verdicts[String(line[line.index(after: tab)...])] = String(line[..<tab])
        }
        verdictByName = verdicts
    }

    subscript(name: String) -> String? { verdictByName[name] }

    /// Names that the judge looked at, sorted.
    var names: [String] { verdictByName.keys.sorted() }
}
