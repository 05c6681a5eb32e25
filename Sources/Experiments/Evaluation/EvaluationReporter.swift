import Basics
import CommandLineSupport
import Evaluation
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
