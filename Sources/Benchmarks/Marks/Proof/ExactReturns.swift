import Foundation
import MarkedImages
import Marks
import SeededRandomness

/// Random kinds of files: whether they are intact once they are marked, and come back byte for byte.
struct ExactReturns {
    let party: BenchmarkParty
    let seed: UInt64

    func count(_ files: Int) throws {
        var (exact, intact, inPixels, ratios) = (0, 0, 0, [Double]())
        for index in 0..<files {
            var random = SplitMix64(seed: seed &+ UInt64(index) &* 7919)
            let bytes = try Self.file(&random, index)
            let subject = try MarkSubject(bytes, name: "\(index)")
            let marked = try party.marker.mark(subject, in: try SeriesManifest(subject.images))
            let verifier = FileVerifier(directory: party.directory, searches: false)
            if try verifier.verify(marked.bytes, path: "", name: "").verdict == .intact { intact += 1 }
            if try FileUnmarker.restore(marked.bytes, name: "").bytes == bytes { exact += 1 }
            guard marked.obstacle == nil else { continue }
            inPixels += 1
            ratios.append(marked.peakRatio)
        }
        ratios.sort()
        print(
            "files \(files): byte for byte \(exact), intact \(intact), in pixels \(inPixels),",
            String(
                format: "PSNR of the used range: least %.1f, a tenth below %.1f, median %.1f dB", ratios.first ?? 0,
                ratios.isEmpty ? 0 : ratios[ratios.count / 10], ratios.isEmpty ? 0 : ratios[ratios.count / 2]))
    }

    /// 8 to 16 bits, signed or not, with or without padding, grey or colour, 32 to 4096 samples a side (small sides as often as large ones).
    private static func file(_ random: inout SplitMix64, _ number: Int) throws -> [UInt8] {
        let bits = Int.random(in: 8...16, using: &random)
        func side() -> Int { Int(pow(2, Double.random(in: 5...12, using: &random)).rounded()) }
        let (height, width) = (side(), side())
        let isColour = bits == 8 && Bool.random(using: &random)
        let (isSigned, padding) = (!isColour && Bool.random(using: &random), !isColour && Int.random(in: 0..<4, using: &random) == 0)
        let planes = try (0..<(isColour ? 3 : 1)).map { _ in
            try MadeUpImage.plane(height: height, width: width, bits: bits, isSigned: isSigned, padding: padding, &random)
        }
        return try MadeUpImage.file(planes, bits: bits, instance: "2.25.\(number + 1)")
    }
}

/// Images that nobody has touched, with a mark and without: whether anything is said against them.
struct FalseAlarms {
    let party: BenchmarkParty
    let seed: UInt64

    func count(_ verifications: Int) throws {
        var (marked, flagged, claimed) = (0, 0, 0)
        let reader = StrictReader(directory: party.directory)
        for index in 0..<verifications {
            var random = SplitMix64(seed: seed &+ 0x5EED &+ UInt64(index) &* 104_729)
            let (height, width) = (Int.random(in: 96...256, using: &random), Int.random(in: 96...256, using: &random))
            let plane = try MadeUpImage.plane(
                height: height, width: width, bits: Int.random(in: 8...16, using: &random), isSigned: Bool.random(using: &random),
                padding: Int.random(in: 0..<4, using: &random) == 0, &random)
            let subject = ProofImage("\(index)", MarkImage(plane))
            if reader.read(subject.image).verdict != .notMarked { claimed += 1 }
            let result = try subject.marked(by: party)
            guard result.rung != nil else { continue }
            marked += 1
            let reading = reader.read(result.image)
            if reading.verdict != .intact || !reading.cells.isEmpty || reading.restored != subject.image { flagged += 1 }
        }
        print("untouched: of \(marked) marked images \(flagged) flagged, of \(verifications) unmarked ones \(claimed) taken for marked")
    }
}
