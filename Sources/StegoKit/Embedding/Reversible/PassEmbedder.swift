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
        let table = BinTable(segments)
        let inner = runs.inner
        var position = 0
        bytes.withUnsafeBufferPointer { bytes in
            table.entries.withUnsafeBufferPointer { entries in
                sweep.visit(&board) { row in
                    for k in row.range {
                        let level = row.samples[k]
                        // `entries` has 256 elements; `position` is below `bitCount` whenever a bit is read.
                        let bins = entries[Int(row.bucket[k])]
                        let error = Int32(level) &- Int32(row.prediction[k])
                        guard error >= bins.upper || error <= bins.lower else { continue }
                        let isUp = error >= bins.upper
                        let isCarrier = error == (isUp ? bins.upper : bins.lower)
                        if !inner.contains(level), !canMove(Int(level), up: isUp, isCarrier: isCarrier, runs) { continue }
                        var step: UInt16 = 1
                        if isCarrier {
                            step = UInt16(bytes[position &>> 3] &>> UInt8(truncatingIfNeeded: position & 7) & 1)
                            position &+= 1
                        }
                        row.samples[k] = isUp ? level &+ step : level &- step
                        if isCarrier, position == bitCount { return false }
                    }
                    return true
                }
            }
        }
        return position == bitCount
    }

    /// Whether a sample near a range end may move, or carry (``RangeEndFlags`` has the rules and their proof).
    private static func canMove(_ level: Int, up: Bool, isCarrier: Bool, _ runs: LevelRuns) -> Bool {
        guard !runs.isForbidden(level) else { return false }
        let run = runs.run(of: level)
        let room = up ? run.last - level : level - run.first
        return room >= (isCarrier ? 2 : 1)
    }

    /// The flags that extraction will need if everything is visited: all of them, also those behind the last bit.
    static func rangeEndFlags(
        segments: [PassParameters.Segment], sweep: ColourSweep, board: inout Checkerboard, runs: LevelRuns
    ) -> [Bool] {
        let table = BinTable(segments)
        let inner = runs.inner
        var flags: [Bool] = []
        table.entries.withUnsafeBufferPointer { entries in
            sweep.visit(&board) { row in
                for k in row.range where !inner.contains(row.samples[k]) {
                    let level = Int(row.samples[k])
                    guard !runs.isForbidden(level) else { continue }
                    let bins = entries[Int(row.bucket[k])]
                    let error = Int32(level) &- Int32(row.prediction[k])
                    let run = runs.run(of: level)
                    if error >= bins.upper {
                        if level == run.last, error >= bins.upper &+ 2 { flags.append(true) }
                        if level == run.last - 1, error >= bins.upper &+ 1 { flags.append(false) }
                    } else if error <= bins.lower {
                        if level == run.first, error <= bins.lower &- 2 { flags.append(true) }
                        if level == run.first + 1, error <= bins.lower &- 1 { flags.append(false) }
                    }
                }
                return true
            }
        }
        return flags
    }
}
