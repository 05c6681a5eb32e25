/// The sync shell of one key as planes at every distance from the centre cut it, ready to be multiplied with a slice's spectrum.
///
/// Two distances share a spectrum: the cuts are even functions, so their spectra are real, and lie in its real and its imaginary part.
final class ShellBank: Sendable {
    /// Distances of planes from the centre, in mm. Farther ones cut a head near its end, where few rings are to be seen.
    static let distances = (0..<48).map { Double($0) * step }
    /// From one distance to the next.
    static let step = 1.25
    /// So many distances in a row share a reach.
    static let distancesToReach = 8

    /// One spectrum for two distances: its real and imaginary parts.
    let spectra: [FourierTransform.Spectrum]
    /// Where the shell has values at all, for every ``distancesToReach`` distances: discs of 1, two to a spectrum.
    let reaches: [FourierTransform.Spectrum]
    /// The sync shell over the radius.
    let shell: [Float]

    init(_ key: VolumeMarkKey, _ transform: FourierTransform) {
        let shell = VolumeShells.sync(key)
        self.shell = shell
        let ones = [Float](repeating: 1, count: shell.count)
        spectra = Self.pairs(Self.distances).map { transform.spectrum(of: Self.cut(shell, at: $0), and: Self.cut(shell, at: $1)) }
        let groups = stride(from: 0, to: Self.distances.count, by: Self.distancesToReach).map { Self.distances[$0] }
        reaches = Self.pairs(groups).map { transform.spectrum(of: Self.cut(ones, at: $0), and: Self.cut(ones, at: $1)) }
    }

    /// Of an even count.
    private static func pairs(_ distances: [Double]) -> [(Double, Double)] {
        stride(from: 0, to: distances.count, by: 2).map { (distances[$0], distances[$0 + 1]) }
    }

    /// Around the square's first sample; what is above or to the left of it lies at the other end.
    private static func cut(_ shell: [Float], at distance: Double) -> [Float] {
        let side = ObliqueSlice.side
        return (0..<side * side).map { index in
            let (row, column) = index.quotientAndRemainder(dividingBy: side)
            let (y, x) = (min(row, side - row), min(column, side - column))
            return shell.value(squaredRadius: Double(x * x + y * y) + distance * distance)
        }
    }
}

extension [Float] {
    /// A table over the radius at a distance whose square is given in mm²; 0 beyond its end.
    @inline(__always)
    func value(squaredRadius: Double) -> Float {
        let entry = Int(squaredRadius.squareRoot() * Double(VolumeShells.entriesToMillimetre))
        return entry < count ? self[entry] : 0
    }
}
