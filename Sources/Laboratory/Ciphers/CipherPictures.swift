import Basics
import Ciphers
import Evaluation
import Foundation
import Imaging

/// One cipher on one image for the eye: plain and enciphered with their histograms, deciphered, and the difference.
struct CipherPictures {
    private static let histogramHeight = 96
    private static let histogramWidth = 256

    let label: String
    private let figures: [(caption: String, png: [UInt8])]

    /// - Throws: ``CipherError``, ``ImagingError``.
    init(_ subject: TrialSubject, _ image: Plane, seed: UInt8) throws {
        label = subject.label
        let plane = try subject.part(of: image)
        let key = try StageKey(bytes: [UInt8](repeating: seed, count: 32))
        let ciphertext = try subject.cipher.encrypt(plane, key: key)
        let restored = try subject.cipher.decrypt(ciphertext, key: key)
        let seen = try ciphertext.seen()
        let differing = zip(plane.samples, restored.samples).count { $0 != $1 }
        let window = Self.window(plane)
        figures = [
            ("plain", try Self.picture(plane, window)), ("plain: histogram", try Self.histogram(plane)),
            ("enciphered", try Self.picture(seen, 0...seen.mask)), ("enciphered: histogram", try Self.histogram(seen)),
            ("deciphered", try Self.picture(restored, window)),
            (
                "difference: \(differing) samples",
                try Self.picture(
                    plane.with(samples: zip(plane.samples, restored.samples).map { $0 == $1 ? Self.flip(plane) : plane.mask }),
                    0...plane.mask)
            ),
        ]
    }

    /// The figures beside each other.
    var html: String {
        let figures = figures.map { figure in
            """
            <figure><img alt="\(figure.caption.escapedForHTML)" src="data:image/png;base64,\(Data(figure.png).base64EncodedString())">\
            <figcaption>\(figure.caption.escapedForHTML)</figcaption></figure>
            """
        }.joined()
        return "<div class=\"pictures\">\(figures)</div>"
    }

    /// The pattern that makes a signed sample's pattern grow with its value, by XOR.
    private static func flip(_ plane: Plane) -> UInt16 {
        plane.isSigned ? 1 << UInt16(plane.bits - 1) : 0
    }

    /// The values that an image has, so that twelve bits stored in sixteen are not all black.
    private static func window(_ plane: Plane) -> ClosedRange<UInt16> {
        let values = plane.samples.map { $0 ^ flip(plane) }
        let low = values.min() ?? 0
        return low...max(low, values.max() ?? plane.mask)
    }

    /// The first frame's samples, the window's values from black to white; signed ones with their sign.
    private static func picture(_ plane: Plane, _ window: ClosedRange<UInt16>) throws -> [UInt8] {
        let scale = 255 / Double(max(1, window.upperBound - window.lowerBound))
        let grey = plane.samples.prefix(plane.width * plane.height * plane.channels).map { sample in
            let value = min(max(sample ^ flip(plane), window.lowerBound), window.upperBound)
            return UInt8(Double(value - window.lowerBound) * scale)
        }
        if plane.channels == 3 { return try PNGEncoder.encode(colour: grey, width: plane.width, height: plane.height) }
        return try PNGEncoder.encode(grey: grey, width: plane.width * plane.channels, height: plane.height)
    }

    /// 256 classes of levels.
    private static func histogram(_ plane: Plane) throws -> [UInt8] {
        var counts = [Int](repeating: 0, count: histogramWidth)
        for sample in plane.samples { counts[(Int(sample ^ flip(plane)) * histogramWidth) >> plane.bits] += 1 }
        let highest = max(1, counts.max() ?? 1)
        var canvas = Canvas(width: histogramWidth, height: histogramHeight, background: .grey(255))
        for (column, count) in counts.enumerated() {
            let height = count * histogramHeight / highest
            if height > 0 { canvas.fill(x: column, y: histogramHeight - height, width: 1, height: height, .blue) }
        }
        return try PNGEncoder.encode(canvas)
    }
}
