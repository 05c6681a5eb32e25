/// Reads and judges strict marks.
public struct StrictReader: Sendable {
    /// A body that an element carries beside the pixels.
    public struct Carried: Sendable {
        public let body: [UInt8]
        public let identifier: ImageIdentifier

        public init(body: [UInt8], identifier: ImageIdentifier) {
            (self.body, self.identifier) = (body, identifier)
        }
    }

    private let directory: IssuerDirectory

    public init(directory: IssuerDirectory) { self.directory = directory }

    /// Judges an image as it lies: neither turned nor cropped.
    ///
    /// - Parameter carried: the element's copy, for a body that the pixels no longer give.
    public func read(_ image: MarkImage, carried: Carried? = nil) -> StrictReading {
        let grid = MarkGrid(height: image.height, width: image.width)
        var reader = BlockReader()
        var readings: [Int: BlockReader.Reading] = [:]
        for (index, area) in grid.areas.enumerated() { readings[index] = reader.read(image, area) }
        let named = Dictionary(grouping: readings.values, by: \.frame.identifier).max {
            ($0.value.count, $0.key.description) < ($1.value.count, $1.key.description)
        }
        var reading = StrictReading(
            verdict: .notMarked, blocks: [BlockVerdict](repeating: .unreadable, count: grid.areas.count), grid: grid, restored: image,
            provingBlocks: readings.count)
        guard let identifier = named?.key ?? carried?.identifier else { return reading }
        reading.identifier = identifier
        for (index, found) in readings {
            let isOwn = found.frame.identifier == identifier && found.frame.index == index
            if !found.hasFill { reading.refilled.insert(index) }
            reading.blocks[index] = isOwn ? .selfConsistent : .foreign(found.frame.identifier, index: found.frame.index)
        }
        let own = readings.filter { reading.blocks[$0.key] == .selfConsistent }.mapValues(\.frame)
        let recovered = BodyRecovery(own, grid, identifier, directory).recover()
        take(recovered, carried, into: &reading)
        guard let body = reading.body, let judgement = reading.judgement, let identifier = reading.identifier else {
            reading.verdict = .unreadable
            return reading
        }
        switch judgement {
        case .signed: BlockComparison(image, body, identifier).judge(&reading)
        case .unknownIssuer:
            // What the body says is shown, and taken off; it proves nothing.
            BlockComparison(image, body, identifier).judge(&reading)
            reading.verdict = .unreadable
        case .forged: reading.verdict = .unreadable
        }
        return reading
    }

    /// The pixels' own body if its signature is good, else the element's, else whatever there is.
    private func take(_ recovered: BodyRecovery.Recovered?, _ carried: Carried?, into reading: inout StrictReading) {
        if let recovered, case .signed = recovered.judgement { return take(recovered, &reading) }
        if let carried, let body = try? MarkBody(carried.body, grid: reading.grid) {
            let judgement = body.judgement(carried.identifier, directory)
            if case .signed = judgement {
                // Pixels of another image under this element's body are told apart by their blocks.
                for (index, verdict) in reading.blocks.enumerated() {
                    reading.blocks[index] = Self.relabelled(verdict, index, from: reading.identifier, to: carried.identifier)
                }
                reading.identifier = carried.identifier
                (reading.body, reading.source, reading.judgement) = (body, .element, judgement)
                return
            }
            if recovered == nil {
                reading.identifier = carried.identifier
                (reading.body, reading.source, reading.judgement) = (body, .element, judgement)
            }
        }
        if let recovered { take(recovered, &reading) }
    }

    private func take(_ recovered: BodyRecovery.Recovered, _ reading: inout StrictReading) {
        (reading.body, reading.source, reading.judgement) = (recovered.body, .pixels, recovered.judgement)
        reading.forgedShares = recovered.forgedShares
    }

    private static func relabelled(
        _ verdict: BlockVerdict, _ index: Int, from old: ImageIdentifier?, to new: ImageIdentifier
    ) -> BlockVerdict {
        switch verdict {
        case .selfConsistent where old == new: return verdict
        case .selfConsistent: return old.map { .foreign($0, index: index) } ?? verdict
        case .foreign(new, index: index): return .selfConsistent
        default: return verdict
        }
    }
}

/// The findings about a strict mark in an image.
public struct StrictReading: Sendable {
    /// The image as a whole.
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        /// Every sample is as it was signed.
        case intact
        /// Every sample is as it was signed once the mark is taken off, or was taken off before; bits of the mark itself differ.
        case markTouched
        /// Samples differ in the blocks that are named.
        case tampered
        /// At least one block proves itself without being signed.
        case forged
        /// At least one block is another image's.
        case foreign
        /// There is a mark, and its signed list cannot be read or is lost in every block.
        case unreadable
        /// No block proves itself and no element holds a body.
        case notMarked
    }

    /// Where the body was read.
    public enum Source: String, Hashable, Sendable {
        case pixels
        case element
    }

    public internal(set) var verdict: Verdict
    /// Of the image that most blocks name, or of the element's body.
    public internal(set) var identifier: ImageIdentifier?
    /// The signed list; `nil` where it cannot be read.
    public internal(set) var body: MarkBody?
    public internal(set) var source: Source?
    /// `nil` where there is no body.
    public internal(set) var judgement: IssuerDirectory.Judgement?
    /// One for each block of the grid.
    public internal(set) var blocks: [BlockVerdict]
    public let grid: MarkGrid
    /// Blocks that prove themselves and were changed behind their frame, where nothing is signed.
    var refilled: Set<Int> = []
    /// Cells of 8 × 8 samples in which samples differ from the signed ones.
    public internal(set) var cells: [BlockArea] = []
    /// The image without its mark, as far as it can be taken off.
    public internal(set) var restored: MarkImage
    /// Whether the restored image has the digest that was signed.
    public internal(set) var isExact = false
    /// Blocks whose tag fits.
    public internal(set) var provingBlocks: Int
    /// Shares that were wrong although their block proves itself: somebody forged them.
    public internal(set) var forgedShares = 0

    /// Images that foreign blocks come from.
    public var foreignImages: Set<ImageIdentifier> {
        Set(blocks.compactMap { if case .foreign(let image, _) = $0, image != identifier { image } else { nil } })
    }
}
