import Ciphers
import Foundation

/// A table in columns that fit their cells.
struct CipherTable {
    private let rows: [[String]]

    func write() {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for (number, row) in rows.enumerated() {
            let cells = zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + padding : padding + cell.0
            }
            print(cells.joined(separator: "  "))
            if number == 0 { print(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")) }
        }
        print()
    }

    /// Entropy less the expected one; the probability of χ²; correlations; NPCR and UACI under fresh keys; NPCR for keys that differ in one
    /// bit. A star marks a figure that random samples have once in 1,000 times or more rarely.
    static func statistics(_ trials: [CipherTrial]) -> CipherTable {
        let alpha = CipherTrial.alpha
        let head = ["cipher", "exact", "entropy", "of", "p(χ²)", "r →", "r ↓", "r ↘", "NPCR %", "UACI %", "key NPCR %"]
        return CipherTable(
            rows: [head]
                + trials.map { trial in
                    let statistics = trial.statistics
                    let probability = statistics.chiSquare?.probability
                    let correlations = statistics.correlations.map { correlation -> String in
                        guard let correlation else { return "–" }
                        return text(
                            correlation.coefficient, 4, isMarked: abs(correlation.coefficient) > correlation.criticalValue(alpha: alpha))
                    }
                    let (fresh, near) = (statistics.difference, statistics.keySensitivity)
                    return [
                        trial.label, trial.isExact ? "yes" : "NO", text(statistics.entropy, 4), text(statistics.expectedEntropy, 4),
                        probability.map { text($0, 4, isMarked: $0 < alpha) } ?? "–",
                    ] + correlations + [
                        text(100 * fresh.changedRate, 4, isMarked: !fresh.passesChangedRate(alpha: alpha)),
                        text(100 * fresh.averageIntensity, 4, isMarked: !fresh.passesAverageIntensity(alpha: alpha)),
                        text(100 * near.changedRate, 4, isMarked: !near.passesChangedRate(alpha: alpha)),
                    ]
                })
    }

    /// Speed, beside that of AES-256-GCM in the same run, and the ciphertext's size and robustness.
    static func costs(_ trials: [CipherTrial], reference: Double) -> CipherTable {
        let head = ["cipher", "strength", "key bits", "MB/s", "of GCM", "bits added", "compresses to", "noise 10 %", "crop 25 %"]
        return CipherTable(
            rows: [head]
                + trials.map { trial in
                    [
                        trial.label, trial.strength.word, trial.keySpace, text(trial.speed, trial.speed < 10 ? 3 : 0),
                        text(trial.speed / reference, 3), text(trial.expansion, 2), text(trial.compressedRate, 3),
                        trial.afterNoise.map { text($0, 3) } ?? "–", trial.afterCrop.map { text($0, 3) } ?? "–",
                    ]
                })
    }

    static func attacks(_ trials: [AttackTrial]) -> CipherTable {
        let head = ["cipher", "attacker has", "image", "queries", "seconds", "recovered", "by"]
        return CipherTable(
            rows: [head]
                + trials.map { trial in
                    [
                        trial.label, trial.model.rawValue, "\(trial.width) × \(trial.height)", "\(trial.queryCount)",
                        text(trial.duration.seconds, 4), trial.reason == nil ? text(100 * trial.recoveredRate, 2) + " %" : "–",
                        trial.reason ?? trial.summary,
                    ]
                })
    }

    private static func text(_ value: Double, _ places: Int, isMarked: Bool = false) -> String {
        String(format: "%.\(places)f", value) + (isMarked ? "*" : "")
    }
}

extension CipherStrength {
    fileprivate var word: String {
        switch self {
        case .sound: "sound"
        case .component: "component"
        case .legacy: "legacy"
        }
    }
}
