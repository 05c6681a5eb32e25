import Basics
import Foundation
import StegoKit

/// The cost of hiding: plots against payload, and the table of all figures.
struct QualitySection {
    private let results: EvaluationResults

    init(_ results: EvaluationResults) { self.results = results }

    var html: String {
        """
        <h2>Cost</h2>
        \(MethodKey.html(results.plan.methods))<div class="plots">
        \(figure(psnr, "<b>Rate and distortion.</b> Mean PSNR against the range of values that each image uses; higher is better."))\
        \(figure(efficiency, "<b>Embedding efficiency.</b> Payload bits for each changed sample, beside the most that any code can reach."))\
        \(figure(growth, "<b>Growth</b> of the image compressed without loss (JPEG 2000)."))\
        </div>
        \(table)\(unfit)
        """
    }

    private func figure(_ plot: LinePlot, _ caption: String) -> String {
        "<figure>\(plot.svg)<figcaption>\(caption)</figcaption></figure>\n"
    }

    private func series(_ figure: (TrialSummary) -> Double?) -> [PlotSeries] {
        results.plan.methods.enumerated().map { index, method in
            let points = results.plan.payloads.compactMap { payload -> PlotSeries.Point? in
                guard let summary = results.summary(of: Trial(method: method, payload: payload)), let value = figure(summary) else {
                    return nil
                }
                return PlotSeries.Point(x: summary.relativePayload, y: value)
            }
            return PlotSeries(name: method.description, style: index, points: points.sorted { $0.x < $1.x })
        }
    }

    private var psnr: LinePlot {
        LinePlot(title: "Rate and distortion", xLabel: "payload (bit/sample)", yLabel: "PSNR (dB)", series: series { $0.psnrOfUsedRange })
    }

    private var growth: LinePlot {
        LinePlot(
            title: "Growth of the compressed image", xLabel: "payload (bit/sample)", yLabel: "growth (%)",
            series: series { $0.codestreamGrowth.map { $0 * 100 } }, yIncluded: [0])
    }

    private var efficiency: LinePlot {
        let measured = series { $0.efficiency }
        let payloads = measured.flatMap(\.points).map(\.x)
        let (lowest, highest) = (payloads.min() ?? 0.01, payloads.max() ?? 0.5)
        let steps = (0...40).map { lowest + (highest - lowest) * Double($0) / 40 }
        func bound(_ name: String, _ value: (Double) -> Double?) -> PlotSeries {
            let points = steps.compactMap { payload in value(payload).map { PlotSeries.Point(x: payload, y: $0) } }
            return PlotSeries(name: name, style: 5, points: points, isReference: true)
        }
        return LinePlot(
            title: "Embedding efficiency", xLabel: "payload (bit/sample)", yLabel: "bits per change",
            series: [
                bound("bound, ±1", EfficiencyBound.ternary(relativePayload:)),
                bound("bound, flips", EfficiencyBound.binary(relativePayload:)),
            ] + measured, yIncluded: [0])
    }

    private var table: String {
        var table = HTMLTable(
            caption:
                "Means over the images that hold the payload. Bounds: the most bits per change that any code reaches at this payload, for"
                + " samples that are flipped and for samples that go up or down by one, if all samples cost the same. Times are of one thread.",
            headings: [
                "payload", "method", "images", "MSE", "PSNR, used range (dB)", "lowest (dB)", "PSNR, stored range (dB)",
                "weighted PSNR (dB)", "SSIM",
                "entropy before → after (bit)", "changed (%)", "largest change", "bits per change", "bound, flips", "bound, ±1",
                "J2K growth (%)",
                "restoration (B)", "embed (ms)", "extract (ms)", "exact",
            ])
        for payload in results.plan.payloads {
            var isFirst = true
            for method in results.plan.methods {
                guard let summary = results.summary(of: Trial(method: method, payload: payload)) else { continue }
                table.add(isFirst ? payload.name : "", cells(summary), startsGroup: isFirst)
                isFirst = false
            }
        }
        return table.html
    }

