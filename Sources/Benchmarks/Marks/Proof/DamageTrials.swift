import Foundation
import Marks
import SeededRandomness

/// Counts how often the signed list can be read from the pixels where one square of an image is lost.
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

/// Counts how often a part of a marked image is found, and measures how long that takes.
struct CropTrials {
    let party: BenchmarkParty
    let seed: UInt64

    /// The least side of a part.
    private static let leastSide = 192

    func count(_ places: Int, in images: [ProofImage]) throws {
        var random = SplitMix64(seed: seed &+ 77)
        var (count, found, misplaced, blocks, times) = (0, 0, 0, [Int](), [Double]())
        for subject in images {
            let marked = try subject.marked(by: party)
            guard marked.rung != nil, subject.image.height > Self.leastSide, subject.image.width > Self.leastSide else { continue }
            let columns = MarkGrid(height: subject.image.height, width: subject.image.width).columns
            var missed = 0
            for _ in 0..<places {
                let (area, part) = try Self.part(marked.image, &random)
                count += 1
                let begin = ThreadTime.now()
                let placement = CropSearch.find(part)
                times.append(ThreadTime.now() - begin)
                guard let placement else {
                    missed += 1
                    continue
                }
                found += 1
                blocks.append(placement.blocks.count)
                let origin = placement.origin(gridColumns: columns)
                if origin?.row != area.top || origin?.column != area.left || placement.identifier != subject.identifier { misplaced += 1 }
            }
            if missed > 0 { print("  \(subject.name): \(missed) of \(places) parts not found") }
        }
        print(
            "crops of \(Self.leastSide)² and more: \(count), found \(found), of these in a wrong place \(misplaced),",
            "blocks that prove themselves: at least \(blocks.min() ?? 0),",
            String(format: "longest search %.2f s, mean %.2f s", times.max() ?? 0, times.reduce(0, +) / Double(max(1, times.count))))
    }

    private static func part(_ image: MarkImage, _ random: inout SplitMix64) throws -> (BlockArea, MarkImage) {
        let (height, width) = (
            Int.random(in: leastSide..<image.height, using: &random), Int.random(in: leastSide..<image.width, using: &random)
        )
        let area = BlockArea(
            top: Int.random(in: 0...image.height - height, using: &random), left: Int.random(in: 0...image.width - width, using: &random),
            height: height, width: width)
        let planes = try image.planes.map { plane in
            let samples = (area.top..<area.bottom).flatMap { plane.samples[$0 * plane.width + area.left..<$0 * plane.width + area.right] }
            return try SamplePlane(height: height, width: width, range: plane.range, padding: plane.padding, samples: samples)
        }
        return (area, try MarkImage(planes: planes, carrierIndex: image.carrierIndex))
    }
}
