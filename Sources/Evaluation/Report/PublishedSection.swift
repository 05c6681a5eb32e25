import StegoKit

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
