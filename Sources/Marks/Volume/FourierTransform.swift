import Foundation

/// Two-dimensional Fourier transforms of complex squares whose side is a power of two, in place.
///
/// The transform runs down the columns, all of them at once, so that the inner loop goes along memory; then the square is transposed and it
/// runs down again. A spectrum therefore lies transposed. Whoever multiplies spectra of the same kind never notices.
final class FourierTransform {
    /// Samples of a side.
    let side: Int
    private let cosines: [Float]
    private let sines: [Float]

    /// - Parameter side: a power of two, at least 2.
    init(side: Int) {
        precondition(side >= 2 && side & (side - 1) == 0)
        self.side = side
        let angles = (0..<side / 2).map { 2 * Double.pi * Double($0) / Double(side) }
        cosines = angles.map { Float(cos($0)) }
        sines = angles.map { Float(sin($0)) }
    }

    typealias Plane = UnsafeMutablePointer<Float>

    /// Both planes have `side` × `side` values.
    func forward(_ re: Plane, _ im: Plane) {
        columns(re, im)
        transpose(re)
        transpose(im)
        columns(re, im)
    }

    /// Without the division by side².
    func inverse(_ re: Plane, _ im: Plane) {
        // Exchanging the parts before and after makes the inverse of the forward transform.
        forward(im, re)
    }

    /// A spectrum's parts, laid out as the transform leaves them, or a plane's.
    struct Spectrum: Sendable {
        var re: [Float], im: [Float]

        /// The spectrum of a convolution. Where `even` has two even planes' spectra as its parts, so has the result: they are real.
        func times(_ even: Spectrum) -> Spectrum {
            var product = self
            for index in re.indices {
                product.re[index] = re[index] * even.re[index] - im[index] * even.im[index]
                product.im[index] = re[index] * even.im[index] + im[index] * even.re[index]
            }
            return product
        }
    }

    /// The spectrum of real planes, the second as imaginary part.
    func spectrum(of plane: [Float], and other: [Float]? = nil) -> Spectrum {
        var spectrum = Spectrum(re: plane, im: other ?? [Float](repeating: 0, count: plane.count))
        Self.withPlanes(&spectrum) { forward($0, $1) }
        return spectrum
    }

    /// Back to planes, without the division by side².
    func inverse(_ spectrum: inout Spectrum) { Self.withPlanes(&spectrum) { inverse($0, $1) } }

    private static func withPlanes(_ spectrum: inout Spectrum, _ body: (Plane, Plane) -> Void) {
        spectrum.re.withUnsafeMutableBufferPointer { re in
            spectrum.im.withUnsafeMutableBufferPointer { im in
                guard let r = re.baseAddress, let i = im.baseAddress else { return }
                body(r, i)
            }
        }
    }

    /// Cooley and Tukey's radix 2, decimated in time: rows change places by their reversed bits, then stages of butterflies between rows.
    private func columns(_ re: Plane, _ im: Plane) {
        let bits = side.trailingZeroBitCount
        for row in 0..<side {
            var (reversed, rest) = (0, row)
            for _ in 0..<bits { (reversed, rest) = (reversed << 1 | rest & 1, rest >> 1) }
            guard reversed > row else { continue }
            swapRows(re, row, reversed)
            swapRows(im, row, reversed)
        }
        var half = 1
        while half < side {
            let step = side / (2 * half)
            for start in stride(from: 0, to: side, by: 2 * half) {
                for offset in 0..<half {
                    butterfly(re, im, start + offset, start + offset + half, cosines[offset * step], -sines[offset * step])
                }
            }
            half *= 2
        }
    }

    private func swapRows(_ plane: Plane, _ one: Int, _ other: Int) {
        let (a, b) = (plane + one * side, plane + other * side)
        for column in 0..<side { (a[column], b[column]) = (b[column], a[column]) }
    }

    /// (a, b) becomes (a + wb, a − wb), for whole rows. Bounds: both rows are below `side`.
    private func butterfly(_ re: Plane, _ im: Plane, _ one: Int, _ other: Int, _ c: Float, _ s: Float) {
        let (ar, ai, br, bi) = (re + one * side, im + one * side, re + other * side, im + other * side)
        for column in 0..<side {
            let (x, y) = (br[column], bi[column])
            let (tr, ti) = (x * c - y * s, x * s + y * c)
            let (r, i) = (ar[column], ai[column])
            br[column] = r - tr
            bi[column] = i - ti
            ar[column] = r + tr
            ai[column] = i + ti
        }
    }

    /// In tiles that stay in the nearest cache.
    private func transpose(_ plane: Plane) {
        let tile = min(16, side)
        for top in stride(from: 0, to: side, by: tile) {
            for left in stride(from: top, to: side, by: tile) {
                for row in top..<top + tile {
                    for column in (left == top ? row + 1 : left)..<max(left + tile, left == top ? row + 1 : 0) {
                        (plane[row * side + column], plane[column * side + row]) = (plane[column * side + row], plane[row * side + column])
                    }
                }
            }
        }
    }
}
