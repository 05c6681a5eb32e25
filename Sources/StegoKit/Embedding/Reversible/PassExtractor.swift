/// Takes the bytes of one pass out of the samples of one colour and puts the samples back, but for those at range ends.
struct PassExtractor {
    /// A sample that stood at a range end or was moved there: a flag will tell.
    struct Ambiguous {
        /// Packed index.
        let index: Int
        let isUp: Bool
    }

    private(set) var bytes: [UInt8]
    private(set) var ambiguous: [Ambiguous] = []
    private var bitPosition = 0
    private var isDamaged = false

    /// - Throws: ``EmbeddingError`` `damaged` if the samples carry fewer bits or no embedding could have made them.
    init(
        _ parameters: PassParameters, sweep: ColourSweep, board: inout Checkerboard, runs: LevelRuns
    ) throws(EmbeddingError) {
        bytes = [UInt8](repeating: 0, count: parameters.embeddedByteCount)
        guard parameters.embeddedByteCount > 0 else { return }
        // Each sample carries at most one bit: a longer claim cannot be met, and is not worth the work.
        guard bytes.count * 8 <= board.colours[sweep.colour].count else { throw .damaged("more bits claimed than samples") }
        visit(BinTable(parameters.segments), sweep, &board, runs)
        guard !isDamaged else { throw .damaged("a sample is where no embedding puts it") }
        guard bitPosition == bytes.count * 8 else { throw .damaged("the samples carry too few bits") }
    }

    private mutating func visit(_ table: BinTable, _ sweep: ColourSweep, _ board: inout Checkerboard, _ runs: LevelRuns) {
        let inner = runs.inner
        let bitCount = bytes.count * 8
        var position = 0
        var bytes = bytes
        bytes.withUnsafeMutableBufferPointer { bytes in
            table.entries.withUnsafeBufferPointer { entries in
                sweep.visit(&board) { row in
                    for k in row.range {
                        let level = row.samples[k]
                        // `entries` has 256 elements; `position` is below `bitCount` whenever a bit is written.
                        let bins = entries[Int(row.bucket[k])]
                        let error = Int32(level) &- Int32(row.prediction[k])
                        guard error >= bins.upper || error <= bins.lower else { continue }
                        let isUp = error >= bins.upper
                        // How far beyond the bin: 0 and 1 are the bits, more was only moved.
                        let distance = isUp ? error &- bins.upper : bins.lower &- error
                        if !inner.contains(level) {
                            switch judge(Int(level), distance: Int(distance), isUp: isUp, runs) {
                            case .regular: break
                            case .untouched: continue
                            case .ambiguous:
                                ambiguous.append(Ambiguous(index: row.start + k, isUp: isUp))
                                continue
                            case .impossible:
                                isDamaged = true
                                return false
                            }
                        }
                        let step: UInt16 = distance == 0 ? 0 : 1
                        row.samples[k] = isUp ? level &- step : level &+ step
                        if distance <= 1 {
                            bytes[position &>> 3] |= UInt8(truncatingIfNeeded: step) &<< UInt8(truncatingIfNeeded: position & 7)
                            position &+= 1
                            if position == bitCount { return false }
                        }
                    }
                    return true
                }
            }
        }
        self.bytes = bytes
        bitPosition = position
    }

    private enum Judgement {
        case regular, untouched, ambiguous, impossible
    }

    /// The cases of ``RangeEndFlags`` for a stego sample near a range end.
    private func judge(_ level: Int, distance: Int, isUp: Bool, _ runs: LevelRuns) -> Judgement {
        guard !runs.isForbidden(level) else { return .untouched }
        let run = runs.run(of: level)
        let room = isUp ? run.last - level : level - run.first
        let roomBehind = isUp ? level - run.first : run.last - level
        if room == 0 { return distance >= 2 ? .ambiguous : .untouched }
        if room == 1, distance == 0 { return .untouched }
        return distance > 0 && roomBehind == 0 ? .impossible : .regular
    }

    /// Moves back the samples whose flag says that they were moved.
    static func resolve(
        _ ambiguous: [Ambiguous], flags: [Bool], colour: Int, board: inout Checkerboard, runs: LevelRuns
    ) throws(EmbeddingError) {
        for (sample, stayed) in zip(ambiguous, flags) where !stayed {
            let level = Int(board.colours[colour][sample.index])
            let run = runs.run(of: level)
            guard run.first < run.last else { throw .damaged("a sample moved where there is no room") }
            board.colours[colour][sample.index] = UInt16(sample.isUp ? level - 1 : level + 1)
        }
    }
}
