import Ciphers
import Evaluation
import Foundation
import Imaging

/// One cipher on one image for the eye: plain, enciphered, its histogram, deciphered, and the difference.
struct CipherPictures {
    private static let histogramHeight = 96
    private static let histogramWidth = 256

    let label: String
    private let figures: [(caption: String, png: [UInt8])]

    /// - Throws: ``CipherError``, ``ImagingError``.
    init(_ subject: TrialSubject, _ plane: Plane, seed: UInt8) throws {
        label = subject.label
        let key = try StageKey(bytes: [UInt8](repeating: seed, count: 32))
        let ciphertext = try subject.cipher.encrypt(plane, key: key)
        let restored = try subject.cipher.decrypt(ciphertext, key: key)
        let seen = try ciphertext.seen()
        let differing = zip(plane.samples, restored.samples).count { $0 != $1 }
        figures = [
            ("plain", try Self.picture(plane)), ("enciphered", try Self.picture(seen)),
            ("its histogram", try Self.histogram(seen)), ("deciphered", try Self.picture(restored)),
            (
                "difference: \(differing) samples",
                try Self.picture(
                    plane.with(samples: zip(plane.samples, restored.samples).map { $0 == $1 ? 0 : plane.mask }))
            ),
        ]
    }

    /// A section that a reader opens; opening one closes the others.
    var html: String {
        let figures = figures.map { figure in
            """
            <figure><img alt="\(figure.caption.escapedForHTML)" src="data:image/png;base64,\(Data(figure.png).base64EncodedString())">\
            <figcaption>\(figure.caption.escapedForHTML)</figcaption></figure>
            """
        }.joined()
        return "<details name=\"cipher\"><summary>\(label.escapedForHTML)</summary><div class=\"pictures\">\(figures)</div></details>\n"
    }

    /// The first frame's samples from black to white over all values; signed ones with their sign.
    private static func picture(_ plane: Plane) throws -> [UInt8] {
        let flip: UInt16 = plane.isSigned ? 1 << UInt16(plane.bits - 1) : 0
        let scale = 255 / Double(plane.mask)
        let grey = plane.samples.prefix(plane.width * plane.height * plane.channels).map { UInt8(Double($0 ^ flip) * scale) }
        if plane.channels == 3 { return try PNGEncoder.encode(colour: grey, width: plane.width, height: plane.height) }
        return try PNGEncoder.encode(grey: grey, width: plane.width * plane.channels, height: plane.height)
    }

    /// 256 classes of levels.
    private static func histogram(_ plane: Plane) throws -> [UInt8] {
        var counts = [Int](repeating: 0, count: histogramWidth)
        for sample in plane.samples { counts[(Int(sample) * histogramWidth) >> plane.bits] += 1 }
        let highest = max(1, counts.max() ?? 1)
        var canvas = Canvas(width: histogramWidth, height: histogramHeight, background: .grey(255))
        for (column, count) in counts.enumerated() {
            let height = count * histogramHeight / highest
            if height > 0 { canvas.fill(x: column, y: histogramHeight - height, width: 1, height: height, .blue) }
        }
        return try PNGEncoder.encode(canvas)
    }
}
