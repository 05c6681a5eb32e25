/// The passes of one embedding: how each depends on the one before.
struct PassChain {
    let excluded: ExcludedSamples
    let key: InstanceKey
    let salt: UInt8
    let runs: LevelRuns

    init(excluded: ExcludedSamples, key: InstanceKey, salt: UInt8, shift: Int, geometry: SamplePlanes) {
        self.excluded = excluded
        self.key = key
        self.salt = salt
        runs = LevelRuns(bitsStored: geometry.bitsStored, forbiddenLevels: geometry.forbiddenLevels, shift: shift)
    }

    /// Bytes that a pass embeds before flags and payload: the reserved samples' bits, or the parameters of the pass before.
    static func prefixByteCount(pass: Int) -> Int {
        pass == 0 ? ParameterBlock.byteCount : PassParameters.byteCount
    }

    func sweep(pass: Int, board: Checkerboard) -> ColourSweep {
        ColourSweep(colour: pass % 2, excluded: excluded, board: board, runs: runs)
    }

    func enciphered(_ bytes: [UInt8], pass: Int) -> [UInt8] {
        EmbeddingKeyStream.pass(index: pass, salt: salt).combined(bytes, key: key)
    }

    /// Takes out all passes, last first. The payload is what the passes carry behind prefix and flags, together.
    func undo(
        passCount: Int, last: PassParameters, board: inout Checkerboard
    ) throws(EmbeddingError) -> (payload: [UInt8], reservedBits: [UInt8]) {
        var parts: [ArraySlice<UInt8>] = []
        var parameters = last
        for pass in (0..<passCount).reversed() {
            let sweep = sweep(pass: pass, board: board)
            let extractor = try PassExtractor(parameters, sweep: sweep, board: &board, runs: runs)
            let bytes = enciphered(extractor.bytes, pass: pass)
            let prefixByteCount = Self.prefixByteCount(pass: pass)
            guard bytes.count >= prefixByteCount, let (flagBytes, part) = ByteReader.splitCounted(bytes[prefixByteCount...]),
                let flags = CodedFlags.decode(flagBytes, count: extractor.ambiguous.count)
            else { throw .damaged("pass \(pass) is cut short") }
            try PassExtractor.resolve(extractor.ambiguous, flags: flags, colour: sweep.colour, board: &board, runs: runs)
            parts.append(part)
            let prefix = Array(bytes[..<prefixByteCount])
            guard pass > 0 else { return (parts.reversed().flatMap { $0 }, prefix) }
            guard let previous = PassParameters(bytes: prefix) else { throw .damaged("the parameters of pass \(pass - 1)") }
            parameters = previous
        }
        throw .damaged("no passes")
    }
}