    private func cells(_ summary: TrialSummary) -> [HTMLTable.Cell] {
        [
            .init(summary.trial.method.description, isText: true), .init("\(summary.imageCount)"), .init(summary.meanSquaredError.text(5)),
            .init(summary.psnrOfUsedRange.text(2)), .init(summary.lowestPSNR.text(2)), .init(summary.psnrOfStoredRange.text(2)),
            .init(summary.weightedPSNR.text(2)), .init(summary.structuralSimilarity.text(6)),
            .init("\(summary.coverEntropy.text(3)) → \(summary.stegoEntropy.text(3))"), .init((summary.changedShare * 100).text(3)),
            .init("\(summary.maximumChange)"), .init(summary.efficiency.text(2)),
            .init(EfficiencyBound.binary(relativePayload: summary.relativePayload).text(2)),
            .init(EfficiencyBound.ternary(relativePayload: summary.relativePayload).text(2)),
            .init(summary.codestreamGrowth.map { $0 * 100 }.text(2)), .init(summary.restorationBytes.text(0)),
            .init((summary.embeddingSeconds * 1000).text(1)), .init((summary.extractionSeconds * 1000).text(1)),
            .init(summary.isExact ? "yes" : "NO", emphasis: summary.isExact ? .good : .bad),
        ]
    }

    private var unfit: String {
        let counts = Dictionary(grouping: results.unfit.filter { results.plan.trials.contains($0.trial) }, by: \.trial).mapValues(\.count)
        guard !counts.isEmpty else { return "" }
        let items = results.plan.trials.compactMap { trial in
            counts[trial].map { "<li>\(trial.method.description.escapedForHTML), \(trial.payload.name): \($0) images</li>" }
        }
        return "<p class=\"note\">Payloads that did not fit:</p><ul class=\"note\">\(items.joined())</ul>\n"
    }
}

/// The published figures, with ours at the same payload beside them.
struct PublishedSection {
    private let results: EvaluationResults

    init(_ results: EvaluationResults) { self.results = results }

    var html: String {
        let methods = results.plan.methods
        var table = HTMLTable(
            caption:
                "Published: “Secure Transmission of Medical Images using Encryption and Steganography”, four images, in the order given there."
                + " Ours: means over the images of this evaluation. PSNR₂₅₅ takes 255 as the peak whatever the depth, as the publication does.",
            headings: ["published MSE", "published PSNR (dB)", "255² / MSE gives (dB)", "implied payload (bit/sample)"]
                + methods.flatMap { ["\($0.name): MSE", "PSNR₂₅₅ (dB)", "PSNR, used range (dB)"] })
        for figure in PublishedFigure.all {
            guard case .bitsPerSample(let payload) = figure.impliedPayload else { continue }
            var cells: [HTMLTable.Cell] = [
                .init(figure.psnr.text(2)), .init(figure.psnrOfEightBits.text(2)), .init(payload.text(4)),
            ]
            for method in methods {
                let summary = results.summary(of: Trial(method: method, payload: figure.impliedPayload))
                cells += [
                    .init(summary?.meanSquaredError.text(4) ?? "–"), .init(summary?.psnrOfEightBits.text(2) ?? "–"),
                    .init(summary?.psnrOfUsedRange.text(2) ?? "–"),
                ]
            }
            table.add(figure.meanSquaredError.text(4), cells)
        }
        return """
            <h2>Beside the published figures</h2>
            \(table.html)<p>The publication gives neither its payload nor the size of its images. Its PSNR follows from its MSE with a peak of 255, so
            its images have 8 bits. It replaces least significant bits in sequence; random bits change half of them by 1, so an MSE of m means a
            payload of 2m bits a sample, which is the payload that our methods were given here. That is an inference, not a statement of the
            publication. Only MSE and PSNR₂₅₅ compare like with like: against the range that these images use, the same change gives a larger
            ratio simply because a 12-bit image has a larger range, and that column claims nothing more. The published method cannot restore
            its images and its path has no key; all of ours restore, and are keyed.</p>

            """
    }
}
