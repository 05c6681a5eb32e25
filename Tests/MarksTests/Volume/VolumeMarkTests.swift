import SeededRandomness
import TestSupport
import Testing

@testable import Marks

@Suite("Volume marks on and off")
struct VolumeMarkTests {
    private func key(_ series: String = "1.2.3") throws -> VolumeMarkKey {
        try VolumeMarkKey(siteKey: [UInt8](repeating: 3, count: 32), series: series)
    }

    private func geometry(_ random: inout SplitMix64) throws -> SliceGeometry {
        let position = (0..<3).map { _ in Double.random(in: -60...20, using: &random) }
        return try SliceGeometry(
            position: position, orientation: [0.8, 0.6, 0, -0.36, 0.48, 0.8], spacing: #require(SampleSpacing(rows: 1.5, columns: 0.75)))
    }

    private func plane(_ random: inout SplitMix64, _ height: Int, _ width: Int) throws -> SamplePlane {
        let range: ClosedRange<Int32> = [0...255, 0...4095, -2048...2047, -32_768...32_767, 0...65_535][random.below(5)]
        let padding = Bool.random(using: &random) ? Int32.random(in: range, using: &random) : nil
        // Many samples at the ends of the range and around the padding, where the mark has to leave them out.
        let samples = (0..<height * width).map { _ -> Int32 in
            switch random.below(4) {
            case 0: range.lowerBound + Int32(random.below(8))
            case 1: range.upperBound - Int32(random.below(8))
            case 2: min(max((padding ?? 100) + Int32(random.below(15)) - 7, range.lowerBound), range.upperBound)
            default: Int32.random(in: range, using: &random)
            }
        }
        return try SamplePlane(height: height, width: width, range: range, padding: padding, samples: samples)
    }

    @Test("Whatever the samples are, the mark comes off exactly")
    func exact() throws {
        var random = SplitMix64(seed: 41)
        for _ in 0..<300 {
            let (height, width) = (1 + random.below(70), 1 + random.below(70))
            let original = try plane(&random, height, width)
            let place = try geometry(&random)
            let strength = try VolumeShells.Strength(sync: 1 + random.below(2000), identity: 1 + random.below(2000))
            let mark = try VolumeMark(
                key: key(), identity: "patient \(random.below(5))", strength: strength, height: height, width: width, slices: [place])
            let (marked, note) = mark.embed(in: original, at: place)
            #expect(marked.samples.allSatisfy(original.range.contains))
            #expect(zip(original.samples, marked.samples).allSatisfy { ($0 == original.padding) == ($1 == original.padding) })
            let kept = try VolumeNote(bytes: note.bytes)
            #expect(kept == note)
            #expect(try VolumeMark.remove(from: marked, kept, key()) == original)
        }
    }

    @Test("The mark changes what it should, by no more than its amplitudes")
    func amplitude() throws {
        let place = try SliceGeometry(
            position: [0, 0, 0], orientation: [1, 0, 0, 0, 1, 0], spacing: #require(SampleSpacing(rows: 1, columns: 1)))
        let flat = try SamplePlane(height: 256, width: 256, range: 0...4095, samples: [Int32](repeating: 2000, count: 65_536))
        let mark = try VolumeMark(
            key: key(), identity: "a", strength: .tomography(unitsToSample: 1), height: 256, width: 256, slices: [place])
        let changes = mark.embed(in: flat, at: place).marked.samples.map { $0 - 2000 }
        #expect(changes.allSatisfy { abs($0) <= 6 })
        #expect(changes.count { abs($0) >= 3 } > changes.count / 10)
        // Beyond 100 mm of the centre, which is within 26 mm of the middle, nothing is changed.
        #expect(changes[0] == 0 && changes[65_535] == 0)
    }

    @Test("Another key, another series and changed samples are told apart")
    func refusals() throws {
        var random = SplitMix64(seed: 43)
        let original = try plane(&random, 40, 50)
        let place = try geometry(&random)
        let mark = try VolumeMark(
            key: key(), identity: "a", strength: .tomography(unitsToSample: 1), height: 40, width: 50, slices: [place])
        let (marked, note) = mark.embed(in: original, at: place)
        let otherSite = try VolumeMarkKey(siteKey: [UInt8](repeating: 4, count: 32), series: "1.2.3")
        for wrong in [otherSite, try key("1.2.4")] {
            let error = #expect(throws: MarksError.self) { try VolumeMark.remove(from: marked, note, wrong) }
            #expect(error?.code == .key)
        }
        let changed = try marked.changed { row, column, sample in
            row == 20 && column == 20 ? (sample == original.range.upperBound ? sample - 1 : sample + 1) : sample
        }
        let error = #expect(throws: MarksError.self) { try VolumeMark.remove(from: changed, note, key()) }
        #expect(error?.code == .format)
        #expect(throws: MarksError.self) { try VolumeMarkKey(siteKey: [1, 2], series: "") }
        #expect(throws: MarksError.self) { try VolumeShells.Strength.tomography(unitsToSample: 0) }
        #expect(throws: MarksError.self) { try VolumeShells.Strength.tomography(unitsToSample: 100) }
    }

    @Test("Damaged notes are refused or take nothing off, and never end the program")
    func damagedNotes() throws {
        var random = SplitMix64(seed: 44)
        let original = try plane(&random, 30, 30)
        let place = try geometry(&random)
        let mark = try VolumeMark(
            key: key(), identity: "a", strength: .tomography(unitsToSample: 1), height: 30, width: 30, slices: [place])
        let (marked, note) = mark.embed(in: original, at: place)
        let bytes = note.bytes
        for count in 0..<88 { #expect(throws: MarksError.self) { try VolumeNote(bytes: bytes.prefix(count)) } }
        for _ in 0..<3000 {
            var changed = bytes
            for _ in 0...random.below(3) { changed[random.below(changed.count)] ^= UInt8(1 << random.below(8)) }
            guard let other = try? VolumeNote(bytes: changed), let restored = try? VolumeMark.remove(from: marked, other, key()) else {
                continue
            }
            #expect(restored == original)
        }
    }

    @Test("Places that are none are refused")
    func places() throws {
        let spacing = try #require(SampleSpacing(rows: 1, columns: 1))
        let orientation = [1.0, 0, 0, 0, 1, 0]
        for (position, orientation) in [
            ([0, 0], orientation), ([0, 0, 1e9], orientation), ([0, .nan, 0], orientation), ([0, 0, 0], [1, 0, 0, 1, 0, 0]),
            ([0, 0, 0], [2, 0, 0, 0, 1, 0]), ([0, 0, 0], [1, 0, 0]),
        ] {
            #expect(throws: MarksError.self) { try SliceGeometry(position: position, orientation: orientation, spacing: spacing) }
        }
    }
}
