import Basics
import StegoKit

/// P_E against payload, for blocks and for images, by each detector.
struct DetectionSection {
    private let results: EvaluationResults

    init(_ results: EvaluationResults) { self.results = results }

    var html: String {
        guard let some = results.detections.first else {
            return "<h2>Detection</h2><p>Not tested: it needs two images or more that do not belong together, and splits.</p>\n"
        }
        let sets = results.plan.featureSets.filter { results.chance(of: $0) != nil }
        let blocks = sets.map { figure($0, "blocks", \.blockError) }.joined()
        let images = sets.map { figure($0, "images", \.imageError) }.joined()
        let outcome = some.outcomes.first
        return """
            <h2>Detection</h2>
            <p>\(some.pairCount) blocks of \(some.imageCount) images; \(results.plan.splits) random divisions into halves for training and testing,
            kept whole by \(results.grouping.level.rawValue) (\(results.grouping.groupCount) groups), about \(outcome?.trainingPairs ?? 0) pairs to train
            on and \(outcome?.testingPairs ?? 0) to test with. Bars are 95 % confidence intervals that allow for the divisions' common data.
            \(caution)</p>
            \(MethodKey.html(results.plan.methods))<h3>One block at a time</h3><div class="plots">\(blocks)</div>
            <h3>A whole image, the votes on its blocks added</h3><div class="plots">\(images)</div>
            \(table(sets))
            """
    }

    /// The circumstances that make these figures worse or better than an attacker's would be.
    private var caution: String {
        results.grouping.level == .image
            ? """
            The images come from too few series to keep series whole, so the detector has seen neighbours of what it is tested on: it knows the \
            source better than a stranger would, and its P_E is, if anything, too low.
            """ : ""
    }

    private func figure(_ set: FeatureSet, _ unit: String, _ error: KeyPath<Detection, ResampledMean>) -> String {
        let series = results.plan.methods.enumerated().map { index, method in
            let points = results.plan.payloads.compactMap { payload -> PlotSeries.Point? in
                let trial = Trial(method: method, payload: payload)
                guard let summary = results.summary(of: trial), let mean = results.detection(of: trial, by: set)?[keyPath: error] else {
                    return nil
                }
                let interval = mean.halfWidth.isFinite ? max(0, mean.lower)...max(0, min(0.6, mean.upper)) : nil
                return PlotSeries.Point(x: summary.relativePayload, y: mean.mean, interval: interval)
            }
            return PlotSeries(name: method.description, style: index, points: points.sorted { $0.x < $1.x })
        }
        var plot = LinePlot(
            title: "P_E of \(unit), \(set.title)", xLabel: "payload (bit/sample)", yLabel: "P_E", series: series, yIncluded: [0, 0.5])
        if let chance = results.chance(of: set)?[keyPath: error], chance.halfWidth.isFinite {
            plot.band = (max(0, chance.lower)...min(0.6, chance.upper), "guessing")
        }
        return "<figure>\(plot.svg)<figcaption><b>\(set.title.escapedForHTML)</b>, \(unit)</figcaption></figure>\n"
    }

    private func table(_ sets: [FeatureSet]) -> String {
        var table = HTMLTable(
            caption: "Detection error P_E with its 95 % interval. The majority column uses the threshold that training alone fixed.",
            headings: ["payload", "method", "detector", "blocks", "blocks, majority", "images", "pairs", "learners", "features each"])
        for payload in results.plan.payloads {
            var isFirst = true
            for method in results.plan.methods {
                for set in sets {
                    guard let found = results.detection(of: Trial(method: method, payload: payload), by: set) else { continue }
                    let count = Double(found.outcomes.count)
                    let learners = found.outcomes.reduce(0) { $0 + Double($1.learnerCount) } / count
                    let size = found.outcomes.reduce(0) { $0 + Double($1.subspaceSize) } / count
                    table.add(
                        isFirst ? payload.name : "",
                        [
                            .init(method.description, isText: true), .init(set.title, isText: true), .init(found.blockError.text),
                            .init(found.majorityError.text), .init(found.imageError.text), .init("\(found.pairCount)"),
                            .init(learners.text(0)),
                            .init(size.text(0)),
                        ], startsGroup: isFirst)
                    isFirst = false
                }
            }
        }
        return table.html
    }
}
