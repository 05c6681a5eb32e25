import SeededRandomness

/// Writes JPEG codestreams of random coefficients, with room for whatever else may stand in one.
struct TestJPEG {
    enum Process: UInt8, CaseIterable { case baseline = 0xC0, extended = 0xC1, progressive = 0xC2 }

    var process: Process
    var rows: Int
    var columns: Int
    var components: Int
    /// MCUs between restart markers; 0 for none.
    var restartInterval: Int

    private var bytes: [UInt8] = []
    private var random: SplitMix64
    /// Of its own, so that the same coefficients come with and without what is planted.
    private var filling = SplitMix64(seed: 8)
    private var accumulator = 0
    private var bitCount = 0
    private var history: [[UInt64]] = []
    /// Put behind each entropy-coded segment, and between the marker segments; gives nothing for a codestream without.
    private let planted: (Place) -> [UInt8]

    enum Place { case segment, entropyTail, fill, end }

    /// - Parameter planted: called at each place.
    static func codestream(
        _ process: Process, rows: Int, columns: Int, components: Int = 1, restartInterval: Int = 0, seed: UInt64,
        planted: @escaping (Place) -> [UInt8] = { _ in [] }
    ) -> [UInt8] {
        var jpeg = TestJPEG(
            process: process, rows: rows, columns: columns, components: components, restartInterval: restartInterval,
            random: SplitMix64(seed: seed), planted: planted)
        jpeg.write()
        return jpeg.bytes
    }

    private init(
        process: Process, rows: Int, columns: Int, components: Int, restartInterval: Int, random: SplitMix64,
        planted: @escaping (Place) -> [UInt8]
    ) {
        (self.process, self.rows, self.columns, self.components) = (process, rows, columns, components)
        (self.restartInterval, self.random, self.planted) = (restartInterval, random, planted)
    }

    // MARK: Tables

    /// Codes of five bits; six of the symbols, most of which nothing is coded with, spell a canary.
    private static let acSymbols: [UInt8] =
        [0x00, 0x01, 0x11, 0x21, 0x31, 0x51, 0x61, 0xF0, 0x10, 0x20, 0x30, 0x02, 0x12, 0x03, 0x04] + Array(Canaries.stem.utf8)

    private func table(_ kind: UInt8, length: Int, _ symbols: [UInt8]) -> [UInt8] {
        [kind] + (1...16).map { $0 == length ? UInt8(symbols.count) : 0 } + symbols
    }

    private mutating func segment(_ marker: UInt8, _ content: [UInt8]) {
        bytes += planted(.segment) + planted(.fill) + [0xFF, marker, UInt8((content.count + 2) >> 8), UInt8((content.count + 2) & 0xFF)]
        bytes += content
    }

    private var blockColumns: Int { (columns + 7) / 8 }
    private var blockRows: Int { (rows + 7) / 8 }

    private mutating func write() {
        bytes = [0xFF, 0xD8]
        segment(0xDB, [0] + [UInt8](repeating: 3, count: 64))
        segment(
            process.rawValue,
            [8, UInt8(rows >> 8), UInt8(rows & 255), UInt8(columns >> 8), UInt8(columns & 255), UInt8(components)]
                + (0..<components).flatMap { [UInt8($0 + 1), 0x11, 0] })
        segment(0xC4, table(0x00, length: 4, Array(0...11)) + table(0x10, length: 5, Self.acSymbols))
        if restartInterval > 0 { segment(0xDD, [UInt8(restartInterval >> 8), UInt8(restartInterval & 255)]) }
        history = (0..<components).map { _ in [UInt64](repeating: 0, count: blockColumns * blockRows) }
        let all = Array(0..<components)
        if process == .progressive {
            scan(all, 0, 0, 0, 1)
            scan(all, 0, 0, 1, 0)
            for component in all {
                scan([component], 1, 5, 0, 2)
                scan([component], 6, 63, 0, 2)
                scan([component], 1, 63, 2, 1)
                scan([component], 1, 63, 1, 0)
            }
        } else {
            scan(all, 0, 63, 0, 0)
        }
        bytes += planted(.segment) + [0xFF, 0xD9] + planted(.end)
    }

