import Basics
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

/// The explanation of the methods and of the figures, with their limits.
struct ExplanationSection {
    private let results: EvaluationResults

    init(_ results: EvaluationResults) { self.results = results }

    var html: String {
        let methods = results.plan.methods.map {
            "<dt>\($0.description.escapedForHTML)</dt><dd>\($0.explanation.escapedForHTML)</dd>"
        }
        return """
            <h2>The methods</h2><dl>\(methods.joined())</dl>
            <h2>How to read the figures</h2>
            <dl>
            <dt>MSE, PSNR</dt><dd>Mean squared error in squared levels; 10·log₁₀(peak² / MSE). The peak is the range that the image really uses
            (largest minus smallest level), or the range that its stored bits allow. The first is the stricter.</dd>
            <dt>Weighted PSNR</dt><dd>The same with each difference weighted by how visible noise is there: fully in flat areas, hardly at edges
            (noise visibility function of Voloshynovskiy et al. 1999, 3 × 3 samples, D = 75).</dd>
            <dt>SSIM</dt><dd>Structural similarity of Wang et al. 2004: 11 × 11 Gaussian window, σ = 1.5, K₁ = 0.01, K₂ = 0.03, data range = the
            used range.</dd>
            <dt>Bits per change and its bounds</dt><dd>Payload bits for each sample that differs. The bounds hold for codes on samples that all cost
            the same; a method that avoids smooth places changes more samples than it must, on purpose. They do not apply to <i>reversible</i>,
            which moves samples to be able to undo itself.</dd>
            <dt>SPAM-686</dt><dd>Frequencies of triples of differences between neighbours (Pevný, Bas, Fridrich 2010, second order, T = 3), of the samples
            with all their bits and of the image scaled to 8 bits, which is all that many tools see.</dd>
            <dt>LBP</dt><dd>Rotation-invariant uniform local binary patterns (Ojala et al. 2002) with 8, 16 and 24 neighbours at radius 1, 2 and 3, of the
            samples and of their second differences: 108 features.</dd>
            <dt>P_E</dt><dd>½ (false alarms + missed detections) of an ensemble of Fisher discriminants (Kodovský, Fridrich, Holub 2012) at the threshold
            that makes it least, on images it was not trained on. A cover and its stego version are always on the same side.</dd>
            </dl>
            <h2>What this does not say</h2>
            <ul>
            <li>A detector that is not among these, or one trained on more images, may do better. “At chance” is a statement about these detectors
            on these images.</li>
            <li>Blocks of one image are not independent; the intervals allow for that only as far as whole groups are divided.</li>
            <li>An attacker who knows that Veilray was used needs no detector: the header of a stego file does not hide that it is one.</li>
            <li>Means over one series say little of other scanners, reconstructions and modalities.</li>
            </ul>
            """
    }
}
