/// The steganographer's measure of a detector: P_E = min ½ (P_FA + P_MD) over all thresholds, with equally many covers and stego images.
///
/// 0.5 is what guessing reaches, 0 means that every image was told right. P_FA is the share of covers called stego, P_MD that of stego
/// images called cover.
public enum DetectionError {
    /// The minimum over all thresholds of "stego if the score is above"; at most 0.5. 0.5 for no scores.
    public static func minimum(cover: [Double], stego: [Double]) -> Double {
        guard !cover.isEmpty, !stego.isEmpty else { return 0.5 }
        let (cover, stego) = (cover.sorted(), stego.sorted())
        var best = 0.5
        var (coversBelow, stegosBelow) = (0, 0)
        while coversBelow < cover.count || stegosBelow < stego.count {
            // The next score at which a threshold may lie; equal scores fall on one side together.
            let score = min(
                coversBelow < cover.count ? cover[coversBelow] : .infinity, stegosBelow < stego.count ? stego[stegosBelow] : .infinity)
            while coversBelow < cover.count, cover[coversBelow] <= score { coversBelow += 1 }
            while stegosBelow < stego.count, stego[stegosBelow] <= score { stegosBelow += 1 }
            let falseAlarms = 1 - Double(coversBelow) / Double(cover.count)
            let missed = Double(stegosBelow) / Double(stego.count)
            best = min(best, (falseAlarms + missed) / 2)
        }
        return best
    }

    /// The error of "stego if the score is above 0"; a score of exactly 0 counts as half right.
    public static func atZero(cover: [Double], stego: [Double]) -> Double {
        guard !cover.isEmpty, !stego.isEmpty else { return 0.5 }
        let falseAlarms = cover.reduce(0) { $0 + ($1 > 0 ? 1 : $1 == 0 ? 0.5 : 0) } / Double(cover.count)
        let missed = stego.reduce(0) { $0 + ($1 < 0 ? 1 : $1 == 0 ? 0.5 : 0) } / Double(stego.count)
        return (falseAlarms + missed) / 2
    }
}