    // MARK: Scans

    private mutating func scan(_ parts: [Int], _ start: Int, _ end: Int, _ high: Int, _ low: Int) {
        segment(0xDA, [UInt8(parts.count)] + parts.flatMap { [UInt8($0 + 1), 0x00] } + [UInt8(start), UInt8(end), UInt8(high << 4 | low)])
        for unit in 0..<blockColumns * blockRows {
            if restartInterval > 0, unit > 0, unit % restartInterval == 0 {
                align()
                bytes += planted(.entropyTail) + [0xFF, 0xD0 + UInt8((unit / restartInterval - 1) % 8)]
            }
            for part in parts { block(part, unit, start, end, high) }
        }
        align()
        bytes += planted(.entropyTail)
    }

    private mutating func block(_ part: Int, _ unit: Int, _ start: Int, _ end: Int, _ high: Int) {
        if start == 0 {
            guard high == 0 else { return put(random.below(2), 1) }
            let size = random.below(6)
            put(size, 4)
            put(random.below(1 << size), size)
            guard end == 63 else { return }
            coefficients(part, unit, 1, 63)
        } else if high == 0 {
            coefficients(part, unit, start, end)
        } else {
            refinement(part, unit, start, end)
        }
    }

    private mutating func symbol(_ symbol: UInt8) {
        put(Self.acSymbols.firstIndex(of: symbol) ?? 0, 5)
    }

    private mutating func coefficients(_ part: Int, _ unit: Int, _ start: Int, _ end: Int) {
        var coefficient = start
        while coefficient <= end {
            if random.below(4) == 0 { return symbol(0) }
            if coefficient + 16 <= end, random.below(8) == 0 {
                symbol(0xF0)
                coefficient += 16
                continue
            }
            let run = random.below(min(7, end - coefficient + 1))
            symbol(UInt8(run << 4 | 1))
            put(random.below(2), 1)
            coefficient += run
            history[part][unit] |= 1 << UInt64(coefficient)
            coefficient += 1
        }
    }

    private mutating func refinement(_ part: Int, _ unit: Int, _ start: Int, _ end: Int) {
        let before = history[part][unit]
        func isOld(_ coefficient: Int) -> Bool { before >> UInt64(coefficient) & 1 == 1 }
        var coefficient = start
        while coefficient <= end, random.below(3) > 0 {
            let places = (coefficient...end).filter { !isOld($0) }
            guard !places.isEmpty else { break }
            let run = random.below(min(7, places.count))
            symbol(UInt8(run << 4 | 1))
            put(random.below(2), 1)
            for old in coefficient..<places[run] where isOld(old) { put(random.below(2), 1) }
            history[part][unit] |= 1 << UInt64(places[run])
            coefficient = places[run] + 1
        }
        guard coefficient <= end else { return }
        symbol(0)
        for old in coefficient...end where isOld(old) { put(random.below(2), 1) }
    }

    // MARK: Bits

    private mutating func put(_ value: Int, _ count: Int) {
        for bit in (0..<count).reversed() {
            accumulator = accumulator << 1 | (value >> bit & 1)
            bitCount += 1
            if bitCount == 8 { flush() }
        }
    }

    private mutating func flush() {
        bytes.append(UInt8(accumulator))
        if accumulator == 0xFF { bytes.append(0) }
        (accumulator, bitCount) = (0, 0)
    }

    /// Fills up the last byte with bits of the generator's choice, which is one more place to hide something.
    private mutating func align() {
        while bitCount > 0 { put(planted(.fill).isEmpty ? 1 : filling.below(2), 1) }
    }
}
