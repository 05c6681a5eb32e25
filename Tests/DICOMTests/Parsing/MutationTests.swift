import SeededRandomness
import TestSupport
import Testing

@testable import DICOM

/// Damaged files: any answer is fine as long as there is one, soon.
@Suite struct MutationTests {
    @Test(.needsCorpus) func thousandsOfDamagedFiles() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        let originals = try Corpus.files.map(Corpus.bytes).filter { $0.count < 20_000 }
        try #require(!originals.isEmpty)
        var outcomes: [String: Int] = [:]
        for _ in 0..<6000 {
            let original = originals[Int.random(in: 0..<originals.count, using: &generator)]
            let bytes = MutationTests.damaged(original, using: &generator)
            do throws(DICOMError) {
                let file = try DICOMFile(bytes: bytes, name: "damaged")
                if let range = file.pixelDataRange { #expect(range.upperBound <= file.expanded.count) }
                if !file.isPixelDataEncapsulated, let pixels = file.pixels {
                    let count = try PixelCodec.decode(file).1.count
                    #expect(count == pixels.byteCount)
                }
                outcomes["read", default: 0] += 1
            } catch {
                outcomes[error.code.rawValue, default: 0] += 1
            }
        }
        print(outcomes)
        #expect(outcomes.values.reduce(0, +) == 6000)
    }

    /// Flips bytes, writes lengths of every size, cuts, repeats.
    static func damaged(_ original: [UInt8], using generator: inout SplitMix64) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...8, using: &generator) where !bytes.isEmpty {
            let position = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.removeSubrange(position...)
            case 2:
                for index in position..<min(position + 4, bytes.count) { bytes[index] = 0xFF }
            case 3:
                for (index, byte) in [UInt8](arrayLiteral: 0xFE, 0xFF, 0x00, 0xE0).enumerated() where position + index < bytes.count {
                    bytes[position + index] = byte
                }
            case 4: bytes.insert(contentsOf: generator.bytes(Int.random(in: 1...40, using: &generator)), at: position)
            default:
                let end = min(bytes.count, position + Int.random(in: 1...400, using: &generator))
                bytes.insert(contentsOf: bytes[position..<end], at: position)
            }
        }
        return bytes
    }

    @Test func everyTruncationOfASmallFile() throws {
        let bytes = try Fixture.file()
        let whole = try DICOMFile(bytes: bytes, name: "whole")
        for count in 0..<bytes.count {
            // A cut between two elements leaves a shorter object; what it must never leave is an image.
            guard let file = try? DICOMFile(bytes: Array(bytes[..<count]), name: "cut") else { continue }
            #expect(file.pixels == nil && file.dataSet.count <= whole.dataSet.count, "\(count)")
        }
    }
}
