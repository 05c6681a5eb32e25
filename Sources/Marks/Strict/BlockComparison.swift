/// Compares the blocks of an image with what a signed body says of them.
struct BlockComparison {
    private let image: MarkImage
    private let body: MarkBody
    private let identifier: ImageIdentifier

    init(_ image: MarkImage, _ body: MarkBody, _ identifier: ImageIdentifier) {
        (self.image, self.body, self.identifier) = (image, body, identifier)
    }

    /// Takes the mark off with the signed modes, and fills in verdicts, cells and the restored image.
    func judge(_ reading: inout StrictReading) {
        if !judgeWhole(&reading) { judgeBlocks(&reading) }
    }

    /// Every sample at once: where the whole image has the digest that was signed, no block has to be looked at by itself.
    ///
    /// - Returns: `false`, and changes nothing, where it has not.
    private func judgeWhole(_ reading: inout StrictReading) -> Bool {
        var restored = image.without(body.records, reading.grid)
        if restored.digest(identifier) != body.imageDigest {
            // Somebody may have taken the mark off already.
            guard reading.provingBlocks == 0, image.digest(identifier) == body.imageDigest else { return false }
            restored = image
        }
        for (index, record) in body.records.enumerated() {
            reading.blocks[index] = Self.verdict(ofProven: index, record, reading)
        }
        (reading.restored, reading.isExact) = (restored, true)
        reading.verdict = reading.blocks.allSatisfy { $0 == .intact } ? .intact : .markTouched
        return true
    }

    private func judgeBlocks(_ reading: inout StrictReading) {
        var (scan, samples) = (CarrierScan(), BlockSamples())
        var restored = image.carrier.samples
        var cells: [BlockArea] = []
        for (index, area) in reading.grid.areas.enumerated() {
            let signed = body.records[index]
            samples.fill(image, area)
            if let mode = ExpansionMode(byte: signed.mode) {
                scan.fill(image.carrier, area)
                samples.undo(scan, mode, carrier: image.carrierIndex)
            }
            var found = record(&samples, index, signed.mode)
            if found != signed, signed.mode != ExpansionMode.carriesNothing {
                // Somebody may have taken the mark off already: then the samples stand there as they were signed.
                samples.fill(image, area)
                let unmarked = record(&samples, index, signed.mode)
                if unmarked == signed {
                    found = unmarked
                } else if let mode = ExpansionMode(byte: signed.mode) {
                    samples.undo(scan, mode, carrier: image.carrierIndex)
                }
            }
            samples.copy(plane: image.carrierIndex, into: &restored, width: image.width)
            if found == signed {
                reading.blocks[index] = Self.verdict(ofProven: index, signed, reading)
            } else {
                reading.blocks[index] = Self.verdict(reading.blocks[index])
                cells += Self.cells(found, signed, area)
            }
        }
        reading.cells = cells
        reading.restored = image.with(carrier: restored)
        reading.isExact = reading.restored.digest(identifier) == body.imageDigest
        reading.verdict = verdict(reading)
    }

    private func record(_ samples: inout BlockSamples, _ index: Int, _ mode: UInt8) -> BlockRecord {
        BlockRecord(of: &samples, index: index, mode: mode, identifier: identifier, layout: body.binding.layout)
    }

    /// Of a block whose samples, without the mark, are what was signed.
    private static func verdict(ofProven index: Int, _ record: BlockRecord, _ reading: StrictReading) -> BlockVerdict {
        if record.mode == ExpansionMode.carriesNothing { return .intact }
        return reading.blocks[index] == .selfConsistent && !reading.refilled.contains(index) ? .intact : .markTouched
    }

    /// Of a block whose samples are not what was signed.
    private static func verdict(_ own: BlockVerdict) -> BlockVerdict {
        switch own {
        case .foreign: own
        case .selfConsistent: .forged
        default: .tampered
        }
    }

    private func verdict(_ reading: StrictReading) -> StrictReading.Verdict {
        let isCarried = body.records.contains { $0.mode != ExpansionMode.carriesNothing }
        // Lossy coding and processing leave nothing: a map of everything would say less than that.
        if isCarried, reading.provingBlocks == 0, !reading.isExact, reading.blocks.count(where: \.isProven) * 2 < reading.blocks.count {
            return .unreadable
        }
        if reading.blocks.contains(where: { if case .foreign = $0 { true } else { false } }) { return .foreign }
        if reading.blocks.contains(.forged) { return .forged }
        guard reading.isExact else { return .tampered }
        return reading.blocks.allSatisfy { $0 == .intact } ? .intact : .markTouched
    }

    /// The cells of 8 × 8 in which both a row strip and a column strip differ. A strip between two that differ counts as well: its eight bits
    /// fit by chance once in 256. Where no strip of a direction differs, all of them count.
    private static func cells(_ found: BlockRecord, _ signed: BlockRecord, _ area: BlockArea) -> [BlockArea] {
        let width = BlockRecord.stripWidth
        guard !signed.rows.isEmpty else { return [area] }
        let rows = different(found.rows, signed.rows)
        let columns = different(found.columns, signed.columns)
        return rows.flatMap { row in
            columns.map { column in
                let (top, left) = (area.top + row * width, area.left + column * width)
                return BlockArea(
                    top: top, left: left, height: min(width, area.bottom - top), width: min(width, area.right - left))
            }
        }
    }

    private static func different(_ found: [UInt8], _ signed: [UInt8]) -> [Int] {
        let strips = found.indices.filter { found[$0] != signed[$0] }
        guard !strips.isEmpty else { return Array(found.indices) }
        return found.indices.filter { strips.contains($0) || strips.contains($0 - 1) && strips.contains($0 + 1) }
    }
}

/// The state of one block.
public enum BlockVerdict: Hashable, Sendable {
    /// Samples and mark are as they were signed.
    case intact
    /// The samples are as they were signed; only bits of the mark were touched.
    case markTouched
    /// The samples differ from the signed ones.
    case tampered
    /// The block proves itself, and is not what was signed: somebody made a mark for changed samples.
    case forged
    /// The block proves itself as another image's, or as another place of this one.
    case foreign(ImageIdentifier, index: Int)
    /// The block proves itself; no signature says what belongs here.
    case selfConsistent
    /// Nothing can be said.
    case unreadable

    /// Whether the block's samples are what was signed.
    public var isProven: Bool { self == .intact || self == .markTouched }
}
