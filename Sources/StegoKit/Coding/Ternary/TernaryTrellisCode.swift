import Foundation

/// ±1 embedding by two layers of a binary syndrome-trellis code [Filler, Judas, Fridrich 2011, §VI].
///
/// A step of one changes the last two bits of a level: always the last, and the second last for one of the two directions only (up from
/// an odd level, down from an even one). The first layer codes into the second-last bits: a flip there *is* the step in that direction.
/// The second layer codes into the last bits of what was left alone: a flip there is the step in the other direction. Where the first
/// layer took a step, the last bit is settled and wet for the second. Each layer gets as many bits as its choices have entropy when
/// changes are drawn with the optimal probabilities (``TernaryRateDistortion``), so the two together come as close to the ternary bound
/// as the binary code to the binary one.
///
/// The receiver needs the constraint height, both layers' bit counts and the order of the elements; of the levels only the last two bits.
public struct TernaryTrellisCode: Hashable, Sendable {
    public let constraintHeight: Int
    private let code: SyndromeTrellisCode

    /// - Throws: ``CodingError`` (`invalidArguments`) for a height outside ``SyndromeTrellisCode/constraintHeights``.
    public init(constraintHeight: Int) throws(CodingError) {
        code = try SyndromeTrellisCode(constraintHeight: constraintHeight)
        self.constraintHeight = constraintHeight
    }

    /// How a message is split: its first bits are in the second-last bits of the levels, the others in the last ones.
    public struct LayerBits: Hashable, Sendable {
        public let secondLast: Int
        public let last: Int
        public var total: Int { secondLast + last }

        public init(secondLast: Int, last: Int) {
            self.secondLast = secondLast
            self.last = last
        }
    }

    /// Stego levels and what they took.
    public struct Embedding: Hashable, Sendable {
        /// Each at most one from the cover's.
        public let levels: [UInt16]
        public let layerBits: LayerBits
        public let changeCount: Int
        /// The costs of all steps together.
        public let distortion: Double
    }

    /// Embeds a message.
    ///
    /// - Parameters:
    ///   - message: bits, 0 or 1; at most log₂ 3 for an element.
    ///   - levels: the cover.
    ///   - down: costs of −1 for each level, at least 0; infinity where the step must not be taken, as at the ends of the range.
    ///     A level of 0 never goes down, whatever its cost.
    ///   - up: costs of +1, likewise; a level of 65 535 never goes up.
    /// - Throws: ``CodingError``: `messageTooLong`, `infeasible`, `invalidArguments`.
    public func embed(_ message: [UInt8], into levels: [UInt16], down: [Float], up: [Float]) throws(CodingError) -> Embedding {
        guard levels.count == down.count, levels.count == up.count else {
            throw .invalidArguments("\(levels.count) levels, \(down.count) costs of −1 and \(up.count) of +1")
        }
        guard down.allSatisfy({ $0 >= 0 }), up.allSatisfy({ $0 >= 0 }) else {
            throw .invalidArguments("a cost is negative or not a number")
        }
        guard !message.isEmpty else {
            return Embedding(levels: levels, layerBits: LayerBits(secondLast: 0, last: 0), changeCount: 0, distortion: 0)
        }
        guard let layers = try TernaryLayers(levels: levels, down: down, up: up, bitCount: message.count) else {
            throw .infeasible(bitCount: message.count, elements: levels.count)
        }
        // The split follows expectations. Where one layer turns out too tight, the other takes some of its bits.
        for moved in [0, -0.02, 0.02, -0.06, 0.06, -0.15, 0.15] {
            let share = min(max(layers.firstLayerShare + moved, 0), 1)
            do {
                return try embed(message, in: layers, firstLayerBits: Int((share * Double(message.count)).rounded()))
            } catch {
                switch error.code {
                case .infeasible, .messageTooLong: continue
                case .invalidArguments: throw error
                }
            }
        }
        throw .infeasible(bitCount: message.count, elements: levels.count)
    }

    /// Reads a message back.
    ///
    /// - Parameters:
    ///   - layerBits: how many bits are in each layer.
    ///   - levels: the stego levels in the order of embedding; only their last two bits count.
    public func extract(_ layerBits: LayerBits, from levels: [UInt16]) throws(CodingError) -> [UInt8] {
        guard layerBits.secondLast >= 0, layerBits.last >= 0 else { throw .invalidArguments("a negative number of bits") }
        let first = try code.extract(bitCount: layerBits.secondLast, from: levels.map { UInt8($0 >> 1 & 1) })
        return first + (try code.extract(bitCount: layerBits.last, from: levels.map { UInt8($0 & 1) }))
    }

    private func embed(_ message: [UInt8], in layers: TernaryLayers, firstLayerBits: Int) throws(CodingError) -> Embedding {
        let cover = layers.levels
        let first = try code.embed(
            Array(message.prefix(firstLayerBits)), into: cover.map { UInt8($0 >> 1 & 1) }, costs: layers.firstLayerCosts)
        let stepped = zip(cover, first.stego).map { UInt8($0 >> 1 & 1) != $1 }
        let second = try code.embed(
            Array(message.dropFirst(firstLayerBits)), into: layers.lastBits(stepped: stepped),
            costs: layers.secondLayerCosts(stepped: stepped))
        var levels = cover
        var (changeCount, distortion) = (0, 0.0)
        for index in levels.indices {
            let flipsSecondLast = stepped[index]
            guard flipsSecondLast || UInt8(cover[index] & 1) != second.stego[index] else { continue }
            let goesUp = TernaryLayers.goesUp(from: cover[index], flippingSecondLastBit: flipsSecondLast)
            levels[index] = goesUp ? cover[index] + 1 : cover[index] - 1
            changeCount += 1
            distortion += Double(goesUp ? layers.up[index] : layers.down[index])
        }
        return Embedding(
            levels: levels, layerBits: LayerBits(secondLast: firstLayerBits, last: message.count - firstLayerBits),
            changeCount: changeCount, distortion: distortion)
    }
}
