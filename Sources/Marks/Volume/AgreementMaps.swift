/// The agreement of a slice with the shells for every distance and every place of the centre, in standard deviations of each distance.
///
/// Each value is a sum over the samples that the shell reaches from its place, divided by the root of their power. Without that division
/// the values vary with how much of the slice is reached, and the highest of an unmarked slice says where most of it lies.
struct AgreementMaps {
    /// One map a distance, `side` × `side` each.
    private let maps: [[Float]]

    struct Peak {
        var score: Double
        /// The index of ``ShellBank/distances``, negative on the other side of the centre.
        var distance: Int
        var row: Int, column: Int
    }

    init(_ slice: WhitenedSlice, _ bank: ShellBank, _ transform: FourierTransform) {
        func planes(_ spectrum: FourierTransform.Spectrum, _ pairs: [FourierTransform.Spectrum]) -> [[Float]] {
            pairs.flatMap { pair -> [[Float]] in
                var product = spectrum.times(pair)
                transform.inverse(&product)
                return [product.re, product.im]
            }
        }
        let least = Self.leastPowerShare * Float(slice.samples.count)
        let side = Float(transform.side * transform.side)
        let weights = planes(slice.powerSpectrum, bank.reaches).map { powers in powers.map { 1 / (max(0, $0 / side) + least).squareRoot() }
        }
        maps = planes(slice.spectrum, bank.spectra).enumerated().map { distance, map in
            Self.normalised(zip(map, weights[distance / ShellBank.distancesToReach]).map { $0 * $1 })
        }
    }

    /// Of all power, added to what lies within the shell's reach of a place, so that places at the border do not win by chance.
    private static let leastPowerShare: Float = 0.1

    /// Divided by the standard deviation. The mean is zero but for rounding, since a residual has none.
    private static func normalised(_ map: [Float]) -> [Float] {
        var (sum, squares) = (0.0, 0.0)
        for value in map {
            sum += Double(value)
            squares += Double(value) * Double(value)
        }
        let mean = sum / Double(map.count)
        let deviation = (squares / Double(map.count) - mean * mean).squareRoot()
        guard deviation > 0 else { return map }
        let scale = Float(1 / deviation)
        return map.map { $0 * scale }
    }

    /// The best place of one slice.
    func peak() -> Peak {
        var best = Peak(score: -.infinity, distance: 0, row: 0, column: 0)
        for (distance, map) in maps.enumerated() { Self.note(map, at: distance, in: &best) }
        return best
    }

    /// The best place of several parallel slices: their maps are added for every distance of the first and for both sides of the centre.
    static func peak(of all: [AgreementMaps], apart: Double) -> Peak {
        let distances = ShellBank.distances
        var best = Peak(score: -.infinity, distance: 0, row: 0, column: 0)
        for first in -(distances.count - 1)..<distances.count {
            let indices = all.indices.map { abs(Int((Double(first) + Double($0) * apart / ShellBank.step).rounded())) }
            guard indices.allSatisfy({ $0 < distances.count }) else { continue }
            var sum = all[0].maps[indices[0]]
            for (maps, index) in zip(all, indices).dropFirst() {
                let map = maps.maps[index]
                for place in sum.indices { sum[place] += map[place] }
            }
            note(normalised(sum), at: first, in: &best)
        }
        return best
    }

    private static func note(_ map: [Float], at distance: Int, in best: inout Peak) {
        guard let highest = map.max(), Double(highest) > best.score, let place = map.firstIndex(of: highest) else { return }
        let side = ObliqueSlice.side
        best = Peak(score: Double(highest), distance: distance, row: place / side, column: place % side)
    }
}
