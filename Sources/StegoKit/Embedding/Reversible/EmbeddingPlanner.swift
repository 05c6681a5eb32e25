/// Finds the passes that hold a payload at little change, and carries them out on a packed copy.
struct EmbeddingPlanner {
    /// How the payload is spread over passes.
    enum Schedule: CaseIterable {
        /// Both colours take the same load: least change.
        case balanced
        /// Each pass takes all it can: most capacity.
        case greedy
    }

    /// The outcome of a try.
    struct Attempt {
        var board: Checkerboard
        var block: ParameterBlock
        /// Payload bytes that found room.
        var embeddedByteCount = 0
        /// The payload bytes of passes that would hold about as much under another key. The last two passes are not counted, nor any pass
        /// behind one that barely holds its prefix: under another key it might not, and all passes behind it would be lost.
        var sureByteCount = 0

        var isComplete: Bool { block.passCount > 0 && embeddedByteCount == block.payloadByteCount }
    }

    /// Coarsening goes no further than steps of 1/1024 of the used range: 60 dB below it.
    private static let rangeSteps = 1024
    private static let saltCount: UInt8 = 4
    private static let surePassCount = ReversibleEmbedding.maximumPassCount - 2
    private static let leastSureShare = 32

    /// The bytes by which attempts with other keys or salts differ, and more.
    private static func spread(_ byteCount: Int) -> Int { byteCount / 16 + 64 }

    private let key: InstanceKey
    private let cover: ReversibleCover
    private var carrier: CarrierPlanes { cover.carrier }

    /// - Returns: nil if the image cannot even hold the parameters.
    init?(_ planes: SamplePlanes, key: InstanceKey) throws(EmbeddingError) {
        guard let cover = try ReversibleCover(planes, key: key) else { return nil }
        self.key = key
        self.cover = cover
    }

    /// Embeds in a copy: at full resolution with one pass a colour if that suffices, then coarser or in more passes.
    ///
    /// - Throws: ``EmbeddingError``: `payloadTooLarge`, `invalidPlanes`.
    func embed(_ payload: [UInt8]) throws(EmbeddingError) -> Attempt {
        let whole = cover.front + payload
        guard whole.count <= limit else { throw .payloadTooLarge(byteCount: payload.count, capacity: try capacity()) }
        // The most that an attempt embedded, and the most that it held surely.
        var (closest, sure) = (0, 0)
        var shift = 0
        var coarsest: Int?
        while shift <= coarsest ?? 0 {
            for schedule in Schedule.allCases {
                let attempt = try attempt(whole, shift: shift, schedule: schedule)
                if attempt.isComplete { return attempt }
                (closest, sure) = (max(closest, attempt.embeddedByteCount), max(sure, attempt.sureByteCount))
                // Where the payload does not fit at all, greedy passes gain little over balanced ones.
                if attempt.embeddedByteCount < whole.count / 4 * 3 { break }
            }
            coarsest = coarsest ?? coarsestShift()
            shift += 1
        }
        // Whether the last bytes fit depends on the enciphered bits a little: other salts are other bits.
        if closest + Self.spread(whole.count) >= whole.count {
            for salt in 1..<Self.saltCount {
                for shift in 0...(coarsest ?? 0) {
                    let attempt = try attempt(whole, shift: shift, schedule: .greedy, salt: salt)
                    if attempt.isComplete { return attempt }
                }
            }
        }
        throw .payloadTooLarge(byteCount: payload.count, capacity: surelyFitting(sure))
    }

    /// How many payload bytes surely fit: less than greedy passes held in trials with this key.
    ///
    /// How much the later passes hold depends on the bits that the earlier ones embedded, and where the reserved samples lie on the key.
    /// The bits and the places are random, so a trial is close; what is promised stays below it by more than trials differ.
    func capacity() throws(EmbeddingError) -> Int {
        let payload = [UInt8](repeating: 0, count: min(limit, ParameterBlock.maximumPayloadByteCount))
        var sure = 0
        for shift in 0...coarsestShift() {
            sure = max(sure, try attempt(payload, shift: shift, schedule: .greedy).sureByteCount)
        }
        return surelyFitting(sure)
    }

    /// No pass carries more than one bit a sample of its colour.
    private var limit: Int { carrier.sampleCount * ReversibleEmbedding.maximumPassCount / 16 }

    private func surelyFitting(_ sure: Int) -> Int { max(0, sure - cover.front.count - Self.spread(sure)) }

    /// The stego samples, and how many of them differ from the cover.
    func finish(_ attempt: Attempt) -> (planes: SamplePlanes, changedSamples: Int) {
        var stego = cover.cleared
        let moved = attempt.board.merge(into: &stego, carrier: carrier)
        let flipped = cover.write(attempt.block.sealed(key: key, geometry: stego), to: &stego)
        return (stego, moved + flipped)
    }

