/// Embeds bytes in the samples of one colour with given bins.
enum PassEmbedder {
    /// Embeds the bytes, least significant bit first, and stops behind the last bit.
    ///
    /// - Returns: false if the samples carry fewer bits; the board is spoilt then.
    static func embed(
        _ bytes: [UInt8], segments: [PassParameters.Segment], sweep: ColourSweep, board: inout Checkerboard, runs: LevelRuns
    ) -> Bool {
        let bitCount = bytes.count * 8
        guard bitCount > 0 else { return true }
        let table = ActionTable(segments, .embedding)
        var position = 0
        bytes.withUnsafeBufferPointer { bytes in
            table.steps.withUnsafeBufferPointer { steps in
                sweep.visit(&board) { row in
                    for k in row.range {
                        // Contexts are below SampleContext.count, the size of the table.
                        let context = Int(row.context[k])
                        let step = steps[context]
                        guard step == ActionTable.special else {
                            row.samples[k] = row.samples[k] &+ UInt16(bitPattern: Int16(step))
                            continue
                        }
                        guard let reached = table.reached(context), canMove(Int(row.samples[k]), reached, runs) else { continue }
                        var distance: UInt16 = 1
                        if reached.distance == 0 {
                            distance = UInt16(bytes[position &>> 3] &>> UInt8(truncatingIfNeeded: position & 7) & 1)
                            position &+= 1
                        }
                        row.samples[k] = reached.isUp ? row.samples[k] &+ distance : row.samples[k] &- distance
                        if position == bitCount { return false }
                    }
                    return true
                }
            }
        }
        return position == bitCount
    }

    /// Whether a sample may move, or carry (``PassExtractor`` has the rules and the proof that they can be undone).
    @inline(__always)
    private static func canMove(_ level: Int, _ reached: ActionTable.Reached, _ runs: LevelRuns) -> Bool {
        let run = runs.run(of: level)
        let room = reached.isUp ? run.last - level : level - run.first
        return room >= (reached.distance == 0 ? 2 : 1)
    }

    /// The flags that extraction will need if everything is visited: all of them, also those behind the last bit.
    static func rangeEndFlags(
        segments: [PassParameters.Segment], sweep: ColourSweep, board: inout Checkerboard, runs: LevelRuns
    ) -> [Bool] {
        let table = ActionTable(segments, .embedding)
        var flags: [Bool] = []
        sweep.visit(&board) { row in
            for k in row.range where Int(row.context[k]) >= SampleContext.roomStride {
                guard let reached = table.reached(Int(row.context[k])) else { continue }
                let level = Int(row.samples[k])
                let run = runs.run(of: level)
                let room = reached.isUp ? run.last - level : level - run.first
                if room == 0, reached.distance >= 2 { flags.append(true) }
                if room == 1, reached.distance >= 1 { flags.append(false) }
            }
            return true
        }
        return flags
    }
}
