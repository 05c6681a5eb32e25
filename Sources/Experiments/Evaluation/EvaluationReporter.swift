import Basics
import CommandLineSupport
import Evaluation
import Files
import Foundation
import Sending
import StegoKit

/// Tells the person or the script what an evaluation found.
package struct EvaluationReporter: Sendable {
    package let json: JSONLines?

    package init(json: JSONLines?) {
        self.json = json
    }

    package func skipped(_ file: String, because reason: String) {
        json?.write(EvaluationEvent.Skipped(name: file, reason: reason))
        if json == nil { Console.complain("\(file) takes no part: \(reason)") }
    }

    package func report(_ results: EvaluationResults, at path: String?) {
        if let json {
            for trial in results.plan.trials { write(trial, of: results, to: json) }
            json.write(EvaluationEvent.Report(images: results.subjects.count, path: path))
        } else {
            for line in table(results).lines { Console.say(line) }
            if let path { Console.say("The whole report: \(path)") }
        }
    }

    private func write(_ trial: Trial, of results: EvaluationResults, to json: JSONLines) {
        if let summary = results.summary(of: trial) { json.write(EvaluationEvent.Trial(summary, verdict: results.verdict(on: trial))) }
        for set in results.plan.featureSets {
            if let detection = results.detection(of: trial, by: set) { json.write(EvaluationEvent.Detection(detection)) }
        }
    }

    private func table(_ results: EvaluationResults) -> Table {
        let sets = results.plan.featureSets.filter { results.chance(of: $0) != nil }
        var columns: [(title: String, alignment: Table.Alignment)] = [("payload", .left), ("method", .left)]
        columns += ["images", "MSE", "PSNR", "SSIM", "changed", "bits/change"].map { ($0, .right) }
        columns += sets.flatMap { [("P_E \($0.rawValue)", .right), ("images", .right)] }
        columns += [("exact", .left), ("verdict", .left)]
        var table = Table(columns)
        for set in sets.prefix(1) where results.chance(of: set) != nil {
            let guesses = sets.flatMap { set -> [String] in
                let chance = results.chance(of: set)
                return [chance.map { Self.decimal($0.blockError.mean) } ?? "", chance.map { Self.decimal($0.imageError.mean) } ?? ""]
            }
            table.add(["", "guessing"] + Array(repeating: "", count: 6) + guesses)
        }
        for trial in results.plan.trials {
            guard let summary = results.summary(of: trial) else {
                table.add([trial.payload.name, trial.method.description, "0"])
                continue
            }
            let errors = sets.flatMap { set -> [String] in
                let found = results.detection(of: trial, by: set)
                return [found.map { Self.decimal($0.blockError.mean) } ?? "–", found.map { Self.decimal($0.imageError.mean) } ?? "–"]
            }
            table.add(
                [
                    trial.payload.name, trial.method.description, "\(summary.imageCount)", Self.decimal(summary.meanSquaredError, 5),
                    Quantities.decibels(summary.psnrOfUsedRange), summary.structuralSimilarity.map { Self.decimal($0, 6) } ?? "–",
                    "\(Self.decimal(summary.changedShare * 100, 2)) %", Self.decimal(summary.efficiency, 2),
                ] + errors + [summary.isExact ? "yes" : "NO", results.verdict(on: trial).rawValue])
        }
        return table
    }

    private static func decimal(_ value: Double, _ decimals: Int = 3) -> String { Quantities.decimal(value, decimals) }
}

/// The folder that an evaluation's report goes to.
package struct ReportFolder: Sendable {
    private let path: String
    private let replaces: Bool

    static let fileNames = ["report.html", "metrics.csv", "steganalysis.csv"]

    /// - Throws: `OperationFailure` when a report is there already and must not be replaced; before the hours of work, not after them.
    package init(_ path: String, replaces: Bool) throws {
        self.path = path
        self.replaces = replaces
        guard !replaces else { return }
        for name in Self.fileNames where FileManager.default.fileExists(atPath: "\(path)/\(name)") {
            throw OperationFailure(
                .invalidRequest, "there is a report in \(path) already; name another folder, or replace it with --replace")
        }
    }

    /// Where a file of the report lies.
    package func location(of name: String) -> String { "\(path)/\(name)" }

    /// Writes each file whole.
    ///
    /// - Throws: `FileError`, or `OperationFailure` when somebody else put a file there meanwhile.
    package func write(_ files: [(name: String, content: String)]) throws {
        for file in files {
            let target = location(of: file.name)
            if replaces, FileManager.default.fileExists(atPath: target) { try FileManager.default.removeItem(atPath: target) }
            guard try AtomicFile.publish(Array(file.content.utf8), as: target) != .occupied else {
                throw OperationFailure(.fileAccess, "\(target) was written by somebody else meanwhile; it was left alone")
            }
        }
    }
}
