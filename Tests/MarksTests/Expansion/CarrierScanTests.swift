import SeededRandomness
import Testing

@testable import Marks

@Suite("The fast kernels do what the plain ones do")
struct CarrierScanTests {
    /// Blocks of every kind inside a plane: smooth, noisy, near the ends of the range, with padding.
    private static func block(_ random: inout SplitMix64) throws -> SamplePlane {
        let (height, width) = (Int.random(in: 1...80, using: &random), Int.random(in: 1...80, using: &random))
        let noise: Int32 = [0, 1, 2, 5, 40, 3000].randomElement(using: &random) ?? 1
        let base = Int32.random(in: 0...4095, using: &random)
        let padding: Int32? = Bool.random(using: &random) ? Int32.random(in: 0...4095, using: &random) : nil
        let samples = (0..<height * width).map { _ in min(max(base + Int32.random(in: -noise...noise, using: &random), 0), 4095) }
        return try SamplePlane(height: height, width: width, range: 0...4095, padding: padding, samples: samples)
    }

    private static func mode(_ random: inout SplitMix64) -> ExpansionMode {
        ExpansionMode(thresholdIndex: .random(in: 0..<5, using: &random), spreadIndex: .random(in: 0..<19, using: &random))
    }

    @Test("Carriers, capacities, bits and restored samples agree on 400 random blocks")
    func agree() throws {
        var random = SplitMix64(seed: 11)
        var scan = CarrierScan()
        for _ in 0..<400 {
            let block = try Self.block(&random)
            let area = BlockArea(top: 0, left: 0, height: block.height, width: block.width)
            scan.fill(block, area)
            let candidates = PlainExpansion.candidates(of: block)
            #expect(scan.positions.prefix(scan.count).map(Int.init) == candidates.map { $0.row * block.width + $0.column })
            #expect(scan.predictions.prefix(scan.count) == candidates.map(\.prediction)[...])
            let costs = scan.costs(in: block)
            let mode = Self.mode(&random)
            let capacity = PlainExpansion.capacity(of: block, mode)
            #expect(costs.first { $0.mode == mode }?.capacity == capacity)
            guard let capacity else { continue }
            let bytes = (0..<Int.random(in: 0...capacity / 8, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            let bits = BlockFrame.bits(bytes)
            let plain = PlainExpansion.embed(bits, in: block, mode)
            var fast = block.samples
            scan.embed(bits, into: &fast, mode)
            #expect(fast == plain.samples)
            scan.fill(plain, area)
            let found = try #require(scan.bytes(bytes.count, in: fast, mode))
            #expect(found.bytes == bytes)
            #expect(scan.bytes(capacity / 8 + 1, in: fast, mode)?.bytes == nil)
            #expect(scan.hasFill(from: found.end, in: fast, mode))
            try fill(plain, bytes, mode, &scan, &random)
            let extracted = PlainExpansion.extract(from: plain, mode)
            #expect(extracted.block == block)
            #expect(extracted.bits.starts(with: bits))
            scan.undo(in: &fast, mode)
            #expect(fast == block.samples)
            #expect(plain.samples.allSatisfy { plain.range.contains($0) })
        }
    }

    /// A step of one carrier: the fill is whole where the same bits, put on again, make the same samples.
    private func fill(
        _ marked: SamplePlane, _ bytes: [UInt8], _ mode: ExpansionMode, _ scan: inout CarrierScan, _ random: inout SplitMix64
    ) throws {
        guard let place = scan.positions.prefix(scan.count).randomElement(using: &random).map(Int.init) else { return }
        var samples = marked.samples
        samples[place] += 1
        guard marked.range.contains(samples[place]) else { return }
        let touched = marked.with(samples: samples)
        let (block, bits) = PlainExpansion.extract(from: touched, mode)
        let again = PlainExpansion.embed(Array(bits.prefix(8 * bytes.count)), in: block, mode)
        guard let end = scan.bytes(bytes.count, in: samples, mode)?.end else { return }
        #expect(scan.hasFill(from: end, in: samples, mode) == (again.samples == samples))
    }

    /// Twice the expected change is the change by zeros alone and the change by ones alone.
    @Test("Every mode that is allowed costs what embedding changes, and the others are left out")
    func costs() throws {
        var random = SplitMix64(seed: 13)
        var scan = CarrierScan()
        for _ in 0..<40 {
            let block = try Self.block(&random)
            scan.fill(block, BlockArea(top: 0, left: 0, height: block.height, width: block.width))
            var expected: [ModeCost] = []
            for thresholdIndex in ExpansionMode.thresholds.indices {
                for spreadIndex in ExpansionMode.spreads.indices {
                    let mode = ExpansionMode(thresholdIndex: thresholdIndex, spreadIndex: spreadIndex)
                    guard let capacity = PlainExpansion.capacity(of: block, mode) else { continue }
                    let changes = (0...1 as ClosedRange<UInt8>).map { bit in
                        let marked = PlainExpansion.embed([UInt8](repeating: bit, count: capacity), in: block, mode)
                        return zip(block.samples, marked.samples).reduce(0) { $0 + Int($1.0 - $1.1) * Int($1.0 - $1.1) }
                    }
                    expected.append(ModeCost(mode: mode, capacity: capacity, doubledDistortion: changes[0] + changes[1]))
                }
            }
            #expect(scan.costs(in: block) == expected)
        }
    }

    @Test("The probe finds exactly the modes whose first eight bits are the byte")
    func probe() throws {
        var random = SplitMix64(seed: 12)
        var scan = CarrierScan()
        for _ in 0..<60 {
            let block = try Self.block(&random)
            scan.fill(block, BlockArea(top: 0, left: 0, height: block.height, width: block.width))
            var byMode: [UInt8: [ExpansionMode]] = [:]
            for threshold in 0..<5 {
                for spread in 0..<19 {
                    let mode = ExpansionMode(thresholdIndex: threshold, spreadIndex: spread)
                    let bits = PlainExpansion.extract(from: block, mode).bits
                    guard bits.count >= 8 else { continue }
                    byMode[bits[..<8].reduce(0) { $0 << 1 | $1 }, default: []].append(mode)
                }
            }
            for byte: UInt8 in [0x56, 0, 0xFF] { #expect(scan.modes(beginningWith: byte, in: block.samples) == byMode[byte] ?? []) }
            for (byte, modes) in byMode.prefix(3) { #expect(scan.modes(beginningWith: byte, in: block.samples) == modes) }
        }
    }

    @Test("A mode is its byte")
    func bytes() {
        let modes = (UInt8.min ... .max).compactMap { byte in ExpansionMode(byte: byte).map { ($0.byte, byte) } }
        #expect(modes.count == 95)
        #expect(modes.allSatisfy { $0.0 == $0.1 })
        #expect(ExpansionMode(byte: 255) == nil)
    }
}
