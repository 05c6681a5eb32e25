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

/// Takes the bytes of one pass out of the samples of one colour and puts the samples back, but for those at range ends.
///
/// A flag tells apart, at a range end, the samples that stood there from those that were moved there.
///
/// Proof that flags are needed nowhere else, for the upward direction; the downward one is its mirror image. Let `M` be the last level
/// of a run of allowed levels, `b` the upper bin, `e = x − p` the error of cover sample `x` and `e′ = y − p` that of stego sample `y`.
/// The rules: x = M with e ≥ b stays. x = M − 1 with e = b stays and carries nothing. Else e = b carries: y = x + bit;
/// e > b moves: y = x + 1. Moves keep the side: e ≥ b ⇔ e′ ≥ b. So, for e′ ≥ b:
/// - y < M − 1, or y = M − 1 and e′ ≠ b: x = y if e′ = b (bit 0), x = y − 1 with bit 1 if e′ = b + 1, x = y − 1 if e′ ≥ b + 2.
///   (x = y = M − 1 would have stayed only with e = b; x = y < M − 1 with e > b would have moved.)
/// - y = M − 1 and e′ = b: x = y, no bit, for x = M − 2 would have e = b − 1 and not move.
/// - y = M and e′ ∈ {b, b + 1}: x = M, for x = M − 1 would have e ∈ {b − 1, b} and not move.
/// - y = M and e′ ≥ b + 2: x = M that stayed or x = M − 1 that moved. **Only here a flag is needed**, and no bit is carried here; so
///   all bits, the flags among them, can be read before any flag is known.
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
        visit(ActionTable(parameters.segments, .extraction), sweep, &board, runs)
        guard !isDamaged else { throw .damaged("a sample is where no embedding puts it") }
        guard bitPosition == bytes.count * 8 else { throw .damaged("the samples carry too few bits") }
    }

    private mutating func visit(_ table: ActionTable, _ sweep: ColourSweep, _ board: inout Checkerboard, _ runs: LevelRuns) {
        let bitCount = bytes.count * 8
        var position = 0
        var (bytes, ambiguous, isDamaged) = (bytes, ambiguous, false)
        bytes.withUnsafeMutableBufferPointer { bytes in
            table.steps.withUnsafeBufferPointer { steps in
                sweep.visit(&board) { row in
                    for k in row.range {
                        // Contexts are below SampleContext.count, the size of the table; `position` is below `bitCount`.
                        let context = Int(row.context[k])
                        let step = steps[context]
                        guard step == ActionTable.special else {
                            row.samples[k] = row.samples[k] &+ UInt16(bitPattern: Int16(step))
                            continue
                        }
                        guard let reached = table.reached(context) else { continue }
                        switch Self.judge(Int(row.samples[k]), reached, runs) {
                        case .regular: break
                        case .untouched: continue
                        case .ambiguous:
                            ambiguous.append(Ambiguous(index: row.start + k, isUp: reached.isUp))
                            continue
                        case .impossible:
                            isDamaged = true
                            return false
                        }
                        let step16: UInt16 = reached.distance == 0 ? 0 : 1
                        row.samples[k] = reached.isUp ? row.samples[k] &- step16 : row.samples[k] &+ step16
                        guard reached.distance <= 1 else { continue }
                        bytes[position &>> 3] |= UInt8(truncatingIfNeeded: step16) &<< UInt8(truncatingIfNeeded: position & 7)
                        position &+= 1
                        if position == bitCount { return false }
                    }
                    return true
                }
            }
        }
        (self.bytes, self.ambiguous, self.isDamaged, bitPosition) = (bytes, ambiguous, isDamaged, position)
    }

    private enum Judgement {
        case regular, untouched, ambiguous, impossible
    }

    /// The cases of the proof above for a stego sample.
    @inline(__always)
    private static func judge(_ level: Int, _ reached: ActionTable.Reached, _ runs: LevelRuns) -> Judgement {
        let run = runs.run(of: level)
        let room = reached.isUp ? run.last - level : level - run.first
        let roomBehind = reached.isUp ? level - run.first : run.last - level
        if room == 0 { return reached.distance >= 2 ? .ambiguous : .untouched }
        if room == 1, reached.distance == 0 { return .untouched }
        return reached.distance > 0 && roomBehind == 0 ? .impossible : .regular
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
