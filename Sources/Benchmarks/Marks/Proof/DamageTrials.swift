import Foundation
import Marks
import SeededRandomness

/// How often the signed list can be read from the pixels where one square of an image is lost.
struct DamageTrials {
    let party: BenchmarkParty
    let seed: UInt64

    private static let shares = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5]

    func count(_ places: Int, in images: [ProofImage]) throws {
        let marked = try images.map { try $0.marked(by: party) }.filter { $0.rung != nil }.map(\.image)
        print("damaged  readable of \(marked.count * places) (\(marked.count) images)")
        let reader = StrictReader(directory: party.directory)
        for share in Self.shares {
            var random = SplitMix64(seed: seed &+ UInt64(share * 1000))
            var readable = 0
            for image in marked {
                for _ in 0..<places where reader.read(try Self.damaged(image, share, &random)).isSigned { readable += 1 }
            }
            let rate = Double(readable) / Double(max(1, marked.count * places))
            print(String(format: "%.0f %%", share * 100), String(format: "%.3f", rate))
        }
    }

    /// A rectangle of the image's own proportions in which all samples have one value.
    private static func damaged(_ image: MarkImage, _ share: Double, _ random: inout SplitMix64) throws -> MarkImage {
        let (height, width) = (Int(Double(image.height) * share.squareRoot()), Int(Double(image.width) * share.squareRoot()))
        let (top, left) = (
            Int.random(in: 0...image.height - height, using: &random), Int.random(in: 0...image.width - width, using: &random)
        )
        let value = Int32.random(in: image.carrier.range, using: &random)
        return try image.changed { samples in
            for row in top..<top + height {
                for index in row * image.width + left..<row * image.width + left + width { samples[index] = value }
            }
        }
    }
}

extension MarkImage {
    /// This image with other samples in its carrying plane.
    func changed(_ change: (inout [Int32]) -> Void) throws -> MarkImage {
        var samples = carrier.samples
        change(&samples)
        var planes = planes
        planes[carrierIndex] = try SamplePlane(
            height: height, width: width, range: carrier.range, padding: carrier.padding, samples: samples)
        return try MarkImage(planes: planes, carrierIndex: carrierIndex)
    }
}
