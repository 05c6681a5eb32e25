import ArgumentParser

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
        var table = TextTable([
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
        let psnr = event.psnr.map { TextFormat.fixed($0, digits: 1) } ?? "–"
        return [
            event.name ?? "?", event.method ?? "–", event.record ?? "–", number(event.bitsHidden), psnr, number(event.maximumChange),
            number(event.originalBytes), number(event.stegoBytes), number(event.wireBytes), verdict ?? "not compared",
        ]
    }

    private static func totals(of events: [SenderLine]) -> [String] {
        func sum(_ value: (SenderLine) -> Int?) -> String { TextFormat.grouped(events.reduce(0) { $0 + (value($1) ?? 0) }) }
        return [
            "\(events.count) in all", "", "", sum(\.bitsHidden), "", "", sum(\.originalBytes), sum(\.stegoBytes), sum(\.wireBytes), "",
        ]
    }

    private static func number(_ value: Int?) -> String { value.map(TextFormat.grouped) ?? "–" }
}
