/// The sync shell of one key as planes at every distance from the centre cut it, ready to be multiplied with a slice's spectrum.
///
/// Two distances share a spectrum: the cuts are even functions, so their spectra are real, and lie in its real and its imaginary part.
final class ShellBank: Sendable {
    /// Distances of planes from the centre, in mm.
    static let distances = (0..<64).map { Double($0) * step }
    /// From one distance to the next.
    static let step = 1.25

    /// One spectrum for two distances: its real and imaginary parts.
    let spectra: [(re: [Float], im: [Float])]
    /// The sync shell over the radius.
    let shell: [Float]

    init(_ key: VolumeMarkKey, _ transform: FourierTransform) {
        let shell = VolumeShells.sync(key)
        self.shell = shell
        let side = ObliqueSlice.side
        spectra = stride(from: 0, to: Self.distances.count, by: 2).map { first in
            var re = Self.cut(shell, at: Self.distances[first], side)
            var im = Self.cut(shell, at: Self.distances[first + 1], side)
            re.withUnsafeMutableBufferPointer { re in
                im.withUnsafeMutableBufferPointer { im in
                    guard let r = re.baseAddress, let i = im.baseAddress else { return }
                    transform.forward(r, i)
                }
            }
            return (re, im)
        }
    }

    /// Around the square's first sample; what is above or to the left of it lies at the other end.
    private static func cut(_ shell: [Float], at distance: Double, _ side: Int) -> [Float] {
        (0..<side * side).map { index in
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
