import Foundation

/// One image while it is marked: what its blocks can carry, the plan for a rung, and the embedding.
struct MarkingWork {
    /// How many shares each block carries, and how.
    struct Plan {
        let rung: MarkingRung
        let code: ShareCode
        let counts: [Int]
        let modes: [ExpansionMode?]
        /// Expected, in decibels against the range that the carrying plane's samples use.
        let peakRatio: Double
    }

    private let image: MarkImage
    private let grid: MarkGrid
    private let identifier: ImageIdentifier
    private let hasLongLeaves: Bool
    /// The modes in which each block can carry, with their costs, by threshold; none where it is to stay as it is.
    private let costs: [[ModeCost]]
    private let usedRange: Double

    init(_ image: MarkImage, _ grid: MarkGrid, _ identifier: ImageIdentifier, longLeaves: Bool, isUntouched: (BlockArea) -> Bool) {
        (self.image, self.grid, self.identifier, hasLongLeaves) = (image, grid, identifier, longLeaves)
        var scan = CarrierScan()
        costs = grid.areas.map { area in
            guard !isUntouched(area) else { return [] }
            scan.fill(image.carrier, area)
            return scan.costs(in: image.carrier)
        }
        let (least, greatest) = image.carrier.extremes
        usedRange = Double(max(1, greatest - least))
    }

    /// The layout of a rung's body; without a rung, that of one which the element alone carries.
    func layout(_ rung: MarkingRung?) -> MarkLayout { MarkLayout(longLeaves: hasLongLeaves, hasStrips: rung?.hasStrips ?? true) }

    /// - Returns: `nil` where the image has too little room.
    func plan(_ rung: MarkingRung, entries: Int) -> Plan? {
        let byteCount = MarkBody.byteCount(grid, layout(rung), entries: entries)
        let code = ShareCode(blockCount: grid.areas.count, bodyByteCount: byteCount)
        let needed = Int((rung.redundancy * Double(code.wordCount)).rounded(.up))
        let mean = Double(needed * code.stripeCount) / Double(code.blockCount)
        let most = min(BlockFrame.mostShares, Int((rung.crowding * mean).rounded(.up)))
        let offers = costs.map { modes in
            ShareAllocation.Offers(modes.filter { $0.mode.thresholdIndex < rung.thresholdCount }, most: most)
        }
        var counts = [Int](repeating: 0, count: code.blockCount)
        var modes = [ExpansionMode?](repeating: nil, count: code.blockCount)
        var distortion = 0.0
        for stripe in 0..<code.stripeCount {
            let blocks = code.blocks(ofStripe: stripe)
            guard let allocation = ShareAllocation(blocks.map { offers[$0] }, needed: needed) else { return nil }
            for (block, count) in zip(blocks, allocation.counts) where count > 0 {
                counts[block] = count
                modes[block] = offers[block].costs[count]?.mode
                distortion += Double(offers[block].costs[count]?.doubledDistortion ?? 0) / 2
            }
        }
        let meanSquare = distortion / Double(image.carrier.samples.count)
        let peakRatio = 10 * log10(usedRange * usedRange / max(meanSquare, .leastNormalMagnitude))
        return Plan(rung: rung, code: code, counts: counts, modes: modes, peakRatio: peakRatio)
    }

    /// The body's records of all blocks.
    func records(_ layout: MarkLayout, modes: [ExpansionMode?]?) -> [BlockRecord] {
        var samples = BlockSamples()
        return grid.areas.enumerated().map { index, area in
            samples.fill(image, area)
            let mode = modes?[index]?.byte ?? ExpansionMode.carriesNothing
            return BlockRecord(of: &samples, index: index, mode: mode, identifier: identifier, layout: layout)
        }
    }

    /// The carrying plane with the body in it.
    func embedded(_ body: [UInt8], _ plan: Plan) -> [Int32] {
        let shares = plan.code.shares(of: body, counts: plan.counts)
        var marked = image.carrier.samples
        var (scan, samples) = (CarrierScan(), BlockSamples())
        for (index, area) in grid.areas.enumerated() {
            guard let mode = plan.modes[index] else { continue }
            samples.fill(image, area)
            scan.fill(image.carrier, area)
            let frame = BlockFrame(index: index, identifier: identifier, shares: shares[index])
            scan.embed(frame.bits(over: samples), into: &marked, mode)
        }
        return marked
    }
}

/// One way to put a mark into an image that has little room: how often the body's shares are there, and what is left out.
public struct MarkingRung: Hashable, Sendable {
    /// Shares for each word of the body: 2 survives the loss of half of them.
    public let redundancy: Double
    /// Whether the body says which strips of a block changed.
    public let hasStrips: Bool
    /// How many of the five thresholds may be used; the first three change samples by 4 at most.
    let thresholdCount: Int
    /// The most shares of a block, as a multiple of the mean over all blocks.
    let crowding: Double

    public init(redundancy: Double, hasStrips: Bool, thresholdCount: Int, crowding: Double) {
        (self.redundancy, self.hasStrips) = (redundancy, hasStrips)
        (self.thresholdCount, self.crowding) = (thresholdCount, crowding)
    }

    /// From what survives most to what asks least. A mark that needs more is not put into the pixels at all.
    public static let ladder = [
        MarkingRung(redundancy: 2, hasStrips: true, thresholdCount: 3, crowding: 2),
        MarkingRung(redundancy: 2, hasStrips: true, thresholdCount: 3, crowding: 4),
        MarkingRung(redundancy: 1.5, hasStrips: true, thresholdCount: 3, crowding: 4),
        MarkingRung(redundancy: 1.5, hasStrips: false, thresholdCount: 3, crowding: 4),
        MarkingRung(redundancy: 1.5, hasStrips: false, thresholdCount: 5, crowding: 4),
        MarkingRung(redundancy: 1.2, hasStrips: false, thresholdCount: 5, crowding: 4),
    ]

    /// For the report.
    public var description: String {
        let strips = hasStrips ? "8 × 8 cells" : "whole blocks only"
        return "redundancy \(redundancy), \(strips), changes of at most \(ExpansionMode.thresholds[thresholdCount - 1])"
    }
}
