import Basics
import Foundation
import StegoKit

/// Pictures and histograms of one image.
struct IllustrationSection {
    private let results: EvaluationResults

    init(_ results: EvaluationResults) { self.results = results }

    var html: String {
        guard let example = results.illustration, let first = results.plan.payloads.first else { return "" }
        let last = results.plan.payloads.max { (results.relativePayload($0) ?? 0) < (results.relativePayload($1) ?? 0) } ?? first
        let pictures = results.plan.methods.compactMap { method in
            example.stego[Trial(method: method, payload: first)].map { stego in
                picture(
                    stego.differencePicture,
                    "<b>\(method.description.escapedForHTML)</b>, \(first.name): \(stego.changedSamples) samples changed")
            }
        }
        let histograms = results.plan.methods.enumerated().compactMap { index, method in
            example.stego[Trial(method: method, payload: last)].map { stego in
                let plot = HistogramPlot(
                    title: "Levels of the cover and of the \(method.description) stego image", firstLevel: example.shownLevels.lowerBound,
                    cover: example.coverHistogram, stego: stego.histogram, style: index)
                return "<figure>\(plot.svg)<figcaption><b>\(method.description.escapedForHTML)</b>, \(last.name)</figcaption></figure>\n"
            }
        }
        return """
            <h2>Image \(example.number)</h2>
            <p>The cover in its own window, and where each method changed it: blue less, orange more, grey unchanged. Of samples that share a
            pixel the one that changed most is shown. Pictures show whatever the image shows, also names that were burned into it.</p>
            <div class="pictures">\(picture(example.coverPicture, "<b>cover</b>"))\(pictures.joined())</div>
            <h3>Histograms</h3>
            <p>How often some levels around the upper quartile occur: bars in the cover, line in the stego image with the largest payload. Replacing
            least significant bits draws the two levels of each pair together.</p>
            <div class="plots">\(histograms.joined())</div>

            """
    }

    private func picture(_ png: [UInt8], _ caption: String) -> String {
        "<figure><img alt=\"\" src=\"data:image/png;base64,\(Data(png).base64EncodedString())\"><figcaption>\(caption)</figcaption></figure>\n"
    }
}

extension EvaluationResults {
    /// Mean bits a sample of a payload, by whatever method it fitted.
    func relativePayload(_ payload: PayloadSize) -> Double? {
        plan.methods.lazy.compactMap { self.summary(of: Trial(method: $0, payload: payload))?.relativePayload }.first
    }
}
