import SeededRandomness

/// An ensemble of Fisher discriminants on random subspaces [Kodovský, Fridrich, Holub, IEEE TIFS 7(2), 2012].
///
/// Each learner sees a bootstrap sample of the training pairs and some of the features, and votes. The pairs that its sample left out ("out
/// of the bag") estimate the ensemble's error without touching what is held out for testing; that estimate chooses how many features a
/// learner sees and when there are learners enough.
struct DiscriminantEnsemble {
    /// Votes for "stego" less votes for "cover", of all pairs; divided by the number of learners, so −1 … 1.
    let coverVotes: [Double]
    let stegoVotes: [Double]
    let learnerCount: Int
    /// Features that a learner sees.
    let subspaceSize: Int
    /// The out-of-bag estimate of the error at the majority vote.
    let outOfBagError: Double

    /// Candidates for the number of features a learner sees, tried from the smallest on.
    private static let subspaceSizes = [25, 50, 100, 200, 400]
    /// Larger subspaces are not tried once the estimate is this much worse than the best.
    private static let tolerance = 0.01

    /// Trains on some pairs and lets all of them be judged; the votes on training pairs mean nothing.
    init(_ pairs: StandardisedPairs, training: [Int], seed: UInt64) {
        var best: DiscriminantEnsemble?
        for size in Self.sizes(featureCount: pairs.featureCount, trainingCount: training.count) {
            let ensemble = DiscriminantEnsemble(pairs, training: training, subspaceSize: size, seed: seed)
            if let best, ensemble.outOfBagError > best.outOfBagError + Self.tolerance { break }
            if best.map({ ensemble.outOfBagError < $0.outOfBagError }) ?? true { best = ensemble }
        }
        self = best ?? DiscriminantEnsemble(undecidedOver: pairs.pairCount)
    }

    /// More features than a learner has pairs to estimate their scatter from are of no use.
    private static func sizes(featureCount: Int, trainingCount: Int) -> [Int] {
        let limit = min(featureCount, trainingCount)
        guard limit > 0 else { return [] }
        let sizes = subspaceSizes.filter { $0 <= limit }
        return sizes.isEmpty ? [limit] : sizes
    }

    private init(undecidedOver count: Int) {
        coverVotes = [Double](repeating: 0, count: count)
        stegoVotes = coverVotes
        learnerCount = 0
        subspaceSize = 0
        outOfBagError = 0.5
    }

    private init(_ pairs: StandardisedPairs, training: [Int], subspaceSize: Int, seed: UInt64) {
        var generator = SplitMix64(seed: seed, UInt64(subspaceSize))
        var (cover, stego) = (Votes(count: pairs.pairCount), Votes(count: pairs.pairCount))
        var progress = OutOfBagProgress()
        while !progress.isSettled {
            let multiplicities = Self.bootstrap(training, count: pairs.pairCount, &generator)
            let subspace = Self.subspace(of: subspaceSize, among: pairs.featureCount, &generator)
            if let learner = FisherDiscriminant(on: pairs, multiplicities: multiplicities, subspace: subspace) {
                let scores = learner.scores(of: pairs)
                cover.add(scores.cover)
                stego.add(scores.stego)
                for pair in training where multiplicities[pair] == 0 {
                    cover.addOutOfBag(scores.cover[pair], of: pair)
                    stego.addOutOfBag(scores.stego[pair], of: pair)
                }
            }
            progress.append(
                DetectionError.atZero(cover: training.map { cover.outOfBag[$0] }, stego: training.map { stego.outOfBag[$0] }))
        }
        coverVotes = cover.all.map { $0 / Double(progress.count) }
        stegoVotes = stego.all.map { $0 / Double(progress.count) }
        learnerCount = progress.count
        self.subspaceSize = subspaceSize
        outOfBagError = progress.last
    }

    private static func bootstrap(_ training: [Int], count: Int, _ generator: inout SplitMix64) -> [Int] {
        var multiplicities = [Int](repeating: 0, count: count)
        for _ in training {
            if let pair = training.randomElement(using: &generator) { multiplicities[pair] += 1 }
        }
        return multiplicities
    }

    /// Distinct features by the beginning of a Fisher–Yates shuffle.
    private static func subspace(of size: Int, among count: Int, _ generator: inout SplitMix64) -> [Int] {
        var features = Array(0..<count)
        for index in 0..<size { features.swapAt(index, Int.random(in: index..<count, using: &generator)) }
        return Array(features[..<size])
    }

    private struct Votes {
        private(set) var all: [Double]
        private(set) var outOfBag: [Double]

        init(count: Int) {
            all = [Double](repeating: 0, count: count)
            outOfBag = all
        }

        mutating func add(_ scores: [Float]) {
            for index in all.indices { all[index] += Self.vote(scores[index]) }
        }

        mutating func addOutOfBag(_ score: Float, of pair: Int) { outOfBag[pair] += Self.vote(score) }

        private static func vote(_ score: Float) -> Double { score > 0 ? 1 : score < 0 ? -1 : 0 }
    }
}

/// The out-of-bag error after each learner, and whether more learners would change it.
struct OutOfBagProgress {
    private static let minimumCount = 25
    private static let maximumCount = 51
    /// The running means over five errors must stay within this, over the latest fifty errors.
    private static let tube = 0.005
    private static let meanLength = 5
    private static let memory = 50

    private var errors: [Double] = []

    var count: Int { errors.count }
    var last: Double { errors.last ?? 0.5 }

    mutating func append(_ error: Double) { errors.append(error) }

    var isSettled: Bool {
        guard count >= Self.minimumCount else { return false }
        guard count < Self.maximumCount else { return true }
        let recent = Array(errors.suffix(Self.memory))
        let means = (0...recent.count - Self.meanLength).map { start in
            recent[start..<start + Self.meanLength].reduce(0, +) / Double(Self.meanLength)
        }
        return (means.max() ?? 0) - (means.min() ?? 0) < Self.tube
    }
}

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
