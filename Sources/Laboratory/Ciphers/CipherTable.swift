import Basics
import Ciphers
import Evaluation
import Foundation

/// A table of measurements, for a terminal, a page or another program.
struct CipherTable {
    let caption: String
    private let head: [String]
    private let rows: [[String]]

    /// Prints it in columns.
    func write() {
        var table = Table(head.enumerated().map { column, title in (title, column == 0 || title == "by" ? .left : .right) })
        for row in rows { table.add(row) }
        print(table.lines.joined(separator: "\n") + "\n")
    }

    var html: String {
        var table = HTMLTable(caption: caption, headings: head)
        for row in rows {
            let cells = zip(row, head).dropFirst().map { cell, heading in
                HTMLTable.Cell(cell, isText: heading == "by", emphasis: cell.hasSuffix("*") || cell == "NO" ? .bad : nil)
            }
            table.add(row[0], cells)
        }
        return table.html
    }

    /// RFC 4180, after a column that names the image.
    func csv(image: String) -> String {
        func quoted(_ text: String) -> String { "\"\(text.replacingOccurrences(of: "\"", with: "\"\""))\"" }
        return ([["image"] + head] + rows.map { [image] + $0 }).map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    static func statistics(_ trials: [CipherTrial]) -> CipherTable {
        let alpha = CipherTrial.alpha
        let rows = trials.map { trial -> [String] in
            let statistics = trial.statistics
            let (fresh, near) = (statistics.difference, statistics.keySensitivity)
            let correlations = statistics.correlations.map { correlation -> String in
                guard let correlation else { return "–" }
                return text(correlation.coefficient, 4, isMarked: abs(correlation.coefficient) > correlation.criticalValue(alpha: alpha))
            }
            let probability = statistics.chiSquare?.probability
            return [
                trial.label, trial.isExact ? "yes" : "NO", text(statistics.entropy, 4), text(statistics.expectedEntropy, 4),
                probability.map { text($0, 4, isMarked: $0 < alpha) } ?? "–",
            ] + correlations + [
                text(100 * fresh.changedRate, 4, isMarked: !fresh.passesChangedRate(alpha: alpha)),
                text(100 * fresh.averageIntensity, 4, isMarked: !fresh.passesAverageIntensity(alpha: alpha)),
                text(100 * near.changedRate, 4, isMarked: !near.passesChangedRate(alpha: alpha)),
            ]
        }
        return CipherTable(
            caption: """
                Statistics of ciphertexts: entropy beside that of uniform samples of the same number, the probability of χ², correlation of \
                neighbours, NPCR and UACI for one changed sample under fresh keys, NPCR for keys that differ in one bit. A star marks a \
                figure that uniform samples have once in 1,000 times or more rarely.
                """,
            head: ["cipher", "exact", "entropy", "of", "p(χ²)", "r →", "r ↓", "r ↘", "NPCR %", "UACI %", "key NPCR %"], rows: rows)
    }

    static func costs(_ trials: [CipherTrial], reference: Double) -> CipherTable {
        let rows = trials.map { trial -> [String] in
            [
                trial.label, trial.strength.word, trial.keySpace, text(trial.speed, trial.speed < 10 ? 3 : 0),
                text(trial.speed / reference, 3), text(trial.expansion, 2), text(trial.compressedRate, 3),
                trial.afterNoise.map { text($0, 3) } ?? "–", trial.afterCrop.map { text($0, 3) } ?? "–",
            ]
        }
        return CipherTable(
            caption: """
                Speed of the slower direction on one core, beside AES-256-GCM in the same run; bits that a sample grows by; the size of the \
                ciphertext after a Huffman code of differences; the part of the samples that are exact after a tenth of the ciphertext became \
                noise, or a quarter of its area black.
                """,
            head: ["cipher", "strength", "key bits", "MB/s", "of GCM", "bits added", "compresses to", "noise 10 %", "crop 25 %"], rows: rows
        )
    }

    static func attacks(_ trials: [AttackTrial]) -> CipherTable {
        let rows = trials.map { trial -> [String] in
            [
                trial.label, trial.model.rawValue, "\(trial.width) × \(trial.height)", "\(trial.queryCount)",
                text(trial.duration.seconds, 4), trial.reason == nil ? text(100 * trial.recoveredRate, 2) + " %" : "–",
                trial.reason ?? trial.summary,
            ]
        }
        return CipherTable(
            caption: "Attacks: the means of the attacker beside the ciphertext, the time, and how many samples of the image were found.",
            head: ["cipher", "attacker has", "image", "queries", "seconds", "recovered", "by"], rows: rows)
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
