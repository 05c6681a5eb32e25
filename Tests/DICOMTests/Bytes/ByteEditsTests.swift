import SeededRandomness
import Testing

@testable import DICOM

/// Edits of bytes that come piece by piece.
@Suite struct EditedBytesTests {
    /// Whatever the pieces are, the result is that of all at once.
    @Test func piecesGiveTheWhole() throws {
        var random = SplitMix64(seed: 3)
        for _ in 0..<200 {
            let base = (0..<Int.random(in: 0...80, using: &random)).map { UInt8($0) }
            var (edits, left): ([ByteEdits.Edit], Int) = ([], base.count)
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let kept = Int.random(in: 0...left, using: &random)
                let removed = Int.random(in: 0...(left - kept), using: &random)
                left -= kept + removed
                edits.append(ByteEdits.Edit(kept: kept, removed: removed, inserted: [UInt8](repeating: 255, count: removed / 2)))
            }
            var edited = EditedBytes(ByteEdits(edits))
            var (result, position): ([UInt8], Int) = ([], 0)
            while position < base.count {
                let end = min(base.count, position + Int.random(in: 1...9, using: &random))
                result += edited.append(Array(base[position..<end]))
                position = end
            }
            let last = edited.finish()
            let rest = try #require(last)
            try passingOver(base, ByteEdits(edits), &random)
            #expect(result + rest == ByteEdits(edits).applied(to: base))
        }
    }

    /// What is passed over becomes as many bytes as are missing then.
    private func passingOver(_ base: [UInt8], _ edits: ByteEdits, _ random: inout SplitMix64) throws {
        let whole = try #require(edits.applied(to: base))
        let place = Int.random(in: 0...base.count, using: &random)
        var edited = EditedBytes(edits)
        let count = edited.skip(place)
        let rest = edited.append(Array(base[place...])) + (edited.finish() ?? [])
        #expect(rest == Array(whole.dropFirst(count)))
    }

    @Test func tooFewBytes() {
        var edited = EditedBytes(ByteEdits([ByteEdits.Edit(kept: 3, removed: 2, inserted: [1])]))
        let kept = edited.append([9, 9, 9, 9])
        let rest = edited.finish()
        #expect(kept == [9, 9, 9] && rest == nil)
    }
}
