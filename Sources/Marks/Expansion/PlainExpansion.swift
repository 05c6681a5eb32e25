/// Expansion of prediction errors in one block, written down as the rules say: what ``CarrierScan`` does fast.
///
/// Every second inner sample of a block is predicted by its four neighbours, which no mark changes. A small error e becomes 2e + bit, a larger
/// one makes room (Thodi and Rodríguez 2007, without a location map: a mode that would need one is not allowed).
enum PlainExpansion {
    /// One sample that may take part.
    struct Candidate: Equatable {
        let row: Int
        let column: Int
        let prediction: Int32
        let spread: Int32
    }

    /// Samples that may take part, row by row, counted inside the block.
    static func candidates(of block: SamplePlane) -> [Candidate] {
        guard block.height > 2, block.width > 2 else { return [] }
        var candidates: [Candidate] = []
        for row in 1..<block.height - 1 {
            for column in 1..<block.width - 1 where (row + column) % 2 == 0 {
                let around = [block[row - 1, column], block[row + 1, column], block[row, column - 1], block[row, column + 1]]
                let (least, greatest) = (around.min() ?? 0, around.max() ?? 0)
                let (low, high) = (block.range.lowerBound, block.range.upperBound)
                guard !around.contains(where: { $0 == block.padding }) else { continue }
                guard least >= low + 2 && greatest <= high - 2 || least == low && greatest == low else { continue }
                let prediction = (around.reduce(0, +) + 2) >> 2
                candidates.append(Candidate(row: row, column: column, prediction: prediction, spread: greatest - least))
            }
        }
        return candidates
    }

    /// How many bits a mode carries in a block; `nil` where a sample would leave the range or come near the padding value.
    static func capacity(of block: SamplePlane, _ mode: ExpansionMode) -> Int? {
        let threshold = mode.threshold
        var capacity = 0
        for candidate in candidates(of: block) where candidate.spread <= mode.spread {
            let sample = block[candidate.row, candidate.column]
            let error = sample - candidate.prediction
            let reach: [Int32] =
                error >= threshold
                ? [sample + threshold] : error < -threshold ? [sample - threshold] : [sample + error, sample + error + 1]
            guard reach.allSatisfy(block.range.contains) else { return nil }
            if let padding = block.padding, sample == padding || abs(sample - padding) <= 2 * threshold { return nil }
            if error >= -threshold, error < threshold { capacity += 1 }
        }
        return capacity
    }

    /// The block with `bits` in it; the carriers behind the last bit take the nearer of their two values.
    static func embed(_ bits: [UInt8], in block: SamplePlane, _ mode: ExpansionMode) -> SamplePlane {
        var samples = block.samples
        var rest = bits[...]
        for candidate in candidates(of: block) where candidate.spread <= mode.spread {
            let index = candidate.row * block.width + candidate.column
            let error = samples[index] - candidate.prediction
            if error >= mode.threshold {
                samples[index] += mode.threshold
            } else if error < -mode.threshold {
                samples[index] -= mode.threshold
            } else {
                let bit = rest.popFirst().map(Int32.init) ?? (error < 0 ? 1 : 0)
                samples[index] = candidate.prediction + 2 * error + bit
            }
        }
        return block.with(samples: samples)
    }

    /// The block without its bits, and the bits.
    static func extract(from block: SamplePlane, _ mode: ExpansionMode) -> (block: SamplePlane, bits: [UInt8]) {
        var samples = block.samples
        var bits: [UInt8] = []
        let threshold = mode.threshold
        for candidate in candidates(of: block) where candidate.spread <= mode.spread {
            let index = candidate.row * block.width + candidate.column
            let error = samples[index] - candidate.prediction
            if error >= 2 * threshold {
                samples[index] -= threshold
            } else if error < -2 * threshold {
                samples[index] += threshold
            } else {
                bits.append(UInt8(error & 1))
                samples[index] = candidate.prediction + error >> 1
            }
        }
        return (block.with(samples: samples), bits)
    }
}

/// The way in which one block carries its bits: the threshold of expansion, and how restless a neighbourhood may be to take part.
struct ExpansionMode: Hashable, Sendable {
    /// T: prediction errors e with −T ≤ e < T are expanded and carry a bit; all others are shifted out of the way by T.
    static let thresholds: [Int32] = [1, 2, 4, 8, 16]

    /// τ: the largest spread (greatest minus least) of the four neighbours of a sample that takes part.
    static let spreads: [Int32] = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1 << 20]

    /// The byte that stands for a block that carries nothing.
    static let carriesNothing: UInt8 = 255

    /// Index in `thresholds`.
    let thresholdIndex: Int

    /// Index in `spreads`.
    let spreadIndex: Int

    init(thresholdIndex: Int, spreadIndex: Int) {
        self.thresholdIndex = thresholdIndex
        self.spreadIndex = spreadIndex
    }

    /// - Returns: `nil` for a byte that names no mode; 255 is one of them.
    init?(byte: UInt8) {
        let (threshold, spread) = Int(byte).quotientAndRemainder(dividingBy: 20)
        guard Self.thresholds.indices.contains(threshold), Self.spreads.indices.contains(spread) else { return nil }
        self.init(thresholdIndex: threshold, spreadIndex: spread)
    }

    var byte: UInt8 { UInt8(20 * thresholdIndex + spreadIndex) }

    var threshold: Int32 { Self.thresholds[thresholdIndex] }

    var spread: Int32 { Self.spreads[spreadIndex] }

    /// Of every spread up to 513 the index of the least τ that admits it; larger ones have that of 513.
    private static let spreadIndices: [UInt8] = (0...513).map { spread in
        UInt8(spreads.firstIndex { Int32(spread) <= $0 } ?? spreads.count - 1)
    }

    /// Calls `body` with the table of indices by spread, 0 to 513.
    static func withSpreadIndices(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        spreadIndices.withUnsafeBufferPointer(body)
    }
}
