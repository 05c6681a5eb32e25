import Basics

/// What the methods do, what the figures mean, what they do not say.
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