    private func coarsestShift() -> Int {
        var (lowest, highest) = (UInt16.max, UInt16.min)
        for index in carrier.indices {
            for level in cover.cleared.planes[index] { (lowest, highest) = (min(lowest, level), max(highest, level)) }
        }
        let steps = (Int(highest) - Int(lowest)) / Self.rangeSteps
        return steps > 0 ? Int.bitWidth - 1 - steps.leadingZeroBitCount : 0
    }
}

extension EmbeddingPlanner {
    /// Embeds pass by pass until the payload is used up or no pass takes more.
    private func attempt(_ payload: [UInt8], shift: Int, schedule: Schedule, salt: UInt8 = 0) throws(EmbeddingError) -> Attempt {
        var block = ParameterBlock(method: ReversibleEmbedding.number, payloadByteCount: payload.count)
        (block.salt, block.coarseShift) = (salt, shift)
        var attempt = Attempt(board: try Checkerboard(cover.cleared, carrier: carrier, shift: shift), block: block)
        let chain = PassChain(excluded: cover.excluded, key: key, salt: salt, shift: shift, geometry: cover.cleared)
        var prefix = cover.firstPrefix
        var isSure = true
        for pass in 0..<ReversibleEmbedding.maximumPassCount {
            let rest = payload[attempt.embeddedByteCount...]
            let sweep = chain.sweep(pass: pass, board: attempt.board)
            let selection = BinSelection(ErrorHistogram(sweep, &attempt.board))
            let share = schedule == .balanced && pass % 2 == 0 ? balancedShare(rest.count, prefix: prefix.count) : rest.count
            guard let plan = plan(prefix, rest, share: share, selection, sweep, &attempt.board, chain.runs) else { break }
            let bytes = chain.enciphered(plan.bytes, pass: pass)
            // The histogram counts carriers exactly, so that the plan's bits are there: a failure here spoils this attempt only.
            guard PassEmbedder.embed(bytes, segments: plan.segments, sweep: sweep, board: &attempt.board, runs: chain.runs) else {
                (attempt.block.passCount, attempt.embeddedByteCount, attempt.sureByteCount) = (0, 0, 0)
                return attempt
            }
            prefix = PassParameters(segments: plan.segments, embeddedByteCount: bytes.count).bytes
            attempt.block.detail = prefix
            attempt.block.passCount = pass + 1
            attempt.embeddedByteCount += plan.share
            isSure = isSure && pass < Self.surePassCount && plan.share >= Self.leastSureShare
            if isSure { attempt.sureByteCount += plan.share }
            if attempt.isComplete { break }
        }
        return attempt
    }

    /// The share of the first of two passes with which both embed equally much; little payloads are not worth a second pass.
    private func balancedShare(_ rest: Int, prefix: Int) -> Int {
        let nextPrefix = PassParameters.byteCount
        return rest <= nextPrefix ? rest : max(0, (rest + nextPrefix - prefix) / 2)
    }

    private struct PassPlan {
        let segments: [PassParameters.Segment]
        /// Prefix, flags and share, in clear.
        let bytes: [UInt8]
        /// Payload bytes taken.
        let share: Int
    }

    /// Bins and bytes of one pass; its share shrinks to what fits.
    ///
    /// The flags depend on the bins, the bins on how much is embedded, flags included: so it takes a round or two.
    ///
    /// - Returns: nil if not even the prefix fits.
    private func plan(
        _ prefix: [UInt8], _ rest: ArraySlice<UInt8>, share: Int, _ selection: BinSelection, _ sweep: ColourSweep,
        _ board: inout Checkerboard, _ runs: LevelRuns
    ) -> PassPlan? {
        let room = min(selection.capacity / 8, PassParameters.maximumEmbeddedByteCount)
        var flagByteCount = 1
        for _ in 0..<6 {
            let share = min(share, room - prefix.count - flagByteCount)
            guard share >= 0 else { return nil }
            guard let segments = selection.segments(carrying: (prefix.count + flagByteCount + share) * 8) else { return nil }
            var flags: [Bool] = []
            if selection.flagBound(segments) > 0 {
                flags = PassEmbedder.rangeEndFlags(segments: segments, sweep: sweep, board: &board, runs: runs)
            }
            let flagBytes = CodedFlags.encode(flags)
            if flagBytes.count <= flagByteCount {
                return PassPlan(segments: segments, bytes: prefix + flagBytes + rest.prefix(share), share: share)
            }
            flagByteCount = flagBytes.count + 4
        }
        return nil
    }
}
