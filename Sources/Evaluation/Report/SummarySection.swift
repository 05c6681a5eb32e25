import StegoKit

/// The first table: every method at the first payload.
struct SummarySection {
    private let results: EvaluationResults

    init(_ results: EvaluationResults) { self.results = results }

    var html: String {
        guard let payload = results.plan.payloads.first else { return "" }
        let sets = results.plan.featureSets.filter { results.chance(of: $0) != nil }
        var table = HTMLTable(
            caption: "Every method with \(payload.name) in each image; means over the images. P_E is the share of wrong answers of the best"
                + " detector trained here: 0.5 is guessing, 0 is certainty. The verdict is the harshest of all detectors, on blocks and on images.",
            headings: ["method", "images", "bit/sample", "PSNR, used range (dB)", "SSIM", "samples changed", "bits per change"]
                + sets.flatMap { ["P_E \($0.title), blocks", "images"] } + ["exact", "verdict"])
        for method in results.plan.methods {
            let trial = Trial(method: method, payload: payload)
            guard let summary = results.summary(of: trial) else {
                table.add(method.description, [.init("fits no image", isText: true)])
                continue
            }
            var cells: [HTMLTable.Cell] = [
                .init("\(summary.imageCount)"), .init(summary.relativePayload.text(4)), .init(summary.psnrOfUsedRange.text(2)),
                .init(summary.structuralSimilarity.text(6)), .init("\((summary.changedShare * 100).text(2)) %"),
                .init(summary.efficiency.text(2)),
            ]
            for set in sets {
                let found = results.detection(of: trial, by: set)
                cells += [.init(found?.blockError.text ?? "–"), .init(found?.imageError.text ?? "–")]
            }
            let verdict = results.verdict(on: trial)
            cells.append(.init(summary.isExact ? "yes" : "NO", emphasis: summary.isExact ? .good : .bad))
            cells.append(.init(verdict.rawValue, isText: true, emphasis: verdict == .atChance ? .good : verdict == .plain ? .bad : nil))
            table.add(method.description, cells)
        }
        if !sets.isEmpty {
            var cells = [HTMLTable.Cell](repeating: .init(""), count: 6)
            for set in sets {
                let chance = results.chance(of: set)
                cells += [.init(chance?.blockError.text ?? "–"), .init(chance?.imageError.text ?? "–")]
            }
            table.add("guessing", cells + [.init(""), .init("")], startsGroup: true)
        }
        return "<h2>In short</h2>\n\(table.html)<p class=\"note\">\(remark)</p>\n"
    }

    private var remark: String {
        """
        “Guessing” is what the same procedure gives when cover and stego are exchanged by chance in half of the pairs, so that there is nothing to \
        learn. It lies below 0.5 because the threshold is chosen on the tested images themselves, as the definition of P_E wants it; a \
        method is at chance when its interval reaches that value, not when it reaches 0.5.
        """
    }
}
