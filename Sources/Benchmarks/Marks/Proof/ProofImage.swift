import Foundation
import MarkedImages
import Marks
import SeededRandomness

/// An image on which something is counted.
struct ProofImage {
    let name: String
    let image: MarkImage
    let identifier: ImageIdentifier

    init(_ name: String, _ image: MarkImage) {
        (self.name, self.image) = (name, image)
        identifier = ImageIdentifier(instance: name, frame: 0)
    }

    /// The first frame of each file.
    static func read(_ files: [String]) throws -> [ProofImage] {
        try files.compactMap { path in
            let subject = try MarkSubject(Array(try Data(contentsOf: URL(filePath: path))), name: path)
            return subject.frames.first.map { ProofImage(URL(filePath: path).lastPathComponent, $0) }
        }
    }

    /// Grey slices of 512 × 512 and 12 bits.
    static func madeUp(_ count: Int, seed: UInt64) throws -> [ProofImage] {
        var random = SplitMix64(seed: seed &+ 1)
        return try (0..<count).map {
            let plane = try MadeUpImage.plane(height: 512, width: 512, bits: 12, isSigned: false, padding: false, &random)
            return ProofImage("made up \($0)", MarkImage(plane))
        }
    }

    static func large(seed: UInt64) throws -> ProofImage {
        var random = SplitMix64(seed: seed &+ 2)
        let plane = try MadeUpImage.plane(height: 3000, width: 4000, bits: 12, isSigned: false, padding: false, &random)
        return ProofImage("made up 3000 × 4000", MarkImage(plane))
    }

    func marked(by party: BenchmarkParty) throws -> StrictMarker.Marked {
        try StrictMarker(issuer: party.issuer).mark(image, as: identifier) { try party.binding($0) }
    }

    /// Decibels of a mean squared change against the range that the carrying plane's samples use.
    func peakRatio(_ meanSquaredChange: Double) -> Double {
        let samples = image.carrier.samples
        let range = Double((samples.max() ?? 0) - (samples.min() ?? 0))
        return meanSquaredChange > 0 ? 10 * log10(range * range / meanSquaredChange) : .infinity
    }
}

extension StrictReading {
    /// Whether the list that an issuer has signed was read.
    var isSigned: Bool { if case .signed = judgement { true } else { false } }
}
