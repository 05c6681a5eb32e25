/// A program's figures in the text format of Prometheus, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
///
/// ```swift
/// var page = MetricsPage()
/// page.gauge("veilray_outbox_studies", "Studies that wait for delivery.", 3, ["priority": "stat"])
/// page.counter("veilray_sent_bytes_total", "Bytes sent over TCP.", 1_048_576)
/// ```
public struct MetricsPage: Sendable {
    private enum Kind: String {
        case gauge
        /// Only ever grows while the program runs; its name ends in `_total` by convention.
        case counter
    }

    private struct Family: Sendable {
        let header: String
        var samples: [String]
    }

    /// Names in the order in which they were first given: one family must not be torn apart.
    private var order: [String] = []
    private var families: [String: Family] = [:]

    public init() {}

    /// Adds what may rise and fall: a queue's depth, an age in seconds, a time in seconds since 1970.
    public mutating func gauge(_ name: String, _ help: String, _ value: Double, _ labels: [String: String] = [:]) {
        add(.gauge, name, help, value, labels)
    }

    public mutating func gauge(_ name: String, _ help: String, _ value: Int, _ labels: [String: String] = [:]) {
        add(.gauge, name, help, Double(value), labels)
    }

    /// Adds what only grows since the program started.
    public mutating func counter(_ name: String, _ help: String, _ value: Int, _ labels: [String: String] = [:]) {
        add(.counter, name, help, Double(value), labels)
    }

    private mutating func add(_ kind: Kind, _ name: String, _ help: String, _ value: Double, _ labels: [String: String]) {
        if families[name] == nil {
            order.append(name)
            families[name] = Family(
                header: "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n", samples: [])
        }
        let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(Self.escaped($0.value, quotes: true))\"" }
        families[name]?.samples.append("\(name)\(pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") \(Self.number(value))\n")
    }

    /// The page, ready for a file or for an answer over HTTP.
    public var text: String {
        order.compactMap { families[$0] }.map { $0.header + $0.samples.joined() }.joined()
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int(exactly: value).map(String.init) ?? String(value)
    }

    /// Label values escape quotes too.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
