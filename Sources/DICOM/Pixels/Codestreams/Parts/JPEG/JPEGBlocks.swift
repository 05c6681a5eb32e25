/// Walks the data units of a JPEG frame without computing a sample, to find where each entropy-coded segment ends.
struct JPEGBlocks {
    private let frame: JPEGFrame
    /// Of each component and block, which coefficients are not zero: progressive refinement depends on it (ITU-T T.81 §G.1.2.3).
    private var nonZero: [[UInt64]]
    /// Of each component and coefficient, the bit that has been sent last; nil before the first.
    private var sent: [[Int?]]
    /// How many data units may be visited. Runs of empty blocks cost next to no bits, so bytes do not bound the time.
    private var visitsLeft: Int
    /// The samples that a lossless frame describes; kept only where they are asked for.
    private(set) var samples: LosslessSamples?

    private static let maximumVisits = 1 << 27

    /// - Parameter keepsSamples: of a lossless frame.
    init?(_ frame: JPEGFrame, keepsSamples: Bool = false) {
        self.frame = frame
        samples = keepsSamples && frame.process == .lossless ? LosslessSamples(frame) : nil
        let interleaved = frame.interleavedUnits
        let blocks = frame.components.map { interleaved.columns * $0.horizontal * interleaved.rows * $0.vertical }
        guard blocks.allSatisfy({ $0 <= Self.maximumVisits }) else { return nil }
        nonZero = frame.process == .progressive ? blocks.map { [UInt64](repeating: 0, count: $0) } : []
        sent = frame.components.map { _ in [Int?](repeating: nil, count: 64) }
        visitsLeft = Self.maximumVisits
        if frame.process == .lossless, frame.components.contains(where: { $0.horizontal != 1 || $0.vertical != 1 }) { return nil }
    }

    /// Whether there is something of every component.
    var isComplete: Bool { sent.allSatisfy { $0[0] != nil } }

    /// Whether a scan is one that may come now: everything is sent once, and refined a bit at a time.
    mutating func begin(_ scan: JPEGScan) -> Bool {
        switch frame.process {
        case .sequential:
            guard (scan.spectralStart, scan.spectralEnd, scan.approximationHigh, scan.approximationLow) == (0, 63, 0, 0)
            else { return false }
        case .lossless:
            guard (1...7).contains(scan.spectralStart), scan.spectralEnd == 0, scan.approximationHigh == 0 else { return false }
            return mark(scan, 0...0)
        case .progressive:
            guard scan.spectralStart <= scan.spectralEnd, scan.spectralEnd < 64,
                scan.spectralStart == 0 ? scan.spectralEnd == 0 : scan.components.count == 1,
                scan.approximationHigh == 0 || scan.approximationHigh == scan.approximationLow + 1, scan.approximationLow <= 13
            else { return false }
        }
        return mark(scan, scan.spectralStart...scan.spectralEnd)
    }

    private mutating func mark(_ scan: JPEGScan, _ coefficients: ClosedRange<Int>) -> Bool {
        for component in scan.components {
            for coefficient in coefficients {
                let last = sent[component.index][coefficient]
                guard scan.approximationHigh == 0 ? last == nil : last == scan.approximationHigh else { return false }
                sent[component.index][coefficient] = scan.approximationLow
            }
        }
        return true
    }

    /// Walks MCUs of a scan.
    ///
    /// - Returns: whether all of them were there.
    mutating func walk(_ units: Range<Int>, of scan: JPEGScan, _ order: JPEGScan.Order, _ bits: inout EntropyBits) -> Bool {
        var emptyBlocks = 0
        samples?.beginInterval(of: scan)
        for unit in units {
            let (row, column) = unit.quotientAndRemainder(dividingBy: order.unitColumns)
            for part in order.parts {
                for down in 0..<part.rows {
                    for right in 0..<part.columns {
                        visitsLeft -= 1
                        guard visitsLeft >= 0 else { return false }
                        let block = (row * part.rows + down) * part.stride + column * part.columns + right
                        guard walkBlock(block, scan.components[part.component], scan, &emptyBlocks, &bits) else { return false }
                    }
                }
            }
            guard bits.isInside else { return false }
        }
        return true
    }

    private mutating func walkBlock(
        _ block: Int, _ component: JPEGScan.Component, _ scan: JPEGScan, _ emptyBlocks: inout Int, _ bits: inout EntropyBits
    ) -> Bool {
        switch frame.process {
        case .lossless:
            guard samples != nil else { return walkDifference(component, &bits) }
            guard let difference = readDifference(component, &bits) else { return false }
            samples?.append(difference, to: component.index, of: scan)
            return true
        case .sequential: return walkDifference(component, &bits) && walkCoefficients(component, &bits)
        case .progressive:
            guard scan.spectralStart == 0 else {
                return scan.approximationHigh == 0
                    ? walkFirst(block, component, scan, &emptyBlocks, &bits) : walkRefinement(block, component, scan, &emptyBlocks, &bits)
            }
            if scan.approximationHigh > 0 {
                bits.skip(1)
                return true
            }
            return walkDifference(component, &bits)
        }
    }

