import Basics
import Concurrency
import Files
import Foundation
import Logging

/// `--metrics FILE`: the program's figures as a file that is replaced whole every few seconds, for the textfile collector of
/// Prometheus' node exporter (its files end in `.prom`) or for any script. Everybody may read it: it names no patient.
public struct MetricsFile: Sendable {
    public static let interval = Duration.seconds(5)

    private let path: String
    private let clock: any MonotonicClock
    private let log = Logger(label: "veilray.metrics")
    private let pool = WorkerPool(label: "veilray.metrics", width: 1)

    /// - Parameter path: the file, which need not be there; its folder must be.
    /// - Throws: `OperationFailure` `.fileAccess` where no file can be written there. Nothing was made then.
    public init(path: String, clock: any MonotonicClock = ContinuousClock()) throws(OperationFailure) {
        self.path = path
        self.clock = clock
        let folder = AtomicFile.parent(of: path)
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw OperationFailure(.fileAccess, "\(path): there is no folder \(folder) for the figures; make it, or check --metrics")
        }
        guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
            throw OperationFailure(.fileAccess, "\(path): this is no file; --metrics takes the name of a file")
        }
        guard access(folder, W_OK | X_OK) == 0 else {
            throw OperationFailure(.fileAccess, "\(path): \(folder) cannot be written to: \(systemMessage(errno))")
        }
    }

    /// Writes the page at once and then every ``interval``, until the task is cancelled; then once more, so that the last figures stand.
    ///
    /// A page that cannot be written is logged, once in a row, and holds nothing up.
    public func keepUpToDate(_ page: @escaping @Sendable () async throws -> MetricsPage) async {
        var hasComplained = false
        repeat {
            do {
                let text = try await page().text
                try await pool.run { [path] in try AtomicFile.replacePublic(path, with: Array(text.utf8)) }
                hasComplained = false
            } catch {
                if !hasComplained, !Task.isCancelled {
                    log.error("the figures could not be written", metadata: ["file": "\(path)", "reason": "\(error)"])
                }
                hasComplained = true
            }
        } while (try? await clock.sleep(for: Self.interval)) != nil
        let last = await Task { try? await page().text }.value
        if let last { try? await pool.run { [path] in try AtomicFile.replacePublic(path, with: Array(last.utf8)) } }
    }
}

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
