/// Puts strict marks into images: reversible, every block by itself, the signed body spread over all of them.
public struct StrictMarker: Sendable {
    /// An image with its mark.
    public struct Marked: Sendable {
        /// The samples to publish; as they were where `rung` is `nil`.
        public let image: MarkImage
        public let body: MarkBody
        /// How the mark was put into the pixels; `nil` where it did not fit and stands in the element alone.
        public let rung: MarkingRung?
        /// The mean of squared changes of the carrying plane.
        public let meanSquaredChange: Double
        /// The largest change of a sample.
        public let largestChange: Int32
        /// Blocks that carry a part of the mark.
        public let carryingBlocks: Int
        public let blockCount: Int
    }

    private let issuer: MarkIssuer
    private let hasLongLeaves: Bool

    /// - Parameter longLeaves: 120 bits of each block's digest instead of 56, for eight bytes a block: against those who have the means to
    ///   search for a changed block that looks unchanged.
    public init(issuer: MarkIssuer, longLeaves: Bool = false) { (self.issuer, hasLongLeaves) = (issuer, longLeaves) }

    /// Rungs that cost more than this against the used range are passed over while a lower one costs less: 57 dB.
    private static let leastPeakRatio = 57.0

    /// Marks an image.
    ///
    /// - Parameters:
    ///   - binding: made for the layout that the rung asks for; how many entries stand in the body is its own affair.
    ///   - entries: the newest of the chain, at most 15.
    ///   - digest: what the body signs of the image, where that is known already.
    ///   - isUntouched: whether all samples of a block stay as they are, so that it carries nothing.
    ///   - ladder: the ways that are tried, one after the other; none for a mark that stays out of the pixels.
    /// - Throws: `MarksError` of code `format` for an image of more than 65 535 blocks, and what the issuer throws.
    public func mark(
        _ image: MarkImage, as identifier: ImageIdentifier, entries: [CustodyEntry] = [], digest: [UInt8]? = nil,
        isUntouched: (BlockArea) -> Bool = { _ in false }, ladder: [MarkingRung] = MarkingRung.ladder,
        binding: (MarkLayout) throws -> MarkBinding
    ) throws -> Marked {
        let grid = MarkGrid(height: image.height, width: image.width)
        guard grid.areas.count <= MarkGrid.mostBlocks else {
            throw MarksError(.capacity, "the image has more than \(MarkGrid.mostBlocks) blocks of 64 × 64")
        }
        let work = MarkingWork(image, grid, identifier, longLeaves: hasLongLeaves, isUntouched: isUntouched)
        var best: MarkingWork.Plan?
        for rung in ladder {
            guard let plan = work.plan(rung, entries: entries.count) else { continue }
            if plan.peakRatio >= Self.leastPeakRatio {
                best = plan
                break
            }
            if plan.peakRatio > best?.peakRatio ?? -.infinity { best = plan }
        }
        let layout = work.layout(best?.rung)
        let records = work.records(layout, modes: best?.modes)
        let body = try MarkBody(
            signedBy: issuer, identifier: identifier, imageDigest: digest ?? image.digest(identifier), binding: try binding(layout),
            entries: entries,
            records: records)
        guard let plan = best else {
            return Marked(
                image: image, body: body, rung: nil, meanSquaredChange: 0, largestChange: 0, carryingBlocks: 0,
                blockCount: grid.areas.count)
        }
        return marked(image, body, plan, work.embedded(body.bytes, plan))
    }

    private func marked(_ image: MarkImage, _ body: MarkBody, _ plan: MarkingWork.Plan, _ samples: [Int32]) -> Marked {
        var (sum, largest) = (0, Int32(0))
        image.carrier.samples.withUnsafeBufferPointer { before in
            samples.withUnsafeBufferPointer { after in
                // Changes are of 16 at most.
                for index in before.indices {
                    let change = after[index] &- before[index]
                    sum &+= Int(change &* change)
                    largest = max(largest, abs(change))
                }
            }
        }
        return Marked(
            image: image.with(carrier: samples), body: body, rung: plan.rung, meanSquaredChange: Double(sum) / Double(samples.count),
            largestChange: largest, carryingBlocks: plan.counts.count { $0 > 0 }, blockCount: plan.counts.count)
    }
}

extension MarkImage {
    /// The image once every block's mark is taken off in the mode that its record names. Whether these are the samples that were signed is the
    /// caller's to find out.
    ///
    /// - Parameter grid: of this image; the records are of its blocks.
    func without(_ records: [BlockRecord], _ grid: MarkGrid) -> MarkImage {
        var scan = CarrierScan()
        var samples = carrier.samples
        for (area, record) in zip(grid.areas, records) {
            guard let mode = ExpansionMode(byte: record.mode) else { continue }
            scan.fill(carrier, area)
            scan.undo(in: &samples, mode)
        }
        return with(carrier: samples)
    }

    /// The image without its mark by what a body says that was kept beside it. Neither the mark in the pixels nor any signature is looked at:
    /// the caller compares the result with what it knows of the original.
    ///
    /// - Returns: `nil` for a body of another kind of image.
    public func unproven(by carried: StrictReader.Carried) -> MarkImage? {
        let grid = MarkGrid(height: height, width: width)
        guard let body = try? MarkBody(carried.body, grid: grid) else { return nil }
        return without(body.records, grid)
    }

    /// The image without its mark as its blocks alone give it, whatever else says what they carry: how a marker proves what it has made.
    ///
    /// - Returns: `nil` unless every block that the body names carries its part in the mode that the body names, and no other block does.
    public func proven(as identifier: ImageIdentifier, _ body: MarkBody) -> MarkImage? {
        let grid = MarkGrid(height: height, width: width)
        guard body.records.count == grid.areas.count else { return nil }
        var reader = BlockReader()
        var samples = carrier.samples
        for (index, area) in grid.areas.enumerated() {
            let reading = reader.read(self, area)
            guard reading?.mode.byte ?? ExpansionMode.carriesNothing == body.records[index].mode else { return nil }
            guard let frame = reading?.frame else { continue }
            guard frame.identifier == identifier, frame.index == index, reading?.hasFill == true else { return nil }
            reader.restored.copy(plane: carrierIndex, into: &samples, width: width)
        }
        return with(carrier: samples)
    }
}