    /// A difference of DC coefficients or of samples (§F.1.2.1, §H.1.2.2); of 32768 there are no further bits.
    private func walkDifference(_ component: JPEGScan.Component, _ bits: inout EntropyBits) -> Bool {
        guard let size = component.dc?.symbol(&bits), size <= 16 else { return false }
        if size < 16 { bits.skip(size) }
        return true
    }

    /// The difference itself (§F.1.2.1.1: negative ones are written as the number below zero in one's complement).
    private func readDifference(_ component: JPEGScan.Component, _ bits: inout EntropyBits) -> Int? {
        guard let size = component.dc?.symbol(&bits), size <= 16 else { return nil }
        guard size > 0, size < 16 else { return size == 0 ? 0 : 1 << 15 }
        let number = bits.number(size)
        return number >> (size - 1) == 1 ? number : number - (1 << size) + 1
    }

    /// The 63 others of a sequential block (§F.1.2.2).
    private func walkCoefficients(_ component: JPEGScan.Component, _ bits: inout EntropyBits) -> Bool {
        guard let table = component.ac else { return false }
        var coefficient = 1
        while coefficient <= 63 {
            guard let symbol = table.symbol(&bits) else { return false }
            let (run, size) = (symbol >> 4, symbol & 15)
            if size == 0 {
                guard run == 15 else { return true }
                coefficient += 16
            } else {
                coefficient += run + 1
                guard coefficient <= 64 else { return false }
                bits.skip(size)
            }
        }
        return true
    }

    /// The first bits of a band of coefficients (§G.1.2.2).
    private mutating func walkFirst(
        _ block: Int, _ component: JPEGScan.Component, _ scan: JPEGScan, _ emptyBlocks: inout Int, _ bits: inout EntropyBits
    ) -> Bool {
        guard emptyBlocks == 0 else {
            emptyBlocks -= 1
            return true
        }
        guard let table = component.ac else { return false }
        var coefficient = scan.spectralStart
        while coefficient <= scan.spectralEnd {
            guard let symbol = table.symbol(&bits) else { return false }
            let (run, size) = (symbol >> 4, symbol & 15)
            if size == 0 {
                guard run == 15 else {
                    emptyBlocks = 1 << run + bits.number(run) - 1
                    return true
                }
                coefficient += 16
            } else {
                coefficient += run
                guard coefficient <= scan.spectralEnd else { return false }
                bits.skip(size)
                nonZero[component.index][block] |= 1 << UInt64(coefficient)
                coefficient += 1
            }
        }
        return true
    }

    /// One bit more of a band of coefficients (§G.1.2.3): new ones, and a bit for each that was not zero before.
    private mutating func walkRefinement(
        _ block: Int, _ component: JPEGScan.Component, _ scan: JPEGScan, _ emptyBlocks: inout Int, _ bits: inout EntropyBits
    ) -> Bool {
        guard let table = component.ac else { return false }
        let before = nonZero[component.index][block]
        var now = before
        var coefficient = scan.spectralStart
        while emptyBlocks == 0, coefficient <= scan.spectralEnd {
            guard let symbol = table.symbol(&bits) else { return false }
            let size = symbol & 15
            var run = symbol >> 4
            if size == 0, run < 15 {
                emptyBlocks = 1 << run + bits.number(run)
                break
            }
            guard size <= 1 else { return false }
            bits.skip(size)
            while coefficient <= scan.spectralEnd {
                if before >> UInt64(coefficient) & 1 == 1 {
                    bits.skip(1)
                } else {
                    if run == 0 { break }
                    run -= 1
                }
                coefficient += 1
            }
            if size == 1 {
                guard coefficient <= scan.spectralEnd else { return false }
                now |= 1 << UInt64(coefficient)
            }
            coefficient += 1
        }
        if emptyBlocks > 0 {
            emptyBlocks -= 1
            let rest = coefficient > 63 ? 0 : (before >> UInt64(coefficient)) << UInt64(coefficient)
            let band = scan.spectralEnd == 63 ? rest : rest & (1 << UInt64(scan.spectralEnd + 1) - 1)
            bits.skip(band.nonzeroBitCount)
        }
        nonZero[component.index][block] = now
        return true
    }
}
